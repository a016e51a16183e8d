"""axe-core on every page and state, in both languages and both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from tests.conftest import Cast
from tests.web.tour import tour

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOLERATED = {"minor"}  # everything axe calls moderate, serious or critical is an error here


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEPROOF_ENGINE", "fake:")
    monkeypatch.setenv("FACEPROOF_TRY", "on")


def flaws(page: Any, options: dict[str, Any]) -> list[str]:
    """What axe finds, as a line for each kind with the first places."""
    page.evaluate(AXE)
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    return [
        f"{each['id']} ({each['impact']}): " + " | ".join(node["html"][:120] for node in each["nodes"][:3])
        for each in found
        if each["impact"] not in TOLERATED
    ]


# P-042
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_axe_finds_nothing_on_any_page_in_either_theme(
    browse: Any, cast: Cast, hopper: bytes, locale: str
) -> None:
    # Without motion: a colour half way between two themes is nobody's.
    seen = browse(locale=locale, color_scheme="light", reduced_motion="reduce")
    everything = {"runOnly": {"type": "tag", "values": TAGS}}
    colours = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    found, visited = [], []
    for name in tour(seen, cast, hopper):
        visited.append(name)
        found += [f"{name}: {flaw}" for flaw in flaws(seen.page, everything)]
        seen.page.emulate_media(color_scheme="dark")
        found += [f"{name}, dark: {flaw}" for flaw in flaws(seen.page, colours)]
        seen.page.emulate_media(color_scheme="light")
    assert found == []
    assert len(visited) > 35, visited


def test_axe_is_really_asked(browse: Any, cast: Cast) -> None:
    """A page with a picture without words, and grey on grey, is found out."""
    seen = browse()
    seen.open("/accounts/login/")
    seen.page.evaluate("""() => {
      const bad = document.createElement('img');
      bad.src = '/static/faceproof/favicon.svg';
      document.querySelector('main').append(bad);
    }""")
    found = flaws(seen.page, {"runOnly": {"type": "tag", "values": TAGS}})
    assert any(flaw.startswith("image-alt") for flaw in found)
