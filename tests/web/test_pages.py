"""Every page by its URL: who may open it, what it must say, and what it must never contain."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from faceproof import guard
from faceproof.consent import records
from faceproof.organisations.models import Member, Organisation
from faceproof.sittings import closing, flow, opening, studio
from faceproof.sittings.models import Proof, Sitting
from faceproof.web import facts
from faceproof.web.pages import PAGES
from tests.conftest import Cast

Opener = Callable[[Member | None], Client]


class TlsClient(Client):
    """Django's test client, always over TLS; it waits until the line before the darkroom is empty."""

    def generic(self, *args: Any, **kwargs: Any) -> Any:
        answer = super().generic(*args, **kwargs | {"secure": True})
        assert studio.line().settle()
        return answer


@pytest.fixture
def client_of(cast: Cast) -> Opener:
    """A browser without JavaScript, signed in as somebody (or nobody), over TLS."""

    def new(member: Member | None, language: str = "en") -> Client:
        client = TlsClient(SERVER_NAME="localhost", headers={"accept-language": language})
        if member is not None:
            client.force_login(member.user)
        return client

    return new  # type: ignore[return-value]


@pytest.fixture
def photographed(cast: Cast, hopper: bytes, settings: Any) -> Iterator[dict[str, uuid.UUID]]:
    """Ann has had a photo developed and has chosen one look; ids by the page that shows them."""
    settings.FACEPROOF_ENGINE = "fake:"
    from faceproof.sittings import gallery

    sitting = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"))
    assert sitting.state == "ready", (sitting.refusals, sitting.fault)
    with guard.as_self(cast.ann):
        proofs = list(Sitting.objects.get(id=sitting.id).proofs.order_by("style"))
        headshot = gallery.choose(cast.ann, proofs[0])
    yield {"sitting": sitting.id, "proof": proofs[1].id, "headshot": headshot.id}
    studio.close()


def addresses(ids: dict[str, uuid.UUID]) -> dict[str, str]:
    """Page name → address, for every page with somebody's object in its path (from the table itself)."""
    found = {}
    for page in PAGES:
        if "<uuid:ident>" not in page.path or page.name == "people_picture":  # whom that answers: tests/guard
            continue
        kind = {"sittings": "sitting", "proofs": "proof", "headshots": "headshot"}[page.path.split("/")[0]]
        more = {"name": "linkedin"} if "<slug:name>" in page.path else {}
        found[page.name] = reverse(page.name, kwargs={"ident": ids[kind], **more})
    return found


