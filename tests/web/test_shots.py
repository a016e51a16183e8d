"""Pictures of every page and state, for people to look at (`make screenshots`); runs only when SHOTS names a
folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cast
from tests.web.tour import tour

FOLDER = os.environ.get("SHOTS", "")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not FOLDER, reason="set SHOTS to a folder")]

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}
LAPTOP = {"viewport": {"width": 1280, "height": 860}}
VARIANTS = {
    "laptop-light-en": LAPTOP | {"color_scheme": "light", "locale": "en-GB"},
    "phone-light-fr": PHONE | {"color_scheme": "light", "locale": "fr-FR"},
    "laptop-dark-fr": LAPTOP | {"color_scheme": "dark", "locale": "fr-FR"},
    "phone-dark-en": PHONE | {"color_scheme": "dark", "locale": "en-GB"},
}


@pytest.fixture(autouse=True)
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEPROOF_TRY", "on")
    monkeypatch.setenv("FACEPROOF_REGION", "Lyon, France")


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_page_has_its_picture_taken(browse: Any, cast: Cast, hopper: bytes, variant: str) -> None:
    seen = browse(**VARIANTS[variant])
    for number, name in enumerate(tour(seen, cast, hopper)):
        target = Path(FOLDER) / f"{variant}-{number:02}-{name}.png"
        seen.page.screenshot(path=str(target), full_page=True)
