"""The wish for the perspective of a close photo: on the form, kept on errors, and as far as the darkroom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faceproof import tenancy
from faceproof.darkroom import Order
from faceproof.darkroom.pool import Pool
from faceproof.sittings import flow
from faceproof.sittings.models import Sitting
from tests.conftest import Cast
from tests.web.test_browser import assert_clean, sign_in
from tests.web.test_pages import Opener, client_of  # noqa: F401 # a fixture


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.FACEPROOF_ENGINE = "fake:"


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """What the darkroom was asked for."""
    seen: list[Order] = []
    real = Pool.develop

    def develop(self: Pool, order: Order, *rest: Any, **more: Any) -> Iterator[Any]:
        seen.append(order)
        return real(self, order, *rest, **more)

    monkeypatch.setattr(Pool, "develop", develop)
    return seen


def sent(photo: bytes, **fields: str) -> dict[str, Any]:
    return {"photo": SimpleUploadedFile("me.jpg", photo, content_type="image/jpeg")} | fields


def chosen(page: str) -> tuple[str, str]:
    """The ticked way, and where the slider stands."""
    [way] = re.findall(r'name="lens" value="(\w+)"[^>]*checked', page)
    [strength] = re.findall(r'name="strength"[^>]*value="(\d+)"', page)
    return way, strength


@pytest.mark.parametrize(
    ("fields", "wish"),
    [
        ({}, None),
        ({"lens": "auto", "strength": "35"}, None),
        ({"lens": "off", "strength": "35"}, 0.0),
        ({"lens": "hand", "strength": "35"}, 0.35),
        ({"lens": "hand"}, 0.7),
        ({"lens": "hand", "strength": "0"}, 0.0),
        ({"lens": "hand", "strength": "400"}, None),
        ({"lens": "hand", "strength": "-5"}, None),
        ({"lens": "always", "strength": "100"}, None),
    ],
)
def test_the_wish_reaches_the_darkroom_and_nonsense_is_automatic(
    cast: Cast,
    client_of: Opener,  # noqa: F811
    hopper: bytes,
    orders: list[Order],
    fields: dict[str, str],
    wish: float | None,
) -> None:
    answer = client_of(cast.ann).post("/photo/", sent(hopper, **fields))
    assert answer.status_code == 302
    assert [order.lens for order in orders] == [wish]


def test_the_form_is_automatic_at_first_and_keeps_a_choice_when_it_comes_back(
    cast: Cast,
    client_of: Opener,  # noqa: F811
) -> None:
    ann = client_of(cast.ann)
    assert chosen(ann.get("/photo/").content.decode()) == ("auto", "70")
    empty = ann.post("/photo/", {"lens": "hand", "strength": "45"})
    assert empty.status_code == 422
    assert chosen(empty.content.decode()) == ("hand", "45")
    assert '<details class="card" open>' in empty.content.decode()
    assert chosen(ann.post("/photo/", {"lens": "off"}).content.decode()) == ("off", "70")


def test_after_a_refused_photo_the_form_still_has_the_wish(
    cast: Cast,
    client_of: Opener,  # noqa: F811
) -> None:
    ann = client_of(cast.ann)
    answer = ann.post("/photo/", sent(b"notes" * 50, lens="hand", strength="55"))
    assert chosen(ann.get(answer["Location"]).content.decode()) == ("hand", "55")


def test_a_sealed_photo_keeps_the_wish_until_it_is_developed(
    cast: Cast, hopper: bytes, orders: list[Order]
) -> None:
    upload = flow.Upload(hopper, "image/jpeg")
    sitting = flow.receive(cast.ann, upload, custody="sealed", keep_days=3, lens=0.4)
    assert sitting.state == "waiting"
    assert flow.develop(cast.ann, sitting.id) == "ready"
    assert [order.lens for order in orders] == [0.4, 0.4]
    with tenancy.scope(org_id=cast.ann.org_id, subject_id=cast.ann.id):
        assert Sitting.objects.get(id=sitting.id).lens == 0.4


def test_the_form_speaks_french(cast: Cast, client_of: Opener) -> None:  # noqa: F811
    page = client_of(cast.ann, "fr").get("/photo/").content.decode()
    assert "Correction des gros plans" in page
    assert "Close-up" not in page


@pytest.mark.browser
def test_moving_the_slider_is_choosing_it(browse: Any, cast: Cast) -> None:
    seen = browse()
    sign_in(seen)
    seen.open("/photo/")
    assert not seen.page.locator("[name=strength]").is_visible(), "folded away"
    seen.page.click("summary:has-text('Close-up correction')")
    seen.page.locator("[name=strength]").press("ArrowRight")
    assert seen.page.locator("[name=lens][value=hand]").is_checked()
    assert_clean(seen)
