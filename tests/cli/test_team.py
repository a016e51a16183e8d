"""``faceproof team`` as people use it: real photos, a sheet, a score, exit codes, JSON."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from faceproof import faults, formats, styles
from faceproof.cli import folder, main, teamsheet
from faceproof.cli.evenness import WORDS, sentences
from faceproof.cli.words import speak
from faceproof.finishing.consistency import PARTS, Outlier, consistency
from tests.conftest import ROOT


@pytest.fixture
def people(tmp_path: Path, hopper: bytes, astronaut: bytes) -> list[Path]:
    paths = [tmp_path / "grace_hopper.jpg", tmp_path / "eileen_collins.png", tmp_path / "nobody.jpg"]
    for path, data in zip(paths, (hopper, astronaut, hopper[:5000]), strict=True):
        path.write_bytes(data)
    return paths


def run(*arguments: object, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "faceproof", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"LANG": language}
    )


def told(result: subprocess.CompletedProcess[str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    *rows, last = [json.loads(line) for line in result.stdout.splitlines()]
    return rows, last["team"]


def test_the_teams_light_is_held_against_the_key_of_the_look(
    people: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[float | None] = []

    def compared(pictures: Any, key: float | None = None) -> Any:
        held.append(key)
        return consistency(pictures, key)

    monkeypatch.setattr("faceproof.cli.team.consistency", compared)
    call = ["team", *map(str, people[:2]), "--engine", "fake:", "--style", "charcoal", "--format", "avatar"]
    result = CliRunner().invoke(main, [*call, "-o", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert held == [styles.get("charcoal").key_side]
    assert held[0]


def test_a_team_gets_headshots_a_marked_sheet_and_a_score(people: list[Path], tmp_path: Path) -> None:
    result = run("team", *people, "--format", "avatar", "-o", tmp_path / "out", "--json")
    assert result.returncode == 65, result.stderr
    rows, team = told(result)
    assert [row["name"] for row in rows] == ["grace hopper", "eileen collins", "nobody"]
    assert [len(row["files"]) for row in rows] == [1, 1, 0]
    assert [row["exit_code"] for row in rows] == [0, 0, 65]
    assert rows[2]["code"]
    assert 0 < team["score"] <= 100
    assert set(team["parts"]) == {part.name for part in PARTS}
    assert team["head_share"] >= formats.get("avatar").head_share
    [sheet] = team["sheets"]
    with Image.open(sheet) as page:
        assert sorted(page.size) == [teamsheet.SHORT, teamsheet.LONG]
        assert round(page.info["dpi"][0]) == teamsheet.DPI
    for file in (sheet, rows[0]["files"][0]["path"]):
        assert json.loads(run("inspect", file, "--json").stdout)["verdict"] == "marked"


def test_in_french_the_score_and_the_reason_are_french(people: list[Path], tmp_path: Path) -> None:
    result = run("team", *people[::2], "-o", tmp_path / "out", language="fr_FR.UTF-8")
    assert "Homogénéité : 100 sur 100." in result.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert "refusée" in result.stdout


def test_when_no_photo_can_be_used_there_is_no_sheet(people: list[Path], tmp_path: Path) -> None:
    result = run("team", people[2], "-o", tmp_path / "out", "--json")
    assert result.returncode == 65
    _, team = told(result)
    assert team["sheets"] == []
    assert team["score"] is None
    assert list((tmp_path / "out").iterdir()) == []


def test_a_format_without_a_size_of_its_own_is_answered_with_those_that_have_one(
    people: list[Path], tmp_path: Path
) -> None:
    result = run("team", people[0], "--format", "web-original", "-o", tmp_path / "out")
    assert result.returncode == 2
    assert "linkedin" in result.stderr


@pytest.mark.parametrize("command", ["team", "headshot"])
def test_a_size_beyond_the_photo_can_be_refused_with_the_largest_true_one(
    command: str, people: list[Path], tmp_path: Path
) -> None:
    result = run(command, people[0], "--format", "linkedin", "--true-size", "-o", tmp_path, "--json")
    assert result.returncode == 65
    row = json.loads(result.stdout.splitlines()[0])
    assert row["code"] == "larger_than_held"
    assert row["files"] == []
    side = int(row["why"].split(" × ")[0].split()[-1])
    assert 300 < side < 600
    assert "original photo" in row["why"]


def test_ctrl_c_keeps_what_is_written_and_makes_no_sheet(
    people: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = folder.keep

    def swallowing(*arguments: Any) -> Path:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return keep(*arguments)

    monkeypatch.setattr(folder, "keep", swallowing)
    order = ["team", *map(str, people[:2]), "-o", str(tmp_path / "out"), "--engine", "fake:", "--json"]
    result = CliRunner().invoke(main, order)
    assert result.exit_code == faults.STOPPED
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [len(row["files"]) for row in rows[:2]] == [1, 0]
    assert rows[2]["team"]["code"] == "stopped"
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_a_folder_that_is_no_style_is_wrong_usage(people: list[Path]) -> None:
    assert run("team", people[0], "--style", "nothing").returncode == 2


@pytest.mark.parametrize("count", [1, 2, 7, 20, 48])
@pytest.mark.parametrize("aspect", [1.0, 0.8])
def test_the_grid_holds_everybody_inside_the_margins(count: int, aspect: float) -> None:
    (width, height), columns, picture = teamsheet.grid(count, aspect)
    rows = -(-count // columns)
    down = rows * (picture / aspect + teamsheet.LABEL) + (rows - 1) * teamsheet.GAP + teamsheet.FOOT
    assert columns * picture + (columns - 1) * teamsheet.GAP <= width - 2 * teamsheet.MARGIN + 1
    assert down <= height - 2 * teamsheet.MARGIN + 1
    assert picture > 200


def test_an_empty_place_keeps_its_name_and_a_large_team_gets_pages() -> None:
    red = np.full((100, 100, 3), (200, 0, 0), np.uint8)
    some = [teamsheet.Place(n, f"person {n}", None if n == 2 else red) for n in range(1, 51)]
    sheets = list(teamsheet.pages(some, "foot", 1.0))
    assert len(sheets) == 2
    reds = [int((page == (200, 0, 0)).all(-1).sum()) for page in sheets]
    (_, _), _, width = teamsheet.grid(25, 1.0)
    assert reds[0] == pytest.approx(24 * width**2, rel=0.01)
    assert reds[1] == pytest.approx(25 * width**2, rel=0.01)
    assert (sheets[0][: teamsheet.MARGIN] == 255).all()


@pytest.mark.parametrize("part", [part.name for part in PARTS])
@pytest.mark.parametrize("sign", [-1, 1])
def test_everybody_who_falls_out_is_told_why(part: str, sign: int) -> None:
    speak()
    [said] = sentences([Outlier(0, part, 0.09 * sign, 0.6, ("bottom",))], ["Ann"])
    assert said.startswith("Ann: ")
    assert set(WORDS) == {part.name for part in PARTS}
    assert ("below" in said) == (part in ("eye_line", "head_share", "off"))
    if part == "head_share":
        assert "15 %" in said
