"""The page of promises and the tests that cite them name the same numbers."""

import re
from pathlib import Path

from tools.lockfile import ROOT

ROW = re.compile(r"^\| (P-\d{3}) \| (.+?) \| (.*?) \| (.+?) \|$", flags=re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "promises.md").read_text())
REQUIREMENT = re.compile(r"^R-(?:0\d\d|1[0-3]\d|14[0-4])$")


def cited() -> dict[str, set[Path]]:
    """Number → the test files whose text names it."""
    found: dict[str, set[Path]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        for number in re.findall(r"\bP-\d{3}\b", path.read_text()):
            found.setdefault(number, set()).add(path)
    return found


def test_every_promise_is_cited_by_a_test_and_every_cited_number_is_a_promise() -> None:
    assert set(cited()) == {number for number, *_ in ROWS}


def test_the_test_that_a_promise_names_exists_and_cites_it() -> None:
    for number, _, _, tests in ROWS:
        for name in re.findall(r"`([^`]+)`", tests):
            assert ROOT / "tests" / name in cited()[number], f"{number}: {name}"


def test_every_promise_names_a_test() -> None:
    assert [number for number, _, _, tests in ROWS if "`" not in tests] == []


def test_numbers_are_given_once_and_in_order() -> None:
    numbers = [number for number, *_ in ROWS]
    assert numbers == sorted(set(numbers))


def test_requirements_are_cited_by_numbers_that_exist() -> None:
    for number, _, requirements, _ in ROWS:
        wrong = [word for word in requirements.split(", ") if word and not REQUIREMENT.match(word)]
        assert not wrong, f"{number}: {wrong}"
