"""The settings: every switch does what its line says, and keeps doing it without JavaScript."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from faceproof import guard
from faceproof.consent import records
from faceproof.organisations.models import User
from tests.conftest import Cast
from tests.letterbox import Letterbox


def browser(member: Any, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(member.user)
    return client


def page(client: Client) -> str:
    return client.get("/settings/", secure=True).content.decode()


def test_the_reminder_is_turned_off_and_on_for_oneself_only(cast: Cast, letterbox: Letterbox) -> None:
    client = browser(cast.ann)
    assert "On: a mail comes" in page(client)
    answer = client.post("/settings/", {"reminders": "off"}, secure=True, follow=True)
    assert "Off: your headshots" in answer.content.decode()
    assert [User.objects.get(id=who.user_id).reminders for who in (cast.ann, cast.bob)] == [False, True]
    client.post("/settings/", {"reminders": "on"}, secure=True)
    assert User.objects.get(id=cast.ann.user_id).reminders


def test_without_a_mail_server_there_is_no_switch_and_the_page_says_why(cast: Cast) -> None:
    text = page(browser(cast.ann))
    assert "This studio sends no reminders" in text
    assert 'name="reminders"' not in text


def test_the_language_is_chosen_here_for_pages_and_mails(cast: Cast) -> None:
    client = browser(cast.ann)
    client.post("/language/", {"language": "fr", "next": "/settings/"}, secure=True)
    assert 'lang="fr"' in page(client)
    assert User.objects.get(id=cast.ann.user_id).language == "fr"


def test_a_consent_is_withdrawn_and_given_again(cast: Cast) -> None:
    client = browser(cast.ann)
    client.post("/settings/", {"purpose": "marketing", "wish": "give"}, secure=True)
    with guard.as_self(cast.ann):
        assert records.current(cast.ann, "marketing") is not None
    client.post("/settings/", {"purpose": "marketing", "wish": "withdraw"}, secure=True)
    with guard.as_self(cast.ann):
        assert records.current(cast.ann, "marketing") is None


def test_every_row_has_a_line_that_explains_it_and_a_button_with_a_name_of_its_own(
    cast: Cast, letterbox: Letterbox
) -> None:
    text = page(browser(cast.ann))
    main = text[text.index("<main") : text.index("</main>")]
    rows = main.split('class="switch-row"')[1:]
    assert len(rows) >= 8
    for row in rows:
        assert re.search(r'<p class="fine">\s*\S', row), row[:200]
    names = [
        " ".join(re.sub(r"<[^>]+>", " ", label).split())
        for label in re.findall(r'<(?:a|button) class="button[^>]*>(.*?)</(?:a|button)>', main, re.DOTALL)
    ]
    assert len(names) == len(set(names)), names
    for path in ("settings/export/", "settings/delete-pictures/", "settings/erase-account/", "record/"):
        assert f'href="/{path}"' in main
