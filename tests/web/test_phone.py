"""“Use my phone”: the link that hands a sitting over, at the computer and on the phone. (P-031)"""

from __future__ import annotations

import io
import os
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from faceproof import guard
from faceproof.consent import records
from faceproof.organisations import phone
from faceproof.organisations.models import PhoneLink
from faceproof.privacy import erase
from faceproof.sittings import studio
from faceproof.sittings.models import ASKING, Proof, Sitting
from faceproof.web.pages.hand_over import only_here
from tests.conftest import Cast
from tests.web.conftest import Watched
from tests.web.test_browser import photo, sign_in
from tests.web.test_pages import TlsClient

HOST = "studio.test"
FOLDER = os.environ.get("SHOTS", "")


@pytest.fixture(autouse=True)
def _studio(settings: Any) -> Any:
    settings.FACEPROOF_ENGINE = "fake:"
    settings.ALLOWED_HOSTS = ["localhost", HOST]
    yield
    studio.close()


def browser(host: str = HOST) -> Client:
    return TlsClient(SERVER_NAME=host, headers={"accept-language": "en"})


def computer(member: Any, host: str = HOST) -> Client:
    client = browser(host)
    client.force_login(member.user)
    return client


def opened(member: Any) -> Client:
    client = browser()
    assert client.post(f"/p/{phone.make(member)}/")["Location"] == "/phone/"
    return client


def send(client: Client, picture: bytes) -> Any:
    file = io.BytesIO(picture)
    file.name = "me.jpg"
    return client.post("/phone/", {"photo": file})


def settled() -> None:
    line = getattr(studio, "line", None)  # photos wait in a line of this process, where there is one
    if line is not None:
        assert line().settle()


def test_the_photo_of_the_phone_is_the_sitting_of_the_computer(cast: Cast, hopper: bytes) -> None:
    screen = computer(cast.ann)
    page = screen.post("/photo/phone/").content.decode()
    address = page.split("data-phone-link>")[1].split("<")[0]
    assert address.startswith(f"https://{HOST}/p/")
    assert '<svg class="qr"' in page
    assert "Waiting for your phone" in page

    hand = browser()
    assert "Go on with this phone" in hand.get(address).content.decode()
    assert "No phone has opened" in screen.get("/photo/phone/state/").content.decode(), "a look opens nothing"
    hand.post(address)
    assert "has opened the link" in screen.get("/photo/phone/state/").content.decode()
    assert send(hand, hopper)["Location"] == "/phone/"
    settled()
    sitting = PhoneLink.objects.get().sitting_id
    assert screen.get("/photo/phone/state/")["Location"] == f"/sittings/{sitting}/"
    assert screen.get(f"/sittings/{sitting}/").status_code == 200
    assert "go on at your computer" in hand.get("/phone/").content.decode()
    assert hand.get("/phone/picture.jpg")["Content-Type"] == "image/jpeg"
    send(hand, hopper)
    with guard.as_self(cast.ann):
        assert Sitting.objects.count() == 1, "one link, one sitting"


def test_the_watch_of_the_computer_goes_on_by_itself(cast: Cast, hopper: bytes) -> None:
    screen, ask = computer(cast.ann), {"headers": {"HX-Request": "true"}}
    screen.post("/photo/phone/")
    assert screen.get("/photo/phone/state/?seen=waiting", **ask).status_code == 204
    link = phone.make(cast.ann)
    hand = browser()
    hand.post(f"/p/{link}/")
    told = screen.get("/photo/phone/state/?seen=waiting", **ask).content.decode()
    assert "has opened the link" in told
    assert 'hx-trigger="every 2s"' in told
    send(hand, hopper)
    settled()
    assert screen.get("/photo/phone/state/?seen=opened", **ask)["HX-Redirect"].startswith("/sittings/")
    PhoneLink.objects.update(expires_at=timezone.now())
    told = screen.get("/photo/phone/state/?seen=opened", **ask).content.decode()
    assert "has run out" in told
    assert "hx-trigger" not in told, "what is over is not asked for again"


def test_a_photo_that_cannot_be_used_is_told_on_the_phone_which_may_send_another(
    cast: Cast, hopper: bytes
) -> None:
    hand = opened(cast.ann)
    assert send(hand, b"GIF89a not much of a picture").status_code in (302, 422)
    settled()
    page = hand.get("/phone/").content.decode()
    assert 'type="file"' in page
    assert 'action="/phone/"' in page
    assert "cannot be used" in computer(cast.ann).get("/photo/phone/state/").content.decode()
    send(hand, hopper)
    settled()
    assert "go on at your computer" in hand.get("/phone/").content.decode()


def test_who_is_signed_in_on_the_phone_has_no_part_in_it(cast: Cast, hopper: bytes) -> None:
    hand = computer(cast.bob)
    hand.post(f"/p/{phone.make(cast.ann)}/")
    page = hand.get("/phone/").content.decode()
    assert "My pictures" not in page, "the page of a link is nobody's account"
    send(hand, hopper)
    settled()
    for member, count in ((cast.ann, 1), (cast.bob, 0)):
        with guard.as_self(member):
            assert Sitting.objects.count() == count
    assert hand.get("/settings/").status_code == 200, "and the account is where it was"


