"""The command line as people use it: real photos, real refusals, exit codes, JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from faceproof import faults, formats, styles
from faceproof.cli import COMMANDS, SUMMARIES, main
from tests.conftest import ROOT


@pytest.fixture
def photo(tmp_path: Path, hopper: bytes) -> Path:
    path = tmp_path / "grace hopper.jpg"
    path.write_bytes(hopper)
    return path


def run(*arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "faceproof", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"LANG": "C.UTF-8"} | (env or {}),
    )


def told(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_photo_becomes_one_marked_headshot(photo: Path, tmp_path: Path) -> None:
    result = run("headshot", photo, "-o", tmp_path / "out", "--json")
    assert result.returncode == 0, result.stderr
    [file] = told(result)[0]["files"]
    with Image.open(file["path"]) as picture:
        assert picture.size == (file["width"], file["height"])
    inspected = run("inspect", file["path"], "--json")
    assert inspected.returncode == 0
    assert told(inspected)[0]["verdict"] == "marked"


def test_looks_and_formats_multiply(photo: Path, tmp_path: Path) -> None:
    result = run(
        "headshot",
        photo,
        "--style",
        "deep-blue",
        "--style",
        "warm-white",
        "--format",
        "avatar",
        "--format",
        "linkedin",
        "-o",
        tmp_path / "out",
        "--json",
    )
    assert len(told(result)[0]["files"]) == 4


def test_a_size_the_photo_does_not_hold_comes_smaller_and_is_said(photo: Path, tmp_path: Path) -> None:
    result = run("headshot", photo, "--format", "linkedin", "-o", tmp_path / "out", "--json")
    [file] = told(result)[0]["files"]
    assert file["true_size"] is False
    assert file["width"] < 800


def test_a_bad_photo_is_refused_with_reason_and_the_good_one_is_still_made(
    photo: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "notes.jpg"
    bad.write_text("these are my notes")
    result = run("headshot", bad, photo, "-o", tmp_path / "out", "--json")
    assert result.returncode == faults.REFUSED
    first, second = told(result)
    assert first["code"] == "not_an_image"
    assert "JPEG" in first["why"]
    assert second["files"]


def test_the_reason_is_in_the_readers_language(tmp_path: Path) -> None:
    bad = tmp_path / "empty.jpg"
    bad.touch()
    english = run("headshot", bad, "-o", tmp_path / "o").stdout
    french = run("headshot", bad, "-o", tmp_path / "o", env={"LC_ALL": "", "LANG": "fr_FR.UTF-8"}).stdout
    assert "The file is empty." in english
    assert "empty_file" in french


def test_an_unknown_look_lists_the_known_ones(photo: Path) -> None:
    result = run("headshot", photo, "--style", "neon")
    assert result.returncode == 2
    assert "studio-grey" in result.stderr


def test_a_changed_picture_is_noticed(photo: Path, tmp_path: Path) -> None:
    [file] = told(run("headshot", photo, "-o", tmp_path / "out", "--json"))[0]["files"]
    data = bytearray(Path(file["path"]).read_bytes())
    data[len(data) * 3 // 4] ^= 1
    Path(file["path"]).write_bytes(data)
    assert run("inspect", file["path"]).returncode == faults.REFUSED


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_help_names_every_command_and_the_exit_codes() -> None:
    text = invoke("--help").output
    assert all(name in text for name in COMMANDS)
    assert "Exit codes" in text
    assert set(COMMANDS) == set(SUMMARIES)


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"manage"}))
def test_every_command_has_help(name: str) -> None:
    result = invoke(name, "--help")
    assert result.exit_code == 0, result.output
    assert len(result.output) > 80


def test_lists_print_what_there_is() -> None:
    result = run("styles", "--json")
    assert {row["name"] for row in json.loads(result.stdout)} == {style.name for style in styles.all_styles()}
    result = run("formats", "--json")
    assert {row["name"] for row in json.loads(result.stdout)} == {fmt.name for fmt in formats.offered()}
