"""Two people and a stranger at every address of the product. An address without a line here fails the
test."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from faceproof import guard, legal, tenancy
from faceproof.organisations import phone as phone_link
from faceproof.sittings import flow, gallery, publication
from faceproof.sittings.models import Headshot, Proof, Publication, Sitting
from faceproof.web.pages import PAGES

# Addresses that hold nothing of anybody, or only the caller's own (they answer everybody with their own
# things).
OPEN = {
    "home",
    "another_way",
    "legal",
    "language",
    "accent",
    "about",
    "components",
    "healthz",
    "setup",
    "before",
    "photo",
    "settings",
    "record",
    "export",
    "everything_delete",
    "account_erase",
    "decline",
    "hand_over",
    "initials",
    "own_photo",
    "own_photo_look",
    "hand_over_state",
    "people",
    "phone_open",
    "take_back",
    "try",
}
ORGANISER = {"organisation"}
SHOWN = {"people_picture"}  # to the whole organisation, by who chose to
PHONE = {"phone", "phone_picture"}  # for the one browser that opened a person's link
POST_ONLY = {"choose", "again", "answer", "proof_tune", "headshot_tune"}


@pytest.fixture(autouse=True)
def _quick_engine(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FACEPROOF_ENGINE = "fake:"
    # There for moments only, while many wait: whoever asks for it, there is one now.
    monkeypatch.setattr("faceproof.sittings.asking.glimpse", lambda sitting: b"a small picture")


@dataclass
class Things:
    """What Ann owns."""

    sitting: uuid.UUID
    proof: uuid.UUID
    headshot: uuid.UUID


@pytest.fixture
def things(cast: Any, hopper: bytes) -> Things:
    sitting = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="transit")
    kept = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="sealed")
    flow.develop(cast.ann, kept.id)
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        proof = Proof.objects.filter(sitting=kept).first()
        assert proof is not None
        shot = gallery.choose(cast.ann, proof)
    del sitting
    return Things(kept.id, proof.id, shot.id)


def addresses() -> list[tuple[str, str]]:
    """(name, path pattern) of every page of `web`."""
    found = []
    for entry in get_resolver().url_patterns:
        inner = entry.url_patterns if isinstance(entry, URLResolver) else [entry]
        for pattern in inner:
            if isinstance(pattern, URLPattern) and not str(pattern.name).startswith("account_"):
                found.append((str(pattern.name), str(pattern.pattern)))
    return [(name, path) for name, path in found if name in _ours()]


def _ours() -> set[str]:
    from faceproof.web.pages import PAGES

    return {page.name for page in PAGES}


def filled(pattern: str, name: str, things: Things) -> str:
    ident = things.sitting if pattern.startswith("sittings/") else things.headshot
    if pattern.startswith("proofs/"):
        ident = things.proof
    return "/" + pattern.replace("<uuid:ident>", str(ident)).replace("<slug:name>", "web-original")


def ask(member: Any, path: str, method: str, data: dict[str, str]) -> int:
    client = Client()
    client.force_login(member.user)
    call = client.post if method == "POST" else client.get
    return call(path, data, secure=True).status_code


def private(things: Things) -> list[tuple[str, str, str, dict[str, str]]]:
    rows = []
    for name, pattern in addresses():
        if name in OPEN | ORGANISER | PHONE | SHOWN:
            continue
        assert "<uuid:ident>" in pattern, f"new address {name}: say in this test whom it answers"
        method = "POST" if name in POST_ONLY else "GET"
        rows.append((name, filled(pattern, name, things), method, {"proof": str(things.proof)}))
    return rows


# P-013
def test_every_private_address_answers_its_owner_and_is_not_there_for_others(
    cast: Any, things: Things
) -> None:
    rows = private(things)
    assert len(rows) >= 10
    for name, path, method, data in rows:
        assert ask(cast.ann, path, method, data) in (200, 302), name
        for other in (cast.bob, cast.olga, cast.eve):
            assert ask(other, path, method, data) == 404, (name, other)


def test_a_visitor_is_sent_to_sign_in(cast: Any, things: Things) -> None:
    for name, path, method, data in private(things):
        client = Client()
        call = client.post if method == "POST" else client.get
        answer = call(path, data, secure=True)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/login/"), name


# P-004
def test_row_level_security_alone_keeps_others_out(
    cast: Any, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The application's own filter is taken away; the database still shows nothing."""

    def unfiltered(kind: Any, member: Any, ident: uuid.UUID) -> Any:
        found = kind.objects.filter(id=ident).first()
        if found is None:
            raise guard.NotFound
        return found

    monkeypatch.setattr(guard, "_own", unfiltered)
    for name, path, method, data in private(things):
        assert ask(cast.ann, path, method, data) in (200, 302), name
        for other in (cast.bob, cast.eve):
            assert ask(other, path, method, data) == 404, (name, other)


