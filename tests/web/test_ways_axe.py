"""axe-core on the states of the ways in and out that no address alone leads to."""

from __future__ import annotations

import os
from typing import Any

import pytest

from faceproof.sittings import plainly
from tests.conftest import Cast
from tests.web.test_axe import TAGS, flaws
from tests.web.test_browser import photo, sign_in
from tests.web.test_phone import HOST

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOLDER = os.environ.get("SHOTS", "")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEPROOF_ENGINE", "fake:")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_ways(browse: Any, cast: Cast, hopper: bytes, theme: str) -> None:
    laptop = browse(locale="fr-FR", color_scheme=theme)
    hand = browse(locale="fr-FR", color_scheme=theme, viewport={"width": 390, "height": 844})
    found: list[str] = []

    def look(seen: Any, name: str) -> None:
        if FOLDER:
            seen.page.screenshot(path=f"{FOLDER}/axe-{theme}-{name}.png", full_page=True)
        wanted = {"runOnly": {"type": "tag", "values": TAGS}}
        found.extend(f"{name}: {flaw}" for flaw in flaws(seen.page, wanted))

    for seen in (laptop, hand):
        seen.origin = seen.origin.replace("localhost", HOST)
    shot = plainly.initials(cast.ann, "AE").id
    sign_in(laptop)
    laptop.open("/photo/")
    laptop.page.locator(".phone summary").click()
    laptop.page.wait_for_selector(".qr")
    look(laptop, "laptop-code")
    hand.page.goto(laptop.page.locator("[data-phone-link]").inner_text())
    look(hand, "phone-open")
    hand.page.click("main form button")
    hand.page.wait_for_url("**/phone/")
    look(hand, "phone-upload")
    laptop.open("/another-way/own-photo/")
    laptop.page.set_input_files("[name=photo]", photo(hopper))
    laptop.page.wait_for_function("document.querySelector('[data-canvas]').width > 0")
    look(laptop, "laptop-cut")
    laptop.open("/another-way/initials/")
    look(laptop, "laptop-initials")
    laptop.open("/another-way/decline/")
    look(laptop, "laptop-decline")
    laptop.open(f"/headshots/{shot}/publish/")
    laptop.page.fill("[name=name]", "Ann Example")
    laptop.page.click("main form .equal button")  # without the tick
    laptop.page.wait_for_selector(".error")
    look(laptop, "laptop-publish-error")
    laptop.page.check("[name=agreed]")
    laptop.page.click("main form .equal button")
    laptop.page.wait_for_url("**/people/")
    look(laptop, "laptop-people")
    assert found == []
