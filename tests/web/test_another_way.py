"""The ways without AI: a finished photo cut by hand, initials, and no picture at all. (P-032)"""

from __future__ import annotations

import io
import os
import re
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from faceproof import guard, marking
from faceproof.archive.models import AuditEntry, StoredObject
from faceproof.consent import records
from faceproof.imaging import nets
from faceproof.privacy import erase
from faceproof.sittings import studio
from faceproof.sittings.models import Headshot, Proof, Selfie, Sitting
from tests.conftest import Cast
from tests.web.conftest import Watched
from tests.web.test_browser import HELD, NOTHING, photo, sign_in
from tests.web.test_pages import TlsClient

FOLDER = os.environ.get("SHOTS", "")
CUT = {"left": "50", "top": "30", "size": "80"}


def client_of(member: Any) -> Client:
    client = TlsClient(SERVER_NAME="localhost", headers={"accept-language": "en"})
    if member is not None:
        client.force_login(member.user)
    return client


def file(data: bytes, name: str = "me.jpg") -> Any:
    found = io.BytesIO(data)
    found.name = name
    return found


@pytest.fixture
def _no_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever loads or runs a net fails here, and so does the studio's pool."""

    def never(*args: Any, **named: Any) -> Any:
        raise AssertionError("a way without AI asked for a net")

    for name in ("read", "net", "_interpreter"):
        monkeypatch.setattr(nets, name, never)
    monkeypatch.setattr(studio, "pool", never)


@pytest.mark.usefixtures("_no_net")
def test_an_own_photo_becomes_a_headshot_without_any_net(
    cast: Cast,
    hopper: bytes,
) -> None:
    with guard.as_self(cast.ann):
        records.withdraw(cast.ann, "headshot")  # no consent to AI is needed
    ann = client_of(cast.ann)
    answer = ann.post("/another-way/own-photo/", CUT | {"photo": file(hopper)})
    found = re.fullmatch(r"/headshots/([0-9a-f-]{36})/", answer["Location"])
    assert found, answer.content
    with guard.as_self(cast.ann):
        shot = Headshot.objects.select_related("sitting").get()
        assert (shot.sitting.state, shot.sitting.custody, shot.style) == ("ready", "transit", "own-photo")
        assert not Selfie.objects.exists()
        assert not Proof.objects.exists()
        assert set(StoredObject.objects.values_list("klass", flat=True)) == {"headshot"}
        assert AuditEntry.objects.filter(action="photo.cut", sitting_id=shot.sitting_id).exists()
    assert (shot.width, shot.height) == (410, 410), "80 % of the 512 pixels of the shorter side"
    preview = ann.get(f"/headshots/{found[1]}.jpg").content
    assert "humanEdits" in str(marking.read_back(preview))
    for name in ("linkedin", "avatar"):
        assert ann.get(f"/headshots/{found[1]}/download/{name}/").status_code == 200
    assert "cropped it by hand" in ann.get(f"/sittings/{shot.sitting_id}/story/").content.decode()
    assert "Your own photo" in ann.get("/").content.decode()
    assert ann.get(f"/sittings/{shot.sitting_id}/")["Location"] == answer["Location"]


@pytest.mark.usefixtures("_no_net")
def test_the_look_at_the_cut_keeps_nothing(cast: Cast, hopper: bytes) -> None:
    answer = client_of(cast.ann).post("/another-way/own-photo/look/", CUT | {"photo": file(hopper)})
    assert "data:image/jpeg;base64," in answer.content.decode()
    assert "img-src 'self' data:" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    with guard.as_self(cast.ann):
        assert not Sitting.objects.exists()
        assert not StoredObject.objects.exists()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "The file is empty."),
        ({"photo": b"not a picture at all"}, "not a picture"),
        ({"photo": b"hopper", "size": "5"}, "cannot be cut out"),
        ({"photo": b"hopper", "left": "x"}, "cannot be cut out"),
    ],
)
def test_what_is_wrong_is_said_and_the_numbers_stay(
    cast: Cast,
    hopper: bytes,
    sent: dict[str, Any],
    told: str,
) -> None:
    data = CUT | {"top": "77"} | sent
    if "photo" in data:
        data["photo"] = file(hopper if data["photo"] == b"hopper" else data["photo"])
    answer = client_of(cast.ann).post("/another-way/own-photo/", data)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert 'value="77"' in answer.content.decode()


@pytest.mark.usefixtures("_no_net")
def test_initials_become_a_card_and_what_is_no_letter_is_told(cast: Cast) -> None:
    ann = client_of(cast.ann)
    for text, told in (("", "one to three"), ("ABCD", "one to three"), ("A7", "signs")):
        answer = ann.post("/another-way/initials/", {"letters": text})
        assert answer.status_code == 422
        assert told in answer.content.decode(), text
    answer = ann.post("/another-way/initials/", {"letters": "ÉK"})
    assert answer["Location"].startswith("/headshots/")
    page = ann.get(answer["Location"]).content.decode()
    assert "Initials" in page
    assert "made without AI" in page
    assert "edited with AI" not in page
    with guard.as_self(cast.ann):
        assert Headshot.objects.get().style == "initials"
        assert AuditEntry.objects.filter(action="initials.drawn").exists()


def test_declining_writes_nothing_down(cast: Cast) -> None:
    before = AuditEntry.objects.count()
    for member in (None, cast.ann):
        answer = client_of(member).get("/another-way/decline/")
        assert answer.status_code == 200
        assert "set-cookie" not in {name.lower() for name in answer.headers}
    assert AuditEntry.objects.count() == before
    assert "Erase my account" in client_of(cast.ann).get("/another-way/decline/").content.decode()


