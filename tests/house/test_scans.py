"""P-103, P-104, P-105: the scans find what is planted, and say plainly what they could not check."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tools import advisories, insecure_patterns, licences, lockfile, sbom, secret_scan


def test_planted_secrets_are_found() -> None:
    assert secret_scan.misses() == []


def test_a_scanner_that_went_blind_fails_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_scan, "findings", lambda *_: [])
    assert len(secret_scan.problems()) == len(secret_scan.planted())


def test_no_file_of_the_tree_holds_a_secret() -> None:
    assert secret_scan.problems() == []


def test_a_finding_never_prints_the_secret(tmp_path: Path) -> None:
    for name, text in secret_scan.planted().items():
        (tmp_path / name).write_text(text)
        (line,) = secret_scan.findings([tmp_path / name], tmp_path)
        assert text.split('"')[1 if '"' in text else 0] not in line


@pytest.mark.parametrize("place", ["faceproof/", "tests/", "bench/", "docs/"])
def test_no_part_of_the_tree_is_left_out(tmp_path: Path, place: str) -> None:
    """Invented passwords are allowed in tests; a key or a token is not allowed anywhere."""
    (tmp_path / place).mkdir()
    for name in ("settings.py", "deploy.pem"):
        (tmp_path / place / name).write_text(secret_scan.planted()[name])
        assert len(secret_scan.findings([tmp_path / place / name], tmp_path)) == 1


def test_an_address_with_a_password_is_found_unless_its_host_is_an_example(tmp_path: Path) -> None:
    for host, number in (("db.internal", 1), ("db.example.org", 0), ("example.org.internal", 1)):
        (tmp_path / "a.py").write_text(f"URL = 'postgresql://app:{'hunter' + '22'}@{host}/x'\n")
        assert len(secret_scan.findings([tmp_path / "a.py"], tmp_path)) == number, host


@pytest.mark.slow
def test_planted_insecure_patterns_are_found() -> None:
    assert insecure_patterns.misses() == []


@pytest.mark.slow
def test_the_product_has_no_insecure_pattern() -> None:
    assert insecure_patterns.problems() == []


# --- licences


def test_every_locked_package_has_an_accepted_licence() -> None:
    assert licences.problems() == []


def test_the_licence_page_is_what_the_tool_writes() -> None:
    assert licences.PAGE.read_text() == licences.render(), "run `make licences`"


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-only", "AGPL-3.0-or-later", "CC-BY-NC-4.0", "MIT AND GPL-2.0-only", ""]
)
def test_a_licence_that_is_not_listed_is_refused(licence: str) -> None:
    assert not licences.is_accepted(licence)


def test_a_choice_of_licences_needs_one_that_is_accepted() -> None:
    assert licences.is_accepted("GPL-3.0-only OR MIT")


def test_an_unknown_licence_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "licence_of", lambda name: "" if name == "django" else "MIT")
    (sentence,) = licences.problems("base")
    assert sentence.startswith("django")


def test_the_extra_with_gpl_code_is_in_no_default_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert licences.leaked_extras() == []
    monkeypatch.setitem(licences.RULES["extras"], "django", "GPL-2.0-only")
    assert len(licences.leaked_extras()) == 1


def test_every_file_of_others_in_the_tree_is_on_the_licence_page() -> None:
    """Fonts, scripts, pictures and nets are carried, not installed: each is named on the page."""
    page = licences.PAGE.read_text()
    carried = [
        path for path in secret_scan.known_files() if path.suffix in {".woff2", ".ttf", ".otf", ".tflite"}
    ]
    carried += (lockfile.ROOT / "faceproof").rglob("*.min.js")
    assert [path.name for path in carried if path.name not in page] == []


# --- bill of materials


def test_the_bill_of_materials_is_valid_and_whole(tmp_path: Path) -> None:
    target = tmp_path / "sbom.json"
    assert sbom.write(target) == []
    bill = json.loads(target.read_text())
    kinds = [component["type"] for component in bill["components"]]
    assert kinds.count("library") == len(lockfile.read("base"))
    nets = [part for part in bill["components"] if part["type"] == "machine-learning-model"]
    assert len(nets) == 4
    assert all(len(net["hashes"][0]["content"]) == 64 and net["licenses"] for net in nets)


def test_an_invalid_bill_is_noticed() -> None:
    assert sbom.faults_of('{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}]}')


def test_the_same_tree_gives_the_same_bill() -> None:
    assert sbom.bill() == sbom.bill()


# --- advisories

FOUND: list[dict[str, Any]] = [
    {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2"]}]},
    {"name": "b", "version": "1", "vulns": []},
]
NOBODY_ANSWERED = [{"name": "a", "skip_reason": "not found"}, {"name": "b", "skip_reason": "not found"}]
TODAY = date(2026, 11, 20)


def answer(monkeypatch: pytest.MonkeyPatch, packages: list[dict[str, Any]]) -> None:
    class Ran:
        stdout = json.dumps({"dependencies": packages})

    monkeypatch.setattr(advisories.subprocess, "run", lambda *_, **__: Ran())


def test_a_vulnerable_package_fails_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, FOUND)
    problems, done = advisories.report(TODAY)
    assert problems == ["a 1: PYSEC-1, fixed in ['2']"]
    assert done == "2 packages checked against pypi"


def test_a_source_that_looked_up_nothing_is_not_a_clean_bill(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, NOBODY_ANSWERED)
    problems, done = advisories.report(TODAY)
    assert not problems
    assert done.startswith("NOT CHECKED")


def test_a_package_that_could_not_be_looked_up_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, [*FOUND[1:], NOBODY_ANSWERED[0]])
    assert advisories.report(TODAY) == ([], "1 packages checked against pypi; NOT CHECKED: a")


EXCUSE = '[[exception]]\nid = "CVE-1"\nreason = "{reason}"\nexpires = {day}\n'


@pytest.mark.parametrize(
    ("reason", "day", "problems"),
    [("never called", "2026-12-01", 0), ("never called", "2026-11-19", 1), (" ", "2026-12-01", 1)],
)
def test_an_exception_needs_a_reason_and_runs_out(reason: str, day: str, problems: int) -> None:
    allowed = advisories.excused(TODAY, EXCUSE.format(reason=reason, day=day))
    assert len(advisories.vulnerable(FOUND, allowed)) == problems


def test_the_committed_exceptions_are_readable() -> None:
    advisories.excused(TODAY, advisories.EXCEPTIONS.read_text())
