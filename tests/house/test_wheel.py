"""P-109: a wheel of the product carries all it needs, nets included, and runs outside this folder."""

import os
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from tools import fonts
from tools.lockfile import ROOT
from tools.secret_scan import known_files

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the tree, with the locked setuptools and without asking any index."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copyfile(ROOT / name, tree / name)
    for name in ("faceproof", "requirements"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    out = tree / "out"
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        str(tree),
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    subprocess.run([*command, "--quiet", "--wheel-dir", str(out)], check=True, cwd=tree)
    (built,) = out.glob("faceproof-*-py3-none-any.whl")
    return built


def test_it_carries_every_file_of_the_product(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    wanted = {path.relative_to(ROOT).as_posix() for path in known_files()}
    wanted |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "faceproof").rglob("*.tflite")}
    wanted |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "faceproof").rglob("*.mo")}
    wanted |= {row["path"] for row in tomllib.loads(fonts.MANIFEST.read_text())["font"]}
    assert {name for name in wanted if name.startswith("faceproof/")} - carried == set()


def test_it_carries_the_nets_the_licence_and_the_notice(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert sum(name.endswith(".tflite") for name in names) == 4
    assert {Path(name).name for name in names if "/licenses/" in name} >= {"LICENSE", "NOTICE"}
    assert "faceproof/imaging/nets/NOTICE.txt" in names


def test_it_names_what_it_depends_on_and_keeps_the_extras_apart(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (path,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    about = message_from_bytes(archive.read(path))
    asked = about.get_all("Requires-Dist") or []
    plain = [line for line in asked if "extra ==" not in line]
    assert any(line.startswith("Django") for line in plain)
    assert not any(line.startswith(("pillow-heif", "scikit-image", "pytest", "setuptools")) for line in plain)
    assert set(about.get_all("Provides-Extra") or []) == {"heic", "matte", "demo"}
    assert about["License-Expression"] == "Apache-2.0"


def test_the_program_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    """Installed where this folder cannot be seen; only the libraries are those of the tests."""
    target = tmp_path / "venv"
    venv.create(target, with_pip=False)
    python = target / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--quiet", str(wheel)], check=True, cwd=tmp_path)
    (site,) = (target / "lib").glob("python*/site-packages")
    # A .pth line would also run the editable hook of this folder; a plain path on PYTHONPATH does not.
    borrowed = next(path for path in sys.path if path.endswith("site-packages"))
    environment = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{borrowed}"}
    environment.pop("PYTHONHOME", None)

    def run(*arguments: str) -> str:
        return subprocess.run(
            arguments, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert str(site) in run(str(python), "-c", "import faceproof; print(faceproof.__file__)")
    assert "headshot" in run(str(target / "bin" / "faceproof"), "--help")
    assert "studio-grey" in run(str(target / "bin" / "faceproof"), "styles")
    run(str(python), "-c", "from faceproof.imaging import nets; print(nets.__file__)")
