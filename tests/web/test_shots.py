"""Pictures of every page, for people to look at; runs only when FACEPROOF_SHOTS names a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PASSWORD, Cast

FOLDER = os.environ.get("FACEPROOF_SHOTS", "")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not FOLDER, reason="set FACEPROOF_SHOTS to a folder")]

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 860}
VARIANTS = {
    "laptop-light-en": {"viewport": LAPTOP, "color_scheme": "light", "locale": "en-GB"},
    "phone-light-fr": {
        "viewport": PHONE,
        "color_scheme": "light",
        "locale": "fr-FR",
        "device_scale_factor": 2,
    },
    "laptop-dark-fr": {"viewport": LAPTOP, "color_scheme": "dark", "locale": "fr-FR"},
    "phone-dark-en": {"viewport": PHONE, "color_scheme": "dark", "locale": "en-GB", "device_scale_factor": 2},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_page_has_its_picture_taken(browse: Any, cast: Cast, hopper: bytes, variant: str) -> None:
    seen = browse(**VARIANTS[variant])
    page, count = seen.page, iter(range(100))

    def shot(name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=str(Path(FOLDER) / f"{variant}-{next(count):02}-{name}.png"), full_page=True)

    seen.open("/")
    shot("landing")
    seen.open("/accounts/signup/")
    page.click("main form button")
    shot("signup-errors")
    seen.open("/accounts/login/")
    shot("login")
    page.fill("[name=login]", "olga@example.org")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    shot("gallery-empty")
    for path in ("before", "another-way", "photo"):
        seen.open(f"/{path}/")
        shot(path)
    page.set_input_files("[name=photo]", {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": hopper})
    shot("photo-chosen")
    page.click("main button[type=submit]")
    page.wait_for_url("**/sittings/*/")
    shot("choose")
    page.locator(".looks form button").first.click()
    page.wait_for_url("**/headshots/*/")
    shot("headshot")
    page.locator('main a[href$="story/"]').first.click()
    page.locator("summary").click()
    shot("story")
    for path in ("", "settings/", "settings/erase-account/", "organisation/", "legal/privacy/", "nowhere/"):
        seen.open(f"/{path}")
        shot(path.strip("/").replace("/", "-") or "gallery")