def test_a_question_is_answered_at_the_computer(cast: Cast, hopper: bytes) -> None:
    hand, screen = opened(cast.ann), computer(cast.ann)
    send(hand, hopper)
    settled()
    with guard.as_self(cast.ann):
        Proof.objects.all().delete()
        Sitting.objects.update(state=ASKING, refusals=["too_dark"])
    assert "Your computer asks you something" in hand.get("/phone/").content.decode()
    assert hand.get("/phone/?seen=asking").status_code == 204
    assert screen.get("/photo/phone/state/")["Location"].startswith("/sittings/")


def test_a_link_works_in_one_browser(cast: Cast) -> None:
    link = phone.make(cast.ann)
    first, second = browser(), browser()
    first.post(f"/p/{link}/")
    for answer in (second.get(f"/p/{link}/"), second.post(f"/p/{link}/")):
        assert answer.status_code == 410
        assert "somewhere else already" in answer.content.decode()
    assert second.get("/phone/").status_code == 410
    assert first.get(f"/p/{link}/")["Location"] == "/phone/", "who reloads is taken back"
    assert first.get("/phone/").status_code == 200


def test_a_link_ends_with_its_time_with_a_newer_one_with_the_consent_and_with_the_account(cast: Cast) -> None:
    link = phone.make(cast.ann)
    PhoneLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "is over" in browser().get(f"/p/{link}/").content.decode()
    assert browser().post(f"/p/{link}/").status_code == 410
    assert browser().get("/p/nobody-knows-this-one/").status_code == 410
    hand = opened(cast.ann)
    phone.make(cast.ann)
    assert hand.get("/phone/").status_code == 410
    hand = opened(cast.ann)
    PhoneLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert hand.get("/phone/").status_code == 410
    assert phone.prune(timezone.now()) == 1
    hand = opened(cast.ann)
    with guard.as_self(cast.ann):
        records.withdraw(cast.ann, "headshot")
    assert hand.get("/phone/").status_code == 410
    with guard.as_self(cast.ann):
        erase.account(cast.ann)
    assert not PhoneLink.objects.exists()


def test_without_consent_there_is_no_link(cast: Cast) -> None:
    with guard.as_self(cast.ann):
        records.withdraw(cast.ann, "headshot")
    assert computer(cast.ann).post("/photo/phone/")["Location"] == "/before/"
    assert not PhoneLink.objects.exists()


def test_only_hashes_of_the_link_and_of_the_cookie_are_kept(cast: Cast) -> None:
    link = phone.make(cast.ann)
    hand = browser()
    hand.post(f"/p/{link}/")
    row = PhoneLink.objects.values().get()
    cookie = hand.cookies["__Host-phone"]
    assert link.replace("-", "") not in str(row)
    assert cookie.value not in str(row)
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["domain"]) == (
        True,
        True,
        "Lax",
        "",
    )


def test_an_address_is_typed_as_people_type(cast: Cast) -> None:
    link = phone.make(cast.ann)
    assert browser().get(f"/p/{link.upper().replace('-', '')}/").status_code == 200


def test_a_studio_that_only_this_computer_reaches_says_so_and_shows_no_code(cast: Cast) -> None:
    page = computer(cast.ann, "localhost").post("/photo/phone/").content.decode()
    assert "FACEPROOF_HOSTS" in page
    assert '<svg class="qr"' not in page
    assert not PhoneLink.objects.exists()
    for host in ("localhost:8443", "127.0.0.1", "127.0.0.1:8443", "[::1]:8443", "[::1]", "me.localhost"):
        assert only_here(host), host
    for host in ("studio.test:8443", "10.0.0.4:8443", "[fd00::1]:8443"):
        assert not only_here(host), host


@pytest.mark.browser
def test_laptop_and_phone_together(browse: Any, cast: Cast, hopper: bytes) -> None:
    laptop: Watched = browse()
    hand: Watched = browse(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    for seen in (laptop, hand):
        seen.origin = seen.origin.replace("localhost", HOST)
    sign_in(laptop)
    laptop.open("/photo/")
    laptop.page.locator(".phone summary").click()
    laptop.page.wait_for_selector(".qr")
    shot(laptop, "laptop-code")
    link = laptop.page.locator("[data-phone-link]").inner_text()
    assert read(laptop.page.locator(".qr").screenshot()) == link, "the code leads where the words do"
    hand.page.goto(link)
    shot(hand, "phone-open")
    hand.page.click("main form button")
    hand.page.wait_for_url("**/phone/")
    laptop.page.get_by_text("has opened the link").wait_for()
    shot(hand, "phone-upload")
    hand.page.set_input_files("[name=photo]", photo(hopper))
    hand.page.click("main button[type=submit]")
    hand.page.get_by_text("Done: go on at your computer").wait_for()
    shown = "(each) => each.decode().then(() => each.naturalWidth)"
    assert hand.page.locator("main img").evaluate(shown) > 100
    shot(hand, "phone-done")
    laptop.page.wait_for_url("**/sittings/*/")
    hand.open("/")
    assert hand.page.locator("main img").count() == 0, "nobody is signed in on the phone"
    for seen in (laptop, hand):
        assert seen.foreign == []
        assert seen.trouble == []


def shot(seen: Watched, name: str) -> None:
    if FOLDER:
        seen.page.screenshot(path=f"{FOLDER}/{name}.png", full_page=True)


def read(screenshot: bytes) -> str:
    import cv2
    import numpy as np

    said, _points, _straight = cv2.QRCodeDetector().detectAndDecode(
        cv2.imdecode(np.frombuffer(screenshot, np.uint8), cv2.IMREAD_COLOR)
    )
    return str(said)
