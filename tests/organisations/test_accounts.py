"""Signing up, in and out; the first organiser; what a policy allows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as product
from django.test import Client
from django.utils import timezone

from faceproof import tenancy
from faceproof.organisations import accounts, policy, setup
from faceproof.organisations.accounts import open_organisation
from faceproof.organisations.middleware import membership
from faceproof.organisations.models import ORGANISER, Member, Organisation, SetupLink, User
from tests.conftest import PASSWORD

GOOD = {"email": "new@example.org", "password1": "a long enough secret", "password2": "a long enough secret"}


def sign_up(**changes: str) -> Any:
    return Client().post("/accounts/signup/", GOOD | {"adult": "on"} | changes, secure=True)


def test_passwords_are_kept_as_bcrypt_and_nothing_else(cast: Any) -> None:
    assert product.PASSWORD_HASHERS == ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]
    sign_up()
    assert User.objects.get(email="new@example.org").password.startswith("bcrypt_sha256$$2b$12$")


def test_a_new_person_joins_the_open_organisation(cast: Any) -> None:
    assert sign_up().status_code == 302
    member = membership(User.objects.get(email="new@example.org"))
    assert member is not None
    assert (member.org_id, member.role) == (cast.acme.id, "subject")


def test_without_the_attestation_of_age_there_is_no_account(cast: Any) -> None:
    answer = Client().post("/accounts/signup/", GOOD, secure=True)
    assert answer.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


def test_sign_up_can_be_closed(cast: Any) -> None:
    for org in (cast.acme, cast.evil):
        with tenancy.scope(org_id=org.id, reach="organisation"):
            Organisation.objects.update(signup="closed")
    assert open_organisation() is None
    sign_up()
    assert not User.objects.filter(email="new@example.org").exists()


def test_sign_up_can_be_limited_to_the_organisations_own_addresses(cast: Any) -> None:
    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        Organisation.objects.filter(id=cast.acme.id).update(signup_domains=["acme.example"])
    sign_up()
    assert not User.objects.filter(email="new@example.org").exists()
    sign_up(email="new@ACME.example")
    assert User.objects.filter(email="new@acme.example").exists()


def test_repeated_wrong_passwords_lock_the_door_even_for_the_right_one(cast: Any) -> None:
    client = Client()
    for _ in range(6):
        client.post("/accounts/login/", {"login": "ann@example.org", "password": "wrong"}, secure=True)
    client.post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD}, secure=True)
    assert "_auth_user_id" not in client.session


def test_the_right_password_opens_and_signing_out_needs_a_post(cast: Any) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD}, secure=True)
    assert client.session["_auth_user_id"] == str(cast.ann.user_id)
    client.get("/accounts/logout/", secure=True)
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/", secure=True)
    assert "_auth_user_id" not in client.session


def test_a_new_browser_speaks_the_language_of_the_account(cast: Any) -> None:
    User.objects.filter(id=cast.ann.user_id).update(language="fr")
    client = Client()
    client.post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD}, secure=True)
    assert 'lang="fr"' in client.get("/settings/", secure=True).content.decode()


def test_a_password_can_be_changed_and_the_old_one_is_dead(cast: Any) -> None:
    client = Client()
    client.force_login(cast.ann.user, backend=product.AUTHENTICATION_BACKENDS[0])
    fields = {"oldpassword": PASSWORD, "password1": "another long secret", "password2": "another long secret"}
    assert client.post("/accounts/password/change/", fields, secure=True).status_code == 302
    assert not User.objects.get(id=cast.ann.user_id).check_password(PASSWORD)


def test_addresses_that_would_send_mail_are_not_there_without_a_mail_server(db: str) -> None:
    for path in ("/accounts/password/reset/", "/accounts/email/", "/accounts/confirm/"):
        assert Client().get(path, secure=True).status_code == 404


def test_the_setup_link_makes_one_organiser_once(db: str) -> None:
    path = setup.organiser_link()
    assert path is not None
    token = path.split("/")[2]
    assert setup.usable(token)
    assert token not in str(list(SetupLink.objects.values()))
    user = setup.redeem(token, email="boss@example.org", password="a long enough secret")
    member = membership(user)
    assert member is not None
    assert member.role == ORGANISER
    assert not setup.usable(token)
    with pytest.raises(setup.LinkSpent):
        setup.redeem(token, email="other@example.org", password="a long enough secret")
    assert not User.objects.filter(email="other@example.org").exists()
    assert setup.organiser_link() is None


def test_only_the_newest_setup_link_works_and_not_for_ever(db: str) -> None:
    first, second = setup.organiser_link(), setup.organiser_link()
    assert first is not None
    assert second is not None
    assert not setup.usable(first.split("/")[2])
    assert setup.usable(second.split("/")[2])
    SetupLink.objects.update(expires_at=timezone.now())
    assert not setup.usable(second.split("/")[2])


def test_an_account_without_a_membership_is_nobody(cast: Any) -> None:
    assert membership(User.objects.create_user("lost@example.org", "a long enough secret")) is None


@pytest.mark.parametrize(("chosen", "kept"), [(0, 0), (7, 7), (30, 30), (4000, 30), (-3, 0)])
def test_a_retention_window_may_be_shortened_never_stretched(chosen: int, kept: int) -> None:
    org = Organisation(selfie_days=chosen)
    assert policy.days(org, "selfie") == kept
    now = timezone.now()
    assert policy.expiry(org, "selfie", now, days_wanted=99) == now + timedelta(days=kept)


def test_only_approved_styles_are_made() -> None:
    everything = policy.approved_styles(Organisation())
    assert policy.approved_styles(Organisation(styles=[everything[1].name])) == (everything[1],)


def test_an_optional_look_is_made_where_the_organisation_chose_it_and_only_there() -> None:
    assert "city" not in {style.name for style in policy.approved_styles(Organisation())}
    (chosen,) = policy.approved_styles(Organisation(styles=["city"]))
    assert chosen.name == "city"


@pytest.mark.parametrize(
    ("text", "colour"), [("#102030", (16, 32, 48)), ("teal", (36, 82, 110)), ("", (36, 82, 110))]
)
def test_a_brand_colour_that_is_none_falls_back(text: str, colour: tuple[int, int, int]) -> None:
    assert policy.brand_colour(Organisation(accent=text)) == colour


def test_every_member_belongs_to_an_organisation_once(cast: Any) -> None:
    from faceproof.organisations.accounts import join

    assert join(cast.ann.user, cast.acme).id == cast.ann.id
    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        assert Member.objects.filter(user=cast.ann.user).count() == 1


def test_an_account_without_its_membership_is_not_made(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would belong nowhere: no page would open for it, and it could not even erase itself."""

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(accounts, "join", killed)
    with pytest.raises(SystemExit):
        sign_up()
    assert not User.objects.filter(email="new@example.org").exists()
