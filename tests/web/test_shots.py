"""Pictures of every page, for people to look at; runs only when SHOTS names a folder."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests import photos
from tests.conftest import PASSWORD, Cast

FOLDER = os.environ.get("SHOTS", "")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not FOLDER, reason="set SHOTS to a folder")]

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


def featureless() -> bytes:
    """A JPEG with nobody in it."""
    out = io.BytesIO()
    Image.effect_noise((900, 900), 40).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def several(photo: bytes) -> list[bytes]:
    return [photos.soft(photo), photo, photos.dark(photo)]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_page_has_its_picture_taken(browse: Any, cast: Cast, hopper: bytes, variant: str) -> None:
    seen = browse(**VARIANTS[variant])
    page, count = seen.page, iter(range(100))

    def shot(name: str) -> None:
        page.wait_for_load_state("networkidle")
        for _ in range(100):
            if page.evaluate("[...document.images].every((each) => each.complete)"):
                break
            page.wait_for_timeout(50)
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
    page.locator("details", has=page.locator("figure, canvas, img, p")).first.locator("summary").click()
    shot("headshot-what-was-changed")
    page.locator('main a[href$="story/"]').first.click()
    page.locator("summary").click()
    shot("story")
    seen.open("/photo/")
    flag = {"name": "flag.jpg", "mimeType": "image/jpeg", "buffer": featureless()}
    page.set_input_files("[name=photo]", flag)
    page.click("main button[type=submit]")
    page.wait_for_url("**/sittings/*/")
    shot("refused")
    three = [{"name": "me.jpg", "mimeType": "image/jpeg", "buffer": each} for each in several(hopper)]
    page.set_input_files("[name=photo]", three)
    page.wait_for_timeout(1000)
    shot("photos-chosen")
    page.click("main button[type=submit]")
    page.wait_for_selector(".looks")
    shot("choose-of-several")
    seen.open("/photo/")
    page.set_input_files("[name=photo]", {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": hopper})
    page.click("summary:has(+ .choice)")
    page.check("[value=sealed]")
    page.click("main button[type=submit]")
    page.wait_for_selector(".working:visible")
    page.wait_for_timeout(3000)
    shot("waiting")
    for path in (
        "record/",
        "",
        "settings/",
        "settings/erase-account/",
        "organisation/",
        "legal/privacy/",
        "nowhere/",
    ):
        seen.open(f"/{path}")
        shot(path.strip("/").replace("/", "-") or "gallery")