# P-031
def test_a_phone_with_somebodys_link_sees_its_own_pages_and_no_other(cast: Any, things: Things) -> None:
    phone = carrying_link_of(cast.ann)
    assert phone.get("/phone/", secure=True).status_code == 200
    rows = private(things) + [(name, f"/{path}", "GET", {}) for name, path in SIGNED_IN]
    for name, path, method, data in rows:
        call = phone.post if method == "POST" else phone.get
        answer = call(path, data, secure=True)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/login/"), name
    assert phone.get("/phone/picture.jpg", secure=True).status_code == 404, "nothing of any other sitting"


# P-031
def test_the_phones_pages_are_there_for_no_account_and_no_stranger(cast: Any, things: Things) -> None:
    carrying_link_of(cast.ann)
    for client in (Client(), *map(signed_in, (cast.ann, cast.bob, cast.olga, cast.eve))):
        for path in ("/phone/", "/phone/picture.jpg"):
            assert client.get(path, secure=True).status_code == 410
            assert client.post(path, secure=True).status_code == 410


# P-034
def test_a_published_headshot_is_there_for_its_organisation_until_it_is_taken_back(
    cast: Any, things: Things
) -> None:
    with guard.as_self(cast.ann):
        text = legal.get("publication", "en")
        shown = publication.publish(cast.ann, Headshot.objects.get(id=things.headshot), "Ann", text)
    path = f"/people/{shown.id}.jpg"
    for member in (cast.ann, cast.bob, cast.olga):
        assert ask(member, path, "GET", {}) == 200
    assert ask(cast.eve, path, "GET", {}) == 404
    assert Client().get(path, secure=True)["Location"].startswith("/accounts/login/")
    assert carrying_link_of(cast.bob).get(path, secure=True).status_code == 302
    for other in (cast.bob, cast.olga, cast.eve):
        assert ask(other, "/people/take-back/", "POST", {}) == 302, "takes back what is their own: nothing"
        assert ask(other, f"/headshots/{things.headshot}.jpg", "GET", {}) == 404, "shown there, not here"
    assert ask(cast.bob, path, "GET", {}) == 200
    ask(cast.ann, "/people/take-back/", "POST", {})
    for member in (cast.ann, cast.bob, cast.eve):
        assert ask(member, path, "GET", {}) == 404


# P-034
def test_row_level_security_lets_a_colleague_see_a_publication_and_write_none(
    cast: Any, things: Things
) -> None:
    with guard.as_self(cast.ann):
        text = legal.get("publication", "en")
        publication.publish(cast.ann, Headshot.objects.get(id=things.headshot), "Ann", text)
    with guard.as_self(cast.bob):
        assert Publication.objects.count() == 1
        assert Publication.objects.update(name="Bob was here") == 0
        assert Publication.objects.all()._raw_delete("default") == 0
        assert not Headshot.objects.exists(), "the row is shown, the headshot's own is not"
    with guard.as_self(cast.eve):
        assert not Publication.objects.exists()
    with tenancy.scope(org_id=cast.acme.id):
        assert not Publication.objects.exists(), "nobody in particular sees nothing"


def carrying_link_of(member: Any) -> Client:
    client = Client()
    assert client.post(f"/p/{phone_link.make(member)}/", secure=True)["Location"] == "/phone/"
    return client


def signed_in(member: Any) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


SIGNED_IN = [
    (page.name, page.path) for page in PAGES if page.who in ("member", "organiser") and "<" not in page.path
]


def test_deleting_by_post_is_refused_to_others_and_changes_nothing(cast: Any, things: Things) -> None:
    for path in (f"/sittings/{things.sitting}/delete/", f"/headshots/{things.headshot}/delete/"):
        for other in (cast.bob, cast.eve):
            assert ask(other, path, "POST", {}) == 404
    with tenancy.scope(org_id=cast.acme.id, subject_id=cast.ann.id):
        assert Sitting.objects.filter(id=things.sitting).exists()
        assert Headshot.objects.filter(id=things.headshot).exists()


def test_the_organisers_page_is_there_for_organisers_only(cast: Any) -> None:
    assert ask(cast.olga, "/organisation/", "GET", {}) == 200
    for other in (cast.ann, cast.eve):
        assert ask(other, "/organisation/", "GET", {}) == 404