def test_withdrawing_the_consent_to_ai_does_not_shorten_what_was_made_without(
    cast: Cast,
) -> None:
    client_of(cast.ann).post("/another-way/initials/", {"letters": "AN"})
    with guard.as_self(cast.ann):
        until = Headshot.objects.get().expires_at
        erase.after_withdrawal(cast.ann)
        assert Headshot.objects.get().expires_at == until


@pytest.mark.browser
def test_a_cut_by_mouse_keys_and_numbers(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen: Watched = browse()
    page = seen.page
    sign_in(seen)
    seen.open("/another-way/")
    shot(seen, "laptop-ways")
    page.get_by_role("link", name="Use my own photo").click()
    page.set_input_files("[name=photo]", photo(hopper))
    canvas = page.locator("[data-canvas]")
    canvas.wait_for()
    page.wait_for_function("document.querySelector('[data-canvas]').width > 0")
    page.fill("[name=size]", "50")
    canvas.focus()
    page.keyboard.press("+")
    assert page.input_value("[name=size]") == "48"
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert int(page.input_value("[name=left]")) < 50
    box = canvas.bounding_box()
    top = int(page.input_value("[name=top]"))
    page.mouse.move(box["x"] + 100, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 120, steps=4)
    page.mouse.up()
    assert int(page.input_value("[name=top]")) > top, "dragged up: the cut goes down"
    page.mouse.wheel(0, -100)
    page.wait_for_function("document.querySelector('[name=size]').value === '45'")
    shot(seen, "laptop-cut")
    page.click("[data-make]")
    page.wait_for_url("**/headshots/*/")
    shot(seen, "laptop-own-headshot")
    assert page.evaluate(HELD) == NOTHING
    assert seen.foreign == []
    assert seen.trouble == []


@pytest.mark.browser
def test_two_fingers_apart_make_the_cut_tighter_about_its_middle(
    browse: Any, cast: Cast, hopper: bytes
) -> None:
    seen: Watched = browse(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = seen.page
    sign_in(seen)
    seen.open("/another-way/own-photo/")
    page.set_input_files("[name=photo]", photo(hopper))
    page.wait_for_function("document.querySelector('[data-canvas]').width > 0")
    canvas = page.locator("[data-canvas]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = {name: int(page.input_value(f"[name={name}]")) for name in ("size", "left", "top")}
    fingers = seen.context.new_cdp_session(page)

    def touch(what: str, *apart: int) -> None:
        points = [{"x": x + away, "y": y, "id": n} for n, away in enumerate(apart)]
        fingers.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": points})

    touch("touchStart", -40, 40)
    for away in range(45, 85, 5):
        touch("touchMove", -away, away)
    touch("touchEnd")
    after = {name: int(page.input_value(f"[name={name}]")) for name in before}
    assert after["size"] == pytest.approx(before["size"] / 2, abs=6), "twice as far apart: half the side"
    wide, high = Image.open(io.BytesIO(hopper)).size
    for name, full in (("left", wide), ("top", high)):
        middles = [
            (full - cut) * where[name] / 100 + cut / 2
            for where in (before, after)
            for cut in [min(wide, high) * where["size"] / 100]
        ]
        assert middles[1] == pytest.approx(middles[0], abs=0.03 * full)
    assert page.evaluate("visualViewport.scale") == 1, "the page itself is not zoomed"
    assert seen.trouble == []


@pytest.mark.browser
def test_a_photo_that_the_browser_cannot_draw_is_looked_at_in_a_frame(
    browse: Any, cast: Cast, hopper: bytes
) -> None:
    """HEIC, as iPhones make it: most browsers cannot, the studio can where its reader is installed."""
    heif = pytest.importorskip("pillow_heif")
    packed = io.BytesIO()
    heif.from_pillow(Image.open(io.BytesIO(hopper)).convert("RGB")).save(packed, quality=90)
    seen: Watched = browse()
    page = seen.page
    sign_in(seen)
    seen.open("/another-way/own-photo/")
    sent = {"name": "IMG_0001.HEIC", "mimeType": "image/heic", "buffer": packed.getvalue()}
    page.set_input_files("[name=photo]", sent)
    look = page.get_by_role("button", name="Show me the crop")
    look.wait_for()
    assert page.locator("[data-view]").is_hidden()
    page.fill("[name=size]", "60")
    look.click()
    page.frame_locator("[name=cut]").locator("img").wait_for()
    page.click("[data-make]")
    page.wait_for_url("**/headshots/*/")
    with guard.as_self(cast.ann):
        assert Headshot.objects.get().width == round(0.6 * Image.open(io.BytesIO(hopper)).width)
    assert seen.trouble == []


@pytest.mark.browser
def test_without_javascript_the_cut_is_looked_at_in_a_frame(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen: Watched = browse(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = seen.page
    sign_in(seen)
    seen.open("/another-way/own-photo/")
    page.set_input_files("[name=photo]", photo(hopper))
    page.fill("[name=size]", "60")
    page.get_by_role("button", name="Show me the crop").click()
    picture = page.frame_locator("[name=cut]").locator("img")
    picture.wait_for()
    assert picture.get_attribute("src").startswith("data:image/jpeg;base64,")
    shot(seen, "phone-cut-nojs")
    page.fill("[name=size]", "40")  # the browser still has the file
    page.get_by_role("button", name="Make it my headshot").click()
    page.wait_for_url("**/headshots/*/")
    with guard.as_self(cast.ann):
        assert Headshot.objects.get().width == round(0.4 * Image.open(io.BytesIO(hopper)).width)


def shot(seen: Watched, name: str) -> None:
    if FOLDER:
        seen.page.screenshot(path=f"{FOLDER}/{name}.png", full_page=True)
