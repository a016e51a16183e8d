"""Several photos in one upload: as a plain form, in a browser, and what the page says of each."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faceproof import reasons
from faceproof.sittings.models import Sitting
from tests import photos
from tests.conftest import Cast
from tests.web.test_browser import HELD, NOTHING, assert_clean, sign_in
from tests.web.test_pages import Opener, client_of  # noqa: F401 # a fixture


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.FACEPROOF_ENGINE = "fake:"


def sent(*data: bytes) -> dict[str, Any]:
    return {"photo": [SimpleUploadedFile("me.jpg", each, content_type="image/jpeg") for each in data]}


def test_a_form_without_javascript_takes_several_and_the_page_says_which_was_used_and_why(
    cast: Cast,
    client_of: Opener,  # noqa: F811
    hopper: bytes,
) -> None:
    ann = client_of(cast.ann)
    form = ann.get("/photo/").content.decode()
    assert "required multiple accept=" in form
    answer = ann.post("/photo/", sent(photos.soft(hopper), hopper, b"notes" * 50, photos.dark(hopper)))
    page = ann.get(answer["Location"]).content.decode()
    assert "The program used photo 2 of 4: it is the sharpest." in page
    assert "A little blurred." in page
    assert "This file is not a picture." in page
    assert "Choose a photo as JPEG, PNG or WebP." in page, "and what helps"
    assert "Turn towards a window or a lamp." in page
    story = ann.get(answer["Location"] + "story/").content.decode()
    assert "You sent 4 photos." in story
    assert "number 2 of 4. The others were dropped." in story
    assert client_of(cast.bob).get(answer["Location"]).status_code == 404


def test_when_none_can_be_used_each_photo_has_its_reason_and_its_remedy(
    cast: Cast,
    client_of: Opener,  # noqa: F811
    hopper: bytes,
) -> None:
    ann = client_of(cast.ann, "fr")
    answer = ann.post("/photo/", sent(b"notes" * 50, photos.dark(hopper)))
    page = ann.get(answer["Location"]).content.decode()
    assert "Ces photos ne peuvent pas servir" in page
    assert "Aucune de vos 2 photos" in page
    assert "La photo est trop sombre." in page
    assert 'name="photo"' in page, "and the form to try again"


def test_one_photo_is_told_as_ever(cast: Cast, client_of: Opener, hopper: bytes) -> None:  # noqa: F811
    ann = client_of(cast.ann)
    page = ann.get(ann.post("/photo/", sent(hopper))["Location"]).content.decode()
    assert "The program used photo" not in page
    assert "ranking" not in page


def test_too_many_and_too_large_together_are_answered_in_words(
    cast: Cast,
    client_of: Opener,  # noqa: F811
    settings: Any,
) -> None:
    ann = client_of(cast.ann)
    many = ann.post("/photo/", sent(*[b"x" * 100] * 9))
    assert many.status_code == 413
    assert "too many photos" in many.content.decode()
    settings.FACEPROOF_MAX_UPLOAD = 1000
    large = ann.post("/photo/", sent(*[b"x" * 900] * 3))
    assert large.status_code == 413
    assert "too large together" in large.content.decode()
    assert not Sitting.objects.exists()


def test_an_empty_file_among_good_ones_is_told_with_them(
    cast: Cast,
    client_of: Opener,  # noqa: F811
    hopper: bytes,
) -> None:
    ann = client_of(cast.ann)
    answer = ann.post("/photo/", sent(hopper, b""))
    page = ann.get(answer["Location"]).content.decode()
    assert "The program used photo 1 of 2: it is the only one that can be used." in page
    assert "The file is empty." in page


def test_every_reason_that_the_ranking_knows_has_its_words() -> None:
    from faceproof.intake.checks import CHECKS
    from faceproof.intake.traits import TRAITS

    names = {trait.name for trait in TRAITS}
    assert set(reasons.AHEAD) == names
    assert set(reasons.BEHIND) == names
    assert CHECKS


@pytest.mark.browser
def test_several_photos_are_chosen_shown_sent_and_let_go(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen = browse()
    page = seen.page
    sign_in(seen)
    seen.open("/photo/")
    good, soft = (
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": each} for each in (hopper, photos.soft(hopper))
    )
    notes = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x"}
    page.set_input_files("[name=photo]", [soft, good, notes])
    page.wait_for_selector(".strip canvas[width]:not([width='0']) >> nth=1")
    assert page.locator(".strip li").count() == 2, "what is no picture is left out"
    assert "Left out" in page.locator("[data-says]").inner_text()
    assert page.evaluate("document.querySelector('[name=photo]').files.length") == 2
    page.click("main button[type=submit]")
    page.wait_for_selector(".looks")
    assert "The program used photo 2 of 2: it is the sharpest." in page.locator(".ranking h2").inner_text()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate(HELD) == NOTHING
    assert_clean(seen)


@pytest.mark.browser
def test_too_many_photos_are_told_before_they_are_sent(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen = browse()
    sign_in(seen)
    seen.open("/photo/")
    nine = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": hopper} for n in range(9)]
    seen.page.set_input_files("[name=photo]", nine)
    assert "too many" in seen.page.locator("[data-says]").inner_text()
    assert seen.page.evaluate(HELD) == NOTHING
    seen.page.set_input_files("[name=photo]", nine[:3])
    seen.page.wait_for_selector(".strip canvas[width]:not([width='0']) >> nth=2")
    seen.page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert seen.page.evaluate(HELD) == NOTHING