def test_the_retouch_switch_is_only_where_there_is_a_retouch(
    cast: Cast, client_of: Opener, photographed: dict[str, uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = client_of(cast.ann)
    pages = [f"/sittings/{photographed['sitting']}/", f"/headshots/{photographed['headshot']}/"]
    for page in pages:  # a drawn card knows of none
        assert 'type="checkbox" name="retouch"' not in ann.get(page).content.decode()
    monkeypatch.setattr("faceproof.sittings.gallery.holds_retouch", lambda data: True)
    for page in pages:
        assert 'type="checkbox" name="retouch"' in ann.get(page).content.decode()


def test_who_waits_reads_how_long_and_the_page_asks_when_it_may_be_there(
    cast: Cast, client_of: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = opening.begin(cast.ann, None, 1, None)
    ann = client_of(cast.ann)

    def page(before: int, wait: float | None) -> tuple[str, int]:
        monkeypatch.setattr("faceproof.sittings.line.Line.before", lambda line, key: before)
        monkeypatch.setattr("faceproof.sittings.line.Line.wait", lambda line, key: wait)
        html = ann.get(f"/sittings/{sitting.id}/").content.decode()
        return " ".join(html.split()), int(re.findall(r"every (\d+)ms", html)[0])

    html, poll = page(22, 11.9)
    assert "20 people are before you. First picture in about 15 seconds." in html
    assert poll == 4000, "never longer, however many wait"
    html, poll = page(3, 2.0)
    assert "3 people are before you. First picture in about 5 seconds." in html
    assert poll == 1800, "a little before"
    html, poll = page(0, 0.2)
    assert "before you" not in html
    assert poll == 400
    closing.turn_away(cast.ann, sitting)


POST_ONLY = {"choose", "again", "answer", "proof_tune", "headshot_tune"}
ABSENT = {"selfie_delete", "glimpse"}  # a photo in transit was never kept, and nobody waits here


def test_an_owner_opens_her_own_and_strangers_read_404(
    cast: Cast, client_of: Opener, photographed: dict[str, uuid.UUID]
) -> None:
    ann, others = client_of(cast.ann), [client_of(who) for who in (cast.bob, cast.olga, cast.eve)]
    for name, address in addresses(photographed).items():
        method = "post" if name in POST_ONLY else "get"
        data = {"proof": str(photographed["proof"])} if name == "choose" else {}
        for stranger in others:
            assert getattr(stranger, method)(address, data).status_code == 404, (name, "stranger")
        expected = {404} if name in ABSENT else {302} if name in POST_ONLY else {200}
        assert getattr(ann, method)(address, data).status_code in expected, name


# P-062
@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "This is AI:",
                "most backgrounds were never behind you",
                "can come out wrong",
                "What it cannot do",
            ),
        ),
        (
            "fr",
            (
                "C’est de l’IA",
                "la plupart des fonds n’étaient pas derrière vous",
                "peuvent être mal",
                "Ce qu’il ne sait pas faire",
            ),
        ),
    ],
)
def test_before_anything_is_sent_people_read_that_it_is_ai_and_what_it_cannot_do(
    cast: Cast, client_of: Opener, language: str, said: tuple[str, ...]
) -> None:
    page = client_of(cast.ann, language).get("/before/").content.decode()
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    for words in said:
        assert words in page, words


def test_nobody_opens_a_members_page_without_signing_in(
    client_of: Opener, photographed: dict[str, uuid.UUID]
) -> None:
    visitor = client_of(None)
    for name, address in addresses(photographed).items():
        answer = visitor.get(address)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/login/"), name


def test_only_an_organiser_opens_the_organisation(cast: Cast, client_of: Opener) -> None:
    assert client_of(cast.olga).get("/organisation/").status_code == 200
    assert client_of(cast.ann).get("/organisation/").status_code == 404
    assert client_of(None).get("/organisation/").status_code == 302


def plain_pages() -> list[str]:
    return [
        reverse(page.name)
        for page in PAGES
        if "<" not in page.path and page.name not in ("language", "healthz")
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_contains_anything_inline_or_from_elsewhere(
    cast: Cast, client_of: Callable[..., Client], photographed: dict[str, uuid.UUID], language: str
) -> None:
    ann, olga = client_of(cast.ann, language), client_of(cast.olga, language)
    own = [path for name, path in addresses(photographed).items() if name not in POST_ONLY | ABSENT]
    legal = [f"/legal/{slug}/" for slug in ("privacy", "deletion", "terms", "notice")]
    for path in [*plain_pages(), *own, *legal, "/accounts/login/", "/accounts/password/change/", "/nowhere/"]:
        answer = (olga if path == "/organisation/" else ann).get(path)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        html = answer.content.decode()
        if answer.status_code == 200 and "<html" in html:
            assert f'<html lang="{language}">' in html, path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), path
        assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)", html), path
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", html), path


def test_pages_and_pictures_may_not_be_kept_by_any_cache(
    cast: Cast, client_of: Opener, photographed: dict[str, uuid.UUID]
) -> None:
    ann = client_of(cast.ann)
    for name, path in addresses(photographed).items():
        if name not in POST_ONLY | ABSENT:
            assert "no-store" in ann.get(path)["Cache-Control"], name


def test_a_picture_leaves_marked(cast: Cast, client_of: Opener, photographed: dict[str, uuid.UUID]) -> None:
    from faceproof import marking

    for name in ("proof_picture", "headshot_picture", "download"):
        data = client_of(cast.ann).get(addresses(photographed)[name]).content
        assert marking.read_back(data).digital_source_type, name


