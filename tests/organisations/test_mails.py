"""Accounts by mail: a forgotten password, an address to confirm, and nothing for strangers to learn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from faceproof.organisations import setup
from faceproof.organisations.models import User
from tests.conftest import PASSWORD
from tests.letterbox import Letterbox, links, parts

NEW = "another long secret"
JOIN = {"email": "new@example.org", "password1": NEW, "password2": NEW, "adult": "on"}


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def post(client: Client, path: str, **fields: str) -> Any:
    return client.post(path, fields, secure=True)


def sign_in(client: Client, email: str, password: str) -> bool:
    post(client, "/accounts/login/", login=email, password=password)
    return "_auth_user_id" in client.session


def path_in(letter: Any) -> str:
    """The link of a letter, as a path: all of them lead to the studio and nowhere else."""
    found = links(letter)
    assert {link.rstrip(").").split("/", 3)[2] for link in found} == {"headshots.example.org"}
    return "/" + found[0].split("/", 3)[3]


# P-023
def test_the_link_of_a_forgotten_password_works_once_and_ends_every_other_session(
    cast: Any, letterbox: Letterbox
) -> None:
    elsewhere, here = browser(), browser()
    assert sign_in(elsewhere, "ann@example.org", PASSWORD)
    answer = here.post(
        "/accounts/password/reset/", {"email": "ann@example.org"}, secure=True, HTTP_HOST="localhost:666"
    )
    assert answer["Location"] == "/accounts/password/reset/sent/"
    assert here.get(answer["Location"], secure=True).status_code == 200
    path = path_in(letterbox.only())  # from the settings, not from the host that was asked
    shown = here.get(path, secure=True, follow=True)
    assert "Choose a new password" in shown.content.decode()
    fields = {"password1": NEW, "password2": NEW}
    done = here.post(shown.redirect_chain[-1][0], fields, secure=True, follow=True)
    assert done.content.decode().count("Your password is changed") == 2  # title and heading, no note above
    assert elsewhere.get("/settings/", secure=True).status_code == 302  # signed out
    assert not sign_in(browser(), "ann@example.org", PASSWORD)
    assert sign_in(browser(), "ann@example.org", NEW)
    again = browser().get(path, secure=True, follow=True).content.decode()
    assert "This link works no more" in again
    notice = letterbox.received()[1]
    assert notice["Subject"] == "Your password was changed"
    assert "127.0.0.1" not in "".join(parts(notice))


def test_a_link_that_is_too_old_says_so(
    cast: Any, letterbox: Letterbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    post(browser(), "/accounts/password/reset/", email="ann@example.org")
    path = path_in(letterbox.only())
    late = datetime.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 60)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: late)
    assert "This link works no more" in browser().get(path, secure=True, follow=True).content.decode()


# P-024
def test_neither_reset_nor_sign_up_tells_whether_an_address_has_an_account(
    cast: Any, letterbox: Letterbox
) -> None:
    def asked(email: str) -> tuple[int, str, str]:
        client = browser()
        answer = post(client, "/accounts/password/reset/", email=email)
        return answer.status_code, answer["Location"], page(client, answer["Location"])

    def joined(email: str) -> tuple[int, str, str]:
        client = browser()
        answer = client.post("/accounts/signup/", JOIN | {"email": email}, secure=True)
        return answer.status_code, answer["Location"], page(client, answer["Location"])

    def page(client: Client, path: str) -> str:
        import re

        text = client.get(path, secure=True).content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)

    assert asked("ann@example.org") == asked("nobody@example.org")
    assert joined("bob@example.org") == joined("new@example.org")
    letters = {(str(each["To"]), str(each["Subject"])) for each in letterbox.received()}
    assert letters == {
        ("ann@example.org", "Choose a new password"),
        ("bob@example.org", "You already have an account"),
        ("new@example.org", "Please confirm your address"),
    }
    assert User.objects.filter(email="bob@example.org").count() == 1


def test_a_new_account_opens_once_its_address_is_confirmed(cast: Any, letterbox: Letterbox) -> None:
    here = browser()
    assert here.post("/accounts/signup/", JOIN, secure=True)["Location"] == "/accounts/confirm/"
    assert "_auth_user_id" not in here.session
    assert not sign_in(browser(), "new@example.org", NEW)
    path = path_in(letterbox.received()[0])
    assert "new@example.org" in here.get(path, secure=True).content.decode()  # looking confirms nothing
    assert not sign_in(browser(), "new@example.org", NEW)
    assert here.post(path, {}, secure=True).status_code == 302
    assert "_auth_user_id" in here.session  # the browser that signed up
    assert sign_in(browser(), "new@example.org", NEW)
    assert "This link works no more" in browser().get(path, secure=True).content.decode()


def test_confirming_in_another_browser_signs_nobody_in(cast: Any, letterbox: Letterbox) -> None:
    browser().post("/accounts/signup/", JOIN, secure=True)
    other = browser()
    other.post(path_in(letterbox.only()), {}, secure=True)
    assert "_auth_user_id" not in other.session
    assert sign_in(other, "new@example.org", NEW)


def test_turning_mail_on_locks_nobody_out(cast: Any, letterbox: Letterbox, settings: Any) -> None:
    settings.FACEPROOF_MAIL, settings.ACCOUNT_EMAIL_VERIFICATION = None, "none"
    before = browser()
    before.post("/accounts/signup/", JOIN, secure=True)
    assert "_auth_user_id" in before.session
    token = str(setup.organiser_link() or _fresh_link()).split("/")[2]
    settings.FACEPROOF_MAIL, settings.ACCOUNT_EMAIL_VERIFICATION = letterbox.server, "mandatory"
    assert sign_in(browser(), "new@example.org", NEW)
    setup.redeem(token, email="boss@example.org", password=NEW)
    letterbox.handler.answer = "550 this server takes nothing"
    assert sign_in(browser(), "boss@example.org", NEW)
    assert letterbox.handler.letters == []


def _fresh_link() -> str:
    """The cast has an organiser; make a link as if it had none."""
    from faceproof.organisations.models import SetupLink

    SetupLink.objects.create(
        token_sha256=setup._hashed("fresh"),
        org_id=setup.first_organisation().id,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    return "/setup/fresh/"


def test_an_organiser_with_an_address_from_outside_gets_a_new_password_too(
    cast: Any, letterbox: Letterbox
) -> None:
    from faceproof import tenancy
    from faceproof.organisations.models import Organisation

    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        Organisation.objects.filter(id=cast.acme.id).update(signup_domains=["acme.example"])
    assert post(browser(), "/accounts/password/reset/", email="olga@example.org").status_code == 302
    assert letterbox.only()["To"] == "olga@example.org"


def test_nobodys_letter_box_can_be_filled(cast: Any, letterbox: Letterbox) -> None:
    answers = [
        post(browser(), "/accounts/password/reset/", email="ann@example.org").status_code for _ in range(6)
    ]
    assert answers == [302] * 5 + [429]
    assert len(letterbox.received()) == 5


def test_the_sign_in_page_says_what_is_true(cast: Any, letterbox: Letterbox, settings: Any) -> None:
    assert "/accounts/password/reset/" in browser().get("/accounts/login/", secure=True).content.decode()
    settings.FACEPROOF_MAIL = None
    text = browser().get("/accounts/login/", secure=True).content.decode()
    assert "/accounts/password/reset/" not in text
    assert "it sends no mail" in text


def test_changing_a_password_sends_a_notice_in_the_language_of_the_account(
    cast: Any, letterbox: Letterbox
) -> None:
    User.objects.filter(id=cast.ann.user_id).update(language="fr")
    client = browser()
    assert sign_in(client, "ann@example.org", PASSWORD)
    post(client, "/accounts/password/change/", oldpassword=PASSWORD, password1=NEW, password2=NEW)
    assert letterbox.only()["Subject"] == "Votre mot de passe a été changé"
