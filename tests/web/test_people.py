"""Showing a headshot to one's colleagues: only when asked for, and taken back with one click. (P-034)"""

from __future__ import annotations

import os
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from faceproof import guard
from faceproof.archive.models import AuditEntry
from faceproof.consent import records
from faceproof.privacy import erase, export, retention
from faceproof.sittings import plainly
from faceproof.sittings.models import Headshot, Publication
from tests.conftest import Cast
from tests.web.conftest import Watched
from tests.web.test_browser import sign_in
from tests.web.test_pages import TlsClient

FOLDER = os.environ.get("SHOTS", "")
AGREED = {"name": "Ann Example", "agreed": "on"}


def client_of(member: Any) -> Client:
    client = TlsClient(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.force_login(member.user)
    return client


@pytest.fixture
def shot(cast: Cast) -> uuid.UUID:
    return plainly.initials(cast.ann, "AE").id


@pytest.fixture
def shown(cast: Cast, shot: uuid.UUID) -> uuid.UUID:
    assert client_of(cast.ann).post(f"/headshots/{shot}/publish/", AGREED)["Location"] == "/people/"
    return shot


def seen_by(member: Any) -> bool:
    return "Ann Example" in client_of(member).get("/people/").content.decode()


def test_nothing_is_shown_until_it_is_asked_for_with_a_name_and_a_tick(cast: Cast, shot: uuid.UUID) -> None:
    ann = client_of(cast.ann)
    part = ann.get(f"/headshots/{shot}/").content.decode()
    assert "Show it to my colleagues" in part
    assert "everybody with an account in this studio of Acme" in part
    page = ann.get(f"/headshots/{shot}/publish/").content.decode()
    assert " checked" not in page
    assert "the people who have an account in this studio of Acme" in page
    for data in ({"name": "Ann Example"}, {"agreed": "on"}, {"name": " ", "agreed": "on"}):
        assert ann.post(f"/headshots/{shot}/publish/", data).status_code == 422
    assert not seen_by(cast.bob)
    ann.post(f"/headshots/{shot}/publish/", AGREED)
    assert seen_by(cast.bob)
    assert not seen_by(cast.eve)
    with guard.as_self(cast.ann):
        assert records.current(cast.ann, "publication") is not None
        assert AuditEntry.objects.filter(action="headshot.published").count() == 1


def test_one_click_takes_it_back(cast: Cast, shown: uuid.UUID) -> None:
    ann = client_of(cast.ann)
    assert "Take it back" in ann.get("/people/").content.decode()
    assert "Take it back" not in client_of(cast.bob).get("/people/").content.decode()
    ann.post("/people/take-back/")
    assert not seen_by(cast.bob)
    with guard.as_self(cast.ann):
        assert records.current(cast.ann, "publication") is None
        sitting = Headshot.objects.get().sitting_id
    story = ann.get(f"/sittings/{sitting}/story/").content.decode()
    assert "You showed a headshot to your colleagues" in story
    assert "You took it back" in story


def test_another_headshot_takes_its_place(cast: Cast, shown: uuid.UUID) -> None:
    other = plainly.initials(cast.ann, "A").id
    client_of(cast.ann).post(f"/headshots/{other}/publish/", AGREED | {"name": "Ann, again"})
    with guard.as_self(cast.bob):
        assert [each.name for each in Publication.objects.all()] == ["Ann, again"]


@pytest.mark.parametrize("end", ["delete", "withdraw", "everything", "account", "date"])
def test_it_goes_with_the_picture_the_consent_the_account_and_the_date(
    cast: Cast, shown: uuid.UUID, end: str
) -> None:
    with guard.as_self(cast.ann):
        headshot = Headshot.objects.get(id=shown)
        if end == "delete":
            erase.picture(cast.ann, headshot)
        elif end == "withdraw":
            erase.after_withdrawal(cast.ann)
        elif end == "everything":
            erase.everything(cast.ann)
        elif end == "account":
            erase.account(cast.ann)
    if end == "date":
        retention.run(cast.acme, timezone.now() + timedelta(days=91))
    assert not seen_by(cast.bob)
    with guard.as_self(cast.bob):
        assert not Publication.objects.exists()


def test_a_date_that_is_reached_counts_before_the_clock_comes(cast: Cast, shown: uuid.UUID) -> None:
    with guard.as_self(cast.ann):
        Publication.objects.update(expires_at=timezone.now())
        ident = Publication.objects.get().id
    assert not seen_by(cast.bob)
    assert client_of(cast.bob).get(f"/people/{ident}.jpg").status_code == 404


@pytest.mark.browser
def test_in_a_browser(browse: Any, cast: Cast, shot: uuid.UUID) -> None:
    seen: Watched = browse()
    page = seen.page
    sign_in(seen)
    seen.open(f"/headshots/{shot}/")
    page.get_by_text("Show it to my colleagues").click()
    page.get_by_role("link", name="Read on and decide").click()
    picture(seen, "laptop-publish")
    page.fill("[name=name]", "Ann Example")
    page.check("[name=agreed]")
    page.get_by_role("button", name="Show it").click()
    page.wait_for_url("**/people/")
    assert page.locator(".people img").evaluate("(each) => each.decode().then(() => each.naturalWidth)") > 100
    picture(seen, "laptop-people")
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("Nobody is shown here yet").wait_for()
    assert seen.foreign == []
    assert seen.trouble == []


def picture(seen: Watched, name: str) -> None:
    if FOLDER:
        seen.page.screenshot(path=f"{FOLDER}/{name}.png", full_page=True)


def test_the_export_tells_what_one_shows_and_nothing_of_what_others_show(
    cast: Cast, shown: uuid.UUID
) -> None:
    for member, told in ((cast.ann, True), (cast.bob, False)):
        with guard.as_self(member):
            tables = export._tables(member, export.Contents())
        assert ("Ann Example" in str(tables)) is told
