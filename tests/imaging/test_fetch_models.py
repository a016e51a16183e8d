"""The tool that brings the nets, without a network: wheels are made here."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from faceproof.imaging import nets

ROOT = Path(nets.FOLDER).parents[2]
CONTENT = {"eye": b"TFL3 sees", "ear": b"TFL3 hears"}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fetch_models", ROOT / "tools" / "fetch_models.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "organs-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in CONTENT.items():
            archive.writestr(f"organs/{name}.tflite", content)
    return path


@pytest.fixture
def folder(tmp_path: Path, wheel: Path, tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A nets folder with a manifest that pins the wheel above."""
    folder = tmp_path / "nets"
    folder.mkdir()
    lines = ["[source]", f'wheel = "{wheel.name}"', f'sha256 = "{sha256(wheel.read_bytes())}"']
    for name, content in CONTENT.items():
        lines += ["[[net]]", f'name = "{name}"', f'member = "organs/{name}.tflite"']
        lines += [f'sha256 = "{sha256(content)}"']
    (folder / "MANIFEST.toml").write_text("\n".join(lines))
    monkeypatch.setattr(tool, "FOLDER", folder)
    return folder


def test_every_net_is_taken_out_and_readable_by_everybody(
    tool: ModuleType, folder: Path, wheel: Path
) -> None:
    assert tool.fetch(wheel, folder) == len(CONTENT)
    assert {path.stem: path.read_bytes() for path in folder.glob("*.tflite")} == CONTENT
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in folder.glob("*.tflite"))
    assert sorted(os.listdir(folder)) == ["MANIFEST.toml", "ear.tflite", "eye.tflite"]


def test_when_all_is_there_nothing_is_downloaded(
    tool: ModuleType, folder: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool.fetch(wheel, folder)
    monkeypatch.setattr(tool, "_download", lambda scratch: pytest.fail("downloaded again"))
    assert tool.fetch(None, folder) == 0
    assert tool.fetch(Path("/nowhere"), folder) == 0


def test_only_what_is_missing_or_changed_is_replaced(tool: ModuleType, folder: Path, wheel: Path) -> None:
    tool.fetch(wheel, folder)
    (folder / "eye.tflite").write_bytes(b"TFL3 blind")
    kept = (folder / "ear.tflite").stat().st_ino
    assert tool.fetch(wheel, folder) == 1
    assert (folder / "eye.tflite").read_bytes() == CONTENT["eye"]
    assert (folder / "ear.tflite").stat().st_ino == kept


def test_another_wheel_is_refused_before_it_is_opened(tool: ModuleType, folder: Path, wheel: Path) -> None:
    wheel.write_bytes(wheel.read_bytes() + b" ")
    with pytest.raises(tool.FetchError, match="is not organs"):
        tool.fetch(wheel, folder)
    assert not list(folder.glob("*.tflite"))


def test_a_net_that_is_not_the_pinned_one_is_refused(tool: ModuleType, folder: Path, wheel: Path) -> None:
    manifest = folder / "MANIFEST.toml"
    manifest.write_text(manifest.read_text().replace(sha256(CONTENT["ear"]), "0" * 64))
    with pytest.raises(tool.FetchError, match=r"ear\.tflite"):
        tool.fetch(wheel, folder)
    assert not (folder / "ear.tflite").exists()


def test_a_wheel_that_cannot_be_read_is_a_sentence(
    tool: ModuleType, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool.main(["--wheel", str(tmp_path / "absent.whl")]) == 1
    assert "cannot be read (No such file or directory)" in capsys.readouterr().err


def test_without_an_index_the_next_step_is_said(
    tool: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    assert tool.main([]) == 1
    said = capsys.readouterr().err
    assert "reaches its package index" in said
    assert "--wheel FILE" in said
    assert "tools/models.txt" in said
    assert not list(folder.glob("*.tflite"))


def test_a_second_run_of_the_real_thing_needs_neither_pip_nor_packages() -> None:
    """`-S -I` leaves no site-packages: whatever happens then happens with the standard library."""
    done = subprocess.run(
        [sys.executable, "-S", "-I", str(ROOT / "tools" / "fetch_models.py")],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": ""},
    )
    assert (done.returncode, done.stdout) == (0, "models: all there, hashes checked\n"), done.stderr


def test_the_requirement_and_the_manifest_pin_the_same_wheel() -> None:
    import tomllib

    source = tomllib.loads((nets.FOLDER / "MANIFEST.toml").read_text())["source"]
    requirement = (ROOT / "tools" / "models.txt").read_text()
    name, version = source["wheel"].split("-")[:2]
    assert f"{name}=={version} " in requirement
    assert f"--hash=sha256:{source['sha256']}" in requirement
    assert "://" not in requirement
