"""P-107: the documents say what the product does: links, commands, exit codes, lists."""

import re
import subprocess
from pathlib import Path

import pytest

from faceproof import cli, faults
from tools.lockfile import ROOT

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
MAKEFILE = (ROOT / "Makefile").read_text()
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_document_that_the_source_names_is_there() -> None:
    sources = [path for room in ("faceproof", "tools", "bench") for path in (ROOT / room).rglob("*.py")]
    named = {name for path in sources for name in re.findall(r"\bdocs/[\w/.-]+\.md\b", path.read_text())}
    assert named
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_readme_leads_to_every_document() -> None:
    pages = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if page not in README and not re.match(r"docs/decisions/\d", page)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_command_in_a_document_exists(page: Path) -> None:
    named = set(re.findall(r"(?:`|^|sudo )make ([a-z-]+)", page.read_text(), flags=re.MULTILINE))
    assert named <= set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))


def make(*arguments: str) -> str:
    ran = subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return ran.stdout


def test_every_command_that_people_may_call_has_a_sentence() -> None:
    private = {"environment", "environment-dev", "browser"}
    phony = " ".join(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE))
    told = dict(re.findall(r"^ +make ([a-z-]+) +(.+)$", make("help"), flags=re.MULTILINE))
    assert set(told) == set(phony.split()) - private
    assert all(sentence.endswith(".") or ":" in sentence for sentence in told.values())


def test_the_demo_takes_a_photo_and_a_style() -> None:
    said = make("-n", "demo", "PHOTO=my photo.jpg", "STYLE=paper")
    assert '--photo "my photo.jpg" --style "paper"' in said
    assert "--photo" not in make("-n", "demo")


def test_the_readme_lists_the_commands_of_the_program() -> None:
    assert [name for name in cli.COMMANDS if f"faceproof {name}" not in README] == []


def test_the_readme_states_the_exit_codes() -> None:
    for code in (faults.OK, faults.FAILED, faults.USAGE, faults.REFUSED, faults.UNAVAILABLE):
        assert f"`{code}`" in README


def test_the_index_of_decisions_lists_every_page() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    pages = sorted(page.name for page in folder.glob("[0-9]*.md"))
    assert re.findall(r"\]\(([0-9][^)]+)\)", index) == pages


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")), ids=lambda page: page.name
)
def test_a_decision_has_its_four_headings(page: Path) -> None:
    wanted = ["Context", "Choice", "Consequences", "What would change our mind"]
    assert re.findall(r"^## (.+)$", page.read_text(), flags=re.MULTILINE) == wanted


def test_the_readme_promises_no_more_than_it_can_keep() -> None:
    """R-127: no bare reassurance."""
    assert not re.search(
        r"data (is|are) (100 ?% )?safe|military.grade|unhackable|fully compliant", README, re.IGNORECASE
    )
