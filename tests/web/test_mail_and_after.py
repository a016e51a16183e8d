"""In a real browser and through a real server: a forgotten password, the settings, everything in one file."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PASSWORD, Cast
from tests.letterbox import Letterbox, links

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")
PHONE = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
NEW = "another long secret"


@pytest.fixture
def posting(letterbox: Letterbox, monkeypatch: pytest.MonkeyPatch) -> Letterbox:
    """The served studio knows the mail server too (this fixture comes before `browse`)."""
    server = letterbox.server
    monkeypatch.setenv("FACEPROOF_MAIL_URL", f"smtp://{server.host}:{server.port}")
    monkeypatch.setenv("FACEPROOF_MAIL_FROM", server.sender)
    return letterbox


def shot(seen: Any, name: str) -> None:
    if SHOTS:
        seen.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def sign_in(seen: Any, password: str) -> None:
    seen.open("/accounts/login/")
    seen.page.fill("[name=login]", "ann@example.org")
    seen.page.fill("[name=password]", password)
    seen.page.click("main form button")


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_a_forgotten_password_from_the_sign_in_page_to_the_new_one_without_javascript(
    posting: Letterbox, browse: Any, cast: Cast, locale: str
) -> None:
    seen = browse(**PHONE, locale=locale, color_scheme="dark" if locale == "fr-FR" else "light")
    seen.open("/accounts/login/")
    shot(seen, f"login-{locale}")
    seen.page.click("main a[href*=reset]")
    shot(seen, f"reset-{locale}")
    seen.page.fill("[name=email]", "ann@example.org")
    seen.page.click("main form button")
    shot(seen, f"reset-sent-{locale}")
    link = links(posting.only())[0]
    assert link.startswith(seen.origin)
    seen.page.goto(link)
    shot(seen, f"reset-new-{locale}")
    seen.page.fill("[name=password1]", NEW)
    seen.page.fill("[name=password2]", NEW)
    seen.page.click("main form button")
    shot(seen, f"reset-done-{locale}")
    seen.page.goto(link)
    shot(seen, f"reset-too-late-{locale}")
    assert seen.page.locator("main form").count() == 0
    sign_in(seen, NEW)
    seen.page.wait_for_selector("main")
    assert seen.page.locator("header form button").count() == 1
    assert seen.foreign == []


def test_settings_and_everything_in_one_file(posting: Letterbox, browse: Any, cast: Cast) -> None:
    seen = browse(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    sign_in(seen, PASSWORD)
    seen.open("/settings/")
    shot(seen, "settings")
    seen.page.click("button[name=reminders]")
    shot(seen, "settings-off")
    seen.page.click('main a[href="/settings/export/"]')
    shot(seen, "export")
    with seen.page.expect_download() as waiting:
        seen.page.click("main form button")
    assert waiting.value.suggested_filename.endswith(".zip")
    with zipfile.ZipFile(waiting.value.path()) as packed:
        assert packed.testzip() is None
        assert {"README.txt", "account.json", "record.html"} <= set(packed.namelist())
    seen.open("/settings/erase-account/")
    shot(seen, "erase")
    seen.page.click("main form button")
    shot(seen, "erased")
    assert "Your account has been erased" in str(posting.received()[-1]["Subject"])
    assert seen.foreign == []