def test_the_notice_says_five_things_with_the_days_that_are_enforced(cast: Cast, client_of: Opener) -> None:
    from faceproof import tenancy

    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        Organisation.objects.filter(id=cast.acme.id).update(selfie_days=3, draft_days=5, headshot_days=11)
    html = client_of(cast.ann).get("/before/").content.decode()
    assert html.count("<li><p><strong>") == 5
    for words in ("3 days", "5 days", "11 days", "This is AI", "studio", "Acme"):
        assert words in html


def test_an_organisation_that_never_keeps_photos_does_not_offer_to(cast: Cast, client_of: Opener) -> None:
    from faceproof import tenancy

    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        Organisation.objects.filter(id=cast.acme.id).update(custody=["transit"])
    ann = client_of(cast.ann)
    assert "you may have it kept" not in ann.get("/before/").content.decode()
    assert 'value="sealed"' not in ann.get("/photo/").content.decode()


def test_an_engine_elsewhere_is_said_before_anything_is_uploaded(cast: Cast, settings: Any) -> None:
    settings.FACEPROOF_ENGINE = "gemini:"
    assert any("Your photo leaves" in sentence for sentence in facts.five_sentences(cast.acme))


def test_news_is_a_separate_tick_that_nobody_made_for_the_person(cast: Cast, client_of: Opener) -> None:
    html = client_of(cast.ann).get("/before/").content.decode()
    box = re.search(r"<input[^>]*name=\"marketing\"[^>]*>", html)
    assert box is not None
    assert "checked" not in box[0]
    assert "required" not in box[0]


def test_agreeing_without_news_records_two_consents_and_not_the_third(cast: Cast, client_of: Opener) -> None:
    answer = client_of(cast.bob).post("/before/", {"headshot": "on", "adult": "on"})
    assert answer["Location"] == "/photo/"
    with guard.as_self(cast.bob):
        standing = records.standing(cast.bob)
    assert standing["headshot"]
    assert standing["adult"]
    assert standing["marketing"] is None


