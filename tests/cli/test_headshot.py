"""The command line as people use it: real photos, real refusals, exit codes, JSON."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from faceproof import faults, formats, styles
from faceproof.cli import COMMANDS, SUMMARIES, folder, main, words
from faceproof.engines import EngineError
from faceproof.engines.fake import Fake
from faceproof.engines.studio import decision
from tests import photos
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


def test_the_perspective_is_corrected_on_request_and_the_marks_say_so(photo: Path, tmp_path: Path) -> None:
    result = run("headshot", photo, "-o", tmp_path, "--lens", "0.8", "--json")
    assert result.returncode == 0, result.stderr
    [file] = told(result)[0]["files"]
    told_there = json.dumps(told(run("inspect", file["path"], "--json"))[0]["actions"])
    assert "perspective" in told_there
    assert "as a guess, on request" in told_there


def test_without_retouch_none_is_made_and_none_is_told(photo: Path, tmp_path: Path) -> None:
    listed, reports = [], []
    for more in ((), ("--no-retouch",)):
        result = run("headshot", photo, "-o", tmp_path, *more, "--json")
        assert result.returncode == 0, result.stderr
        [made] = told(result)
        reports.append(made["report"]["studio-grey"])
        listed.append(json.dumps(told(run("inspect", made["files"][0]["path"], "--json"))[0]["actions"]))
    assert "Softened passing" in listed[0]
    assert "Softened" not in listed[1]
    assert "change_spots" in reports[0]
    assert "change_spots" not in reports[1]


@pytest.mark.parametrize("value", ["1.5", "-0.1", "much", "nan"])
def test_a_correction_that_is_no_strength_is_wrong_usage(photo: Path, value: str) -> None:
    result = run("headshot", photo, "--lens", value)
    assert result.returncode == 2
    assert "auto" in result.stderr


def test_a_mask_model_that_is_not_the_named_file_makes_no_picture(photo: Path, tmp_path: Path) -> None:
    named = {"FACEPROOF_MATTE_MODEL": str(photo), "FACEPROOF_MATTE_SHA256": "0" * 64}
    result = run("headshot", photo, "-o", tmp_path / "out", "--json", env=named)
    assert told(result)[0]["code"] == "mask_not_usable"
    assert result.returncode == 1
    assert not list((tmp_path / "out").iterdir())
    assert run("headshot", photo, env=named | {"FACEPROOF_MATTE_SHA256": ""}).returncode == 2


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


def test_the_best_of_several_is_made_and_the_others_are_told_why_not(
    photo: Path, tmp_path: Path, hopper: bytes
) -> None:
    soft, notes = tmp_path / "soft.jpg", tmp_path / "notes.jpg"
    soft.write_bytes(photos.soft(hopper))
    notes.write_text("these are my notes")
    result = run("headshot", soft, notes, photo, "--best", "-o", tmp_path / "out", "--json")
    assert result.returncode == 0, result.stderr
    [best] = told(result)
    assert best["photo"] == str(photo)
    assert len(best["files"]) == 1
    assert [each["photo"] for each in best["ranking"]] == [str(photo), str(soft), str(notes)]
    assert [each["used"] for each in best["ranking"]] == [True, False, False]
    assert best["ranking"][1]["lacks"][0].startswith("sharp")
    assert best["ranking"][2]["refusals"] == ["not_an_image"]
    assert 0 < best["ranking"][1]["score"] < best["ranking"][0]["score"] <= 1
    people = run("headshot", soft, notes, photo, "--best", "-o", tmp_path / "out").stdout
    assert "The program used photo 3 of 3: it is the sharpest." in people
    assert "grace hopper-studio-grey-web-original" in people


def test_when_the_best_cannot_be_cut_out_the_next_is_made(
    photo: Path, tmp_path: Path, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    soft = tmp_path / "soft.jpg"
    soft.write_bytes(photos.soft(hopper))

    def losing(times: int) -> None:
        asked: list[Any] = []

        def admits(self: Fake, brief: Any) -> None:
            asked.append(brief)
            if len(asked) <= times:
                raise EngineError("edges_lost", "test")

        monkeypatch.setattr(Fake, "admits", admits)

    call = ["headshot", str(soft), str(photo), "--best", "--engine", "fake:", "-o", str(tmp_path / "out")]
    losing(1)
    result = CliRunner().invoke(main, [*call, "--json"])
    assert result.exit_code == 0, result.output
    [best] = [json.loads(line) for line in result.stdout.splitlines()]
    assert (best["photo"], best["code"]) == (str(soft), None)
    assert len(best["files"]) == 1
    assert [(each["photo"], each["refusals"]) for each in best["ranking"]] == [
        (str(soft), []),
        (str(photo), ["edges_lost"]),
    ]
    losing(1)
    people = CliRunner().invoke(main, call).stdout
    assert "Photo 2 would have come first, but you cannot be cut out of it cleanly." in people
    losing(2)
    result = CliRunner().invoke(main, [*call, "--json"])
    assert result.exit_code == faults.REFUSED
    [none] = [json.loads(line) for line in result.stdout.splitlines()]
    assert (none["photo"], none["code"], none["files"]) == (str(photo), "edges_lost", [])


def test_ranking_alone_makes_nothing(photo: Path, tmp_path: Path, hopper: bytes) -> None:
    soft = tmp_path / "soft.jpg"
    soft.write_bytes(photos.soft(hopper))
    before = set(tmp_path.iterdir())
    result = run("headshot", soft, photo, "--rank-only", "-o", tmp_path / "out")
    assert result.returncode == 0
    assert result.stdout.splitlines()[1].startswith(f"  1. {photo}")
    assert set(tmp_path.iterdir()) == before
    soft.write_bytes(photos.dark(hopper))
    assert run("headshot", soft, soft, "--rank-only").returncode == faults.REFUSED


def test_the_reason_is_in_the_readers_language_even_where_no_locale_is_installed(tmp_path: Path) -> None:
    bad = tmp_path / "empty.jpg"
    bad.touch()
    english = run("headshot", bad, "-o", tmp_path / "o", env={"LC_ALL": "", "LANG": "en_GB.UTF-8"}).stdout
    french = run("headshot", bad, "-o", tmp_path / "o", env={"LC_ALL": "", "LANG": "fr_FR.UTF-8"}).stdout
    assert "refused (empty_file). The file is empty." in english
    assert "refusée (empty_file). Le fichier est vide." in french


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:fr:en"}, "fr"),
        ({"LANG": "C", "LANGUAGE": "fr"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_is_the_one_that_the_variables_ask_for(
    environment: dict[str, str], language: str
) -> None:
    assert words.spoken(environment) == language


def test_two_photos_of_one_name_and_an_earlier_picture_all_stay(photo: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / photo.name
    other.parent.mkdir()
    other.write_bytes(photo.read_bytes())
    out = tmp_path / "out"
    out.mkdir()
    taken = out / "grace hopper-studio-grey-web-original.jpg"
    taken.write_text("retouched by hand for an hour")
    result = run("headshot", photo, other, "-o", out, "--json")
    assert result.returncode == 0, result.stderr
    assert taken.read_text() == "retouched by hand for an hour"
    paths = {file["path"] for one in told(result) for file in one["files"]}
    assert {Path(path).name for path in paths} == {
        "grace hopper-studio-grey-web-original-2.jpg",
        "grace hopper-studio-grey-web-original-3.jpg",
    }
    assert {path.name for path in out.iterdir()} == {taken.name} | {Path(path).name for path in paths}


def test_half_a_picture_is_taken_away_again(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        folder.keep(tmp_path, "me.jpg", "not bytes")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["afile", "afile/below", "/proc/nowhere"])
def test_a_folder_that_cannot_be_used_is_said_before_the_work_starts(
    photo: Path, tmp_path: Path, where: str
) -> None:
    (tmp_path / "afile").touch()
    result = run("headshot", photo, "-o", tmp_path / where)
    assert result.returncode == faults.USAGE
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("Error: Invalid value for")


def test_a_full_disk_is_told_with_the_next_step(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "keep", full)
    result = invoke("headshot", str(photo), "-o", str(tmp_path / "out"), "--engine", "fake:", "--json")
    one = json.loads(result.stdout)
    assert (one["code"], one["exit_code"], result.exit_code) == ("not_written", 1, 1)
    assert "No space left on device" in one["why"]


def test_ctrl_c_stops_tells_what_is_there_and_is_130(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, calls = folder.keep, []

    def second_is_interrupted(*arguments: Any) -> Path:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return keep(*arguments)

    monkeypatch.setattr(folder, "keep", second_is_interrupted)
    result = invoke(
        "headshot", str(photo), str(photo), "-o", str(tmp_path), "--style", "all", "--engine", "fake:"
    )
    assert result.exit_code == faults.STOPPED
    assert "You stopped it." in result.output
    assert str(tmp_path / "grace hopper-studio-grey-web-original.jpg") in result.output
    assert len(calls) == 2, "the second photo was not begun"


def test_ctrl_c_in_any_other_command_is_130_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("faceproof.cli.lists.speak", interrupted)
    result = invoke("styles")
    assert result.exit_code == faults.STOPPED
    assert "Stopped." in result.output


def test_ctrl_c_is_heeded_even_when_a_library_swallows_it(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = folder.keep

    def swallowing(*arguments: Any) -> Path:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return keep(*arguments)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(folder, "keep", swallowing)
    result = invoke(
        "headshot", str(photo), "-o", str(tmp_path), "--style", "all", "--engine", "fake:", "--json"
    )
    assert result.exit_code == faults.STOPPED
    assert len(json.loads(result.stdout)["files"]) == 1
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("arguments", "words_"),
    [
        (["--engine", "nope:"], "studio:"),
        (["--format", "nope"], "linkedin"),
        (["--format", "preview"], "linkedin"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_those_that_are(
    photo: Path, arguments: list[str], words_: str
) -> None:
    result = run("headshot", photo, *arguments)
    assert result.returncode == faults.USAGE
    assert words_ in result.stderr


def test_a_folder_is_answered_with_what_to_type(tmp_path: Path) -> None:
    result = run("headshot", tmp_path)
    assert result.returncode == faults.USAGE
    assert "*.jpg" in result.stderr


def test_without_a_place_for_the_key_it_says_which_setting_gives_one(photo: Path, tmp_path: Path) -> None:
    result = run("headshot", photo, "-o", tmp_path / "out", env={"FACEPROOF_HOME": "/proc/nowhere"})
    assert result.returncode == faults.FAILED
    assert "Set FACEPROOF_HOME" in result.stderr


def test_a_name_that_no_encoding_knows_is_no_obstacle(photo: Path, tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/caf\xe9 \xf0\x9f\x99\x82.jpg"
    with open(odd, "wb") as file:
        file.write(photo.read_bytes())
    for flags in ([], ["--json"]):
        result = run("headshot", os.fsdecode(odd), "-o", tmp_path / "out", "--engine", "fake:", *flags)
        assert result.returncode == 0, result.stderr


def test_json_has_the_same_keys_for_a_picture_and_for_a_refusal(photo: Path, tmp_path: Path) -> None:
    bad = tmp_path / "empty.jpg"
    bad.touch()
    page = (ROOT / "docs" / "command-line.md").read_text()
    for one in told(run("headshot", photo, bad, "-o", tmp_path / "o", "--engine", "fake:", "--json")):
        assert list(one) == ["photo", "files", "warnings", "code", "why", "exit_code", "report"]
        assert [key for key in one if f"`{key}`" not in page] == []


def test_a_file_that_is_no_certificate_does_not_make_a_picture_look_changed(
    photo: Path, tmp_path: Path
) -> None:
    result = run("inspect", photo, "--root", photo)
    assert result.returncode == faults.USAGE
    assert "no certificate" in result.stderr


def test_a_foreign_file_is_inspected_with_the_next_step(tmp_path: Path) -> None:
    foreign = tmp_path / "notes.txt"
    foreign.write_text("hello")
    result = run("inspect", foreign, env={"LC_ALL": "", "LANG": "fr_FR.UTF-8"})
    assert result.returncode == faults.REFUSED
    assert "Choisissez une photo" in result.stdout
    assert "UnidentifiedImageError" not in result.stdout


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
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert set(rows) == {fmt.name for fmt in formats.offered()}
    assert (rows["avatar"]["width"], rows["web-original"]["width"]) == (512, None)


def test_a_demonstration_that_cannot_start_tells_what_the_server_said(tmp_path: Path) -> None:
    result = run("demo", "-o", tmp_path, env={"FACEPROOF_HOME": "/proc/nowhere"})
    assert result.returncode == faults.FAILED
    assert "set FACEPROOF_HOME" in result.stderr
    assert "faceproof doctor" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "why"),
    [(b"notes", "not a picture"), (bytes(26 * 2**20), "at most 25 MB")],
    ids=["text", "large"],
)
def test_a_demonstration_with_a_bad_photo_ends_with_the_reason(
    tmp_path: Path, content: bytes, why: str
) -> None:
    photo = tmp_path / "me.jpg"
    photo.write_bytes(content)
    home = {"FACEPROOF_HOME": str(tmp_path / "var")}
    result = run("demo", "--photo", photo, "-o", tmp_path / "out", env=home)
    assert result.returncode == faults.REFUSED, result.stderr
    assert why in result.stderr
    assert "Traceback" not in result.stderr


def test_a_look_that_the_cut_does_not_carry_is_told_and_the_others_are_made(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision, "FREE", 3.0)
    monkeypatch.setattr(decision, "TONE", 2.0)
    wanted = ("--style", "own-softened", "--style", "paper", "--json", "-o", str(tmp_path / "out"))
    result = CliRunner().invoke(main, ["headshot", str(photo), *wanted])
    assert result.exit_code == 0, result.output
    [line] = [json.loads(line) for line in result.stdout.splitlines()]
    assert [Path(file["path"]).name.split("-own-")[1][:8] for file in line["files"]] == ["softened"]
    assert line["warnings"][-1] == "edges_unsure"


def test_json_tells_what_was_changed_of_the_person_by_look(photo: Path, tmp_path: Path) -> None:
    (one,) = told(run("headshot", photo, "-o", tmp_path / "o", "--style", "own-softened", "--json"))
    report = one["report"]["own-softened"]
    assert {"skin_delta_e", "change_share", "change_spots", "change_landmarks"} <= set(report)