def test_a_missing_tick_is_named_and_what_was_ticked_stays(cast: Cast, client_of: Opener) -> None:
    answer = client_of(cast.bob).post("/before/", {"adult": "on", "marketing": "on"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-describedby="e-headshot"' in html
    assert re.search(r"name=\"marketing\"[^>]*checked", html)


def test_without_consent_the_photo_page_leads_back_to_the_notice(cast: Cast, client_of: Opener) -> None:
    with guard.as_self(cast.bob):
        records.withdraw(cast.bob, "headshot")
    assert client_of(cast.bob).get("/photo/")["Location"] == "/before/"


def test_withdrawing_the_main_consent_leads_to_deleting_what_it_covered(
    cast: Cast, client_of: Opener
) -> None:
    answer = client_of(cast.bob).post("/settings/", {"purpose": "headshot", "wish": "withdraw"})
    assert answer["Location"] == "/settings/delete-pictures/"
    with guard.as_self(cast.bob):
        assert records.current(cast.bob, "headshot") is None


def test_news_can_be_agreed_to_and_withdrawn_in_the_settings(cast: Cast, client_of: Opener) -> None:
    bob = client_of(cast.bob)
    for wish, given in (("give", True), ("withdraw", False)):
        bob.post("/settings/", {"purpose": "marketing", "wish": wish})
        with guard.as_self(cast.bob):
            assert (records.current(cast.bob, "marketing") is not None) is given


def test_opening_a_delete_page_deletes_nothing_and_its_button_does(
    cast: Cast, client_of: Opener, photographed: dict[str, uuid.UUID]
) -> None:
    ann = client_of(cast.ann)
    address = addresses(photographed)["headshot_delete"]
    assert ann.get(address).status_code == 200
    assert ann.get(addresses(photographed)["headshot"]).status_code == 200
    assert ann.post(address).status_code == 302
    assert ann.get(addresses(photographed)["headshot"]).status_code == 404
    assert ann.get(addresses(photographed)["headshot_picture"]).status_code == 404


def test_deleting_everything_keeps_the_account_and_erasing_it_does_not(
    cast: Cast, client_of: Opener, photographed: dict[str, uuid.UUID]
) -> None:
    ann = client_of(cast.ann)
    ann.post("/settings/delete-pictures/")
    assert ann.get(addresses(photographed)["sitting"]).status_code == 404
    assert ann.get("/settings/").status_code == 200
    assert ann.post("/settings/erase-account/")["Location"] == "/"
    assert ann.get("/settings/").status_code == 302


def test_a_photo_above_the_limit_is_answered_with_what_to_do(
    cast: Cast, client_of: Opener, settings: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.FACEPROOF_MAX_UPLOAD = 1000
    answer = client_of(cast.ann).post("/photo/", {"photo": SimpleUploadedFile("a.jpg", b"x" * 2000)})
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_a_full_studio_says_when_to_come_back(
    cast: Cast, client_of: Opener, hopper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from faceproof.darkroom.pool import Busy

    def full(*args: Any, **kwargs: Any) -> Any:
        raise Busy

    monkeypatch.setattr(flow, "hand_in", full)
    answer = client_of(cast.ann).post("/photo/", {"photo": SimpleUploadedFile("a.jpg", hopper)})
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "nothing is lost" in answer.content.decode()


def test_an_organiser_changes_the_rules_inside_the_operators_limits(cast: Cast, client_of: Opener) -> None:
    olga = client_of(cast.olga)
    rules = {
        "name": "Acme & Co",
        "contact": "dpo@acme.example",
        "accent": "#aa3300",
        "signup": "closed",
        "signup_domains": "@acme.example",
        "custody": ["transit"],
        "selfie_days": 3,
        "draft_days": 5,
        "headshot_days": 7,
        "styles": ["paper"],
    }
    assert "City (optional)" in olga.get("/organisation/").content.decode()
    assert olga.post("/organisation/", rules | {"headshot_days": 9000}).status_code == 422
    assert olga.post("/organisation/", rules | {"accent": "red;}"}).status_code == 422
    assert olga.post("/organisation/", rules).status_code == 302
    html = olga.get("/").content.decode()
    assert "Acme &amp; Co" in html
    assert "/accent/aa3300.css" in html


def test_the_accent_stylesheet_takes_six_hexadecimal_digits_and_nothing_else(client_of: Opener) -> None:
    visitor = client_of(None)
    assert visitor.get("/accent/24526e.css")["Content-Type"].startswith("text/css")
    for wrong in ("red", "24526E", "24526e0", "24526e;}"):
        assert visitor.get(f"/accent/{wrong}.css").status_code == 404


def test_the_setup_link_works_once_and_makes_an_organiser(cast: Cast, client_of: Opener) -> None:
    from faceproof import tenancy
    from faceproof.organisations import setup

    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        Member.objects.filter(role="organiser").update(role="subject")
    path = setup.organiser_link()
    assert path is not None
    visitor = client_of(None)
    assert visitor.get(path).status_code == 200
    assert visitor.post(path, {"email": "new@acme.example", "password": "short"}).status_code == 422
    good = {"email": "new@acme.example", "password": "a long enough sentence"}
    assert visitor.post(path, good)["Location"] == "/organisation/"
    assert visitor.get("/organisation/").status_code == 200
    assert client_of(None).get(path).status_code == 404


def test_the_language_is_remembered_in_the_account(cast: Cast, client_of: Opener) -> None:
    ann = client_of(cast.ann)
    ann.post("/language/", {"language": "fr", "next": "/settings/"})
    assert "Réglages" in ann.get("/settings/").content.decode()
    cast.ann.user.refresh_from_db()
    assert cast.ann.user.language == "fr"


def test_an_organisations_name_is_text_on_every_page_never_markup(cast: Cast, client_of: Opener) -> None:
    from faceproof import tenancy

    with tenancy.scope(org_id=cast.acme.id, reach="organisation"):
        Organisation.objects.filter(id=cast.acme.id).update(
            name="<b>[x](javascript:1)</b>", contact="<img src=x>"
        )
    ann = client_of(cast.ann)
    for path in ("/", "/before/", "/legal/privacy/", "/settings/"):
        html = ann.get(path).content.decode()
        assert "<b>" not in html, path
        assert "<img src=x" not in html, path
        assert 'href="javascript:' not in html, path


def test_before_deleting_people_read_how_many_of_what_will_go(
    cast: Cast, client_of: Opener, photographed: dict[str, uuid.UUID]
) -> None:
    ann = client_of(cast.ann)
    drafts = Proof.objects.filter(sitting_id=photographed["sitting"])
    with guard.as_self(cast.ann):
        count = drafts.count()
    told = f"{count} looks and 1 headshot" if count > 1 else "1 look and 1 headshot"
    assert told in ann.get(addresses(photographed)["sitting_delete"]).content.decode()
    everything = ann.get(reverse("everything_delete")).content.decode()
    assert told in everything
    assert "kept photo" not in everything
    assert "no picture" in client_of(cast.bob).get(reverse("everything_delete")).content.decode()
    assert " et 1 portrait" in client_of(cast.ann, "fr").get(reverse("everything_delete")).content.decode()


def test_the_address_is_named_once_and_a_wrong_password_says_so_in_the_same_words(
    cast: Cast, client_of: Opener
) -> None:
    visitor = client_of(None, "fr")
    page = visitor.get("/accounts/login/").content.decode()
    assert "Adresse électronique</label>" in page
    assert "placeholder" not in re.search(r'<input[^>]*name="login"[^>]*>', page)[0]  # type: ignore[index]
    wrong = visitor.post("/accounts/login/", {"login": "ann@example.org", "password": "wrong"})
    assert "Cette adresse ou ce mot de passe est incorrect." in wrong.content.decode()


def test_no_page_of_a_studio_without_mail_leads_to_a_new_password_by_mail(
    cast: Cast, client_of: Opener
) -> None:
    for client, path in (
        (client_of(None), "/accounts/login/"),
        (client_of(cast.ann), "/accounts/password/change/"),
    ):
        assert "password/reset" not in client.get(path).content.decode(), path


def test_the_record_shows_what_was_deleted_and_that_it_is_gone(
    cast: Cast, client_of: Opener, photographed: dict[str, uuid.UUID]
) -> None:
    ann = client_of(cast.ann)
    ann.post(addresses(photographed)["sitting_delete"])
    html = ann.get("/record/").content.decode()
    said = ("You sent a photo", "You deleted a photo session", "Looked: the file is gone")
    for sentence in (*said, "You confirmed that you are 18 or older"):
        assert sentence in html
    assert "You sent" not in client_of(cast.bob).get("/record/").content.decode()


def test_every_action_of_the_product_has_a_sentence() -> None:
    from pathlib import Path

    import faceproof
    from faceproof.web.events import QUIET, SENTENCES

    source = "\n".join(path.read_text() for path in Path(faceproof.__file__).parent.rglob("*.py"))
    recorded = set(re.findall(r"(?:record\(|_tell\()\s*\"([a-z]+\.[a-z_]+)\"", source))
    assert {"headshot.chosen", "consent.given"} <= recorded
    assert recorded - set(SENTENCES) - QUIET - {"proof.sealed", "account.erased"} == set()


def test_a_photo_that_is_being_worked_on_goes_only_with_its_sitting(
    cast: Cast, client_of: Opener, hopper: bytes, settings: Any
) -> None:
    settings.FACEPROOF_ENGINE = "fake:"
    sitting = flow.receive(cast.ann, flow.Upload(hopper, "image/jpeg"), custody="sealed")
    ann, address = client_of(cast.ann), reverse("sitting", args=[sitting.id])
    page = ann.get(address).content.decode()
    assert "hx-trigger" in page
    [seen] = re.findall(r"\?seen=([\w-]+)", page)
    assert ann.get(f"{address}?seen={seen}").status_code == 204, "nothing new, nothing swapped"
    assert ann.get(f"{address}?seen=x").status_code == 200
    delete = reverse("selfie_delete", args=[sitting.id])
    assert ann.post(delete)["Location"] == reverse("sitting_delete", args=[sitting.id])
    ann.post(reverse("sitting_delete", args=[sitting.id]))
    assert ann.get(address).status_code == 404
    assert flow.develop(cast.ann, sitting.id) == "nothing to do"
    studio.close()
