"""The whole way, by finger, mouse and keyboard; in both languages and themes, with and without scripts.

Screens and clicks are counted; what leaves the page and what it writes down is watched."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any

import pytest
from django.utils import translation
from PIL import Image

from faceproof import tenancy
from faceproof.sittings.models import READY, Sitting
from tests import photos
from tests.conftest import ROOT, Cast
from tests.web.conftest import Watched
from tests.web.test_browser import HELD, NOTHING, assert_clean, photo, sign_in, tab_to, title, until
from tests.web.walked import SPY

pytestmark = pytest.mark.browser

PARTS = ROOT / "faceproof/web/parts"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1280, "height": 860}}
MOST_CLICKS, MOST_SCREENS = 8, 4
SHIFT = 0.05


class Walk:
    """Clicks and screens on the way from "Before" to a file."""

    def __init__(self, seen: Watched, way: str) -> None:
        self.seen, self.way, self.clicks, self.screens = seen, way, 0, 1

    def press(self, selector: str) -> None:
        self.clicks += 1
        if self.way == "keyboard":
            tab_to(self.seen.page, selector)
            self.seen.page.keyboard.press("Enter")
        elif self.way == "touch":
            self.seen.page.locator(selector).first.tap()
        else:
            self.seen.page.locator(selector).first.click()

    def choose(self, data: bytes) -> None:
        """One click opens the chooser; picking a file in it is the system's business."""
        self.clicks += 1
        self.seen.page.set_input_files("[name=photo]", photo(data))
        if self.way != "plain":
            self.seen.page.wait_for_selector("[data-preview]:not([hidden])")

    def arrive(self, selector: str) -> None:
        self.screens += 1
        self.seen.page.wait_for_selector(selector)


WALKS = [
    ("touch", "fr-FR", "light", PHONE),
    ("mouse", "en-GB", "dark", LAPTOP),
    ("keyboard", "fr-FR", "dark", LAPTOP),
    ("plain", "en-GB", "light", PHONE | {"java_script_enabled": False}),
]


# P-055
@pytest.mark.parametrize(("way", "locale", "scheme", "device"), WALKS, ids=[walk[0] for walk in WALKS])
def test_from_before_to_a_file_in_four_screens_and_eight_clicks(
    browse: Any, cast: Cast, hopper: bytes, way: str, locale: str, scheme: str, device: dict[str, Any]
) -> None:
    moved = walked(browse(locale=locale, color_scheme=scheme, **device), hopper, way)
    # Twice a single shift was a defect of a rare state: read where it was, then hold that state in a test of
    # its own, as below. What moves in every walk fails here.
    if moved:
        warnings.warn(f"moved once: {moved}", stacklevel=1)
        assert not walked(browse(locale=locale, color_scheme=scheme, **device), hopper, way)


def walked(seen: Watched, hopper: bytes, way: str) -> list[Any]:
    """The whole way, once. Returns what moved, when that was more than it may."""
    page = seen.page
    page.add_init_script(SPY)
    sign_in(seen)
    seen.open("/before/")
    walk = Walk(seen, way)
    walk.press("main form button")
    walk.arrive("[data-upload]")
    walk.choose(hopper)
    walk.press("main button[type=submit]")
    walk.arrive(".looks .picture")
    moved = walked_to_the_choice(page, way)
    walk.press(".looks form button")
    walk.arrive("a[download]")
    if way != "plain":
        assert page.evaluate(HELD) == NOTHING, "the photo is gone with the page that held it"
    with page.expect_download() as waiting:
        walk.press("a[download]")
    with Image.open(str(waiting.value.path())) as picture:
        assert min(picture.size) > 100
    assert walk.screens <= MOST_SCREENS
    assert walk.clicks <= MOST_CLICKS, walk.clicks
    assert_clean(seen)
    return moved


def walked_to_the_choice(page: Any, way: str) -> list[Any]:
    """Nothing was written, reading starts at the title; returns what jumped. Times are in `bench/walk.py`."""
    if way == "plain":
        return []
    page.wait_for_selector(".to-come", state="detached")
    assert page.evaluate("window.written") == []
    assert page.evaluate("document.activeElement.matches('h1, body')")
    assert page.locator("#told[role=status]").inner_text().strip()
    return list(page.evaluate("window.moved")) if page.evaluate("window.shift") > SHIFT else []


def on_choose(browse: Any, hopper: bytes, **options: Any) -> Watched:
    seen: Watched = browse(**options)
    sign_in(seen)
    seen.open("/photo/")
    seen.page.set_input_files("[name=photo]", photo(hopper))
    seen.page.wait_for_selector("[data-preview]:not([hidden])")
    seen.page.click("main button[type=submit]")
    seen.page.wait_for_selector(".looks .picture")
    seen.page.wait_for_selector(".to-come", state="detached")
    return seen


def test_looks_that_all_come_at_once_move_nothing_either(browse: Any, cast: Cast, hopper: bytes) -> None:
    """A busy studio may have every look ready before the page asks for the first time."""
    seen = browse(**LAPTOP)
    page = seen.page
    page.add_init_script(SPY)
    sign_in(seen)
    seen.open("/photo/")
    page.set_input_files("[name=photo]", photo(hopper))
    page.wait_for_selector("[data-preview]:not([hidden])")
    held: list[Any] = []
    page.route("**/*seen=*", lambda route: held.append(route))
    page.click("main button[type=submit]")
    page.wait_for_selector(".to-come")
    for _ in range(400):
        with tenancy.scope(org_id=cast.ann.org_id, subject_id=cast.ann.id):
            if held and Sitting.objects.filter(state=READY).exists():
                break
        page.wait_for_timeout(50)
    for each in held:
        each.continue_()
    page.unroute("**/*seen=*")
    moved = walked_to_the_choice(page, "mouse")
    assert page.locator("[data-sitting=ready-look]").count() == 1
    assert not moved


def sentences(language: str) -> list[str]:
    """Everything that can stand under the title of a sitting while it is open, in that language."""
    found = []
    for part in ("developing", "asking", "choosing"):
        [told] = re.findall(r'<p id="told".*?</p>', (PARTS / f"{part}.html").read_text(), re.DOTALL)
        with translation.override(language):
            found += [translation.gettext(each) for each in re.findall(r'{% translate "(.+?)" %}', told)]
            for one, many in re.findall(r"%}([^%]+){% plural %}([^%]+){% endblock", told):
                one, many = (re.sub(r"{{ (\w) }}", r"%(\1)s", each) for each in (one, many))
                found.append(translation.ngettext(one, many, 49) % {"n": 49, "s": 120})
    return found


@pytest.mark.parametrize(
    ("locale", "width"), [("en-GB", 320), ("fr-FR", 320), ("fr-FR", 390), ("fr-FR", 1280)]
)
def test_whatever_is_told_takes_the_same_room(
    browse: Any, cast: Cast, hopper: bytes, locale: str, width: int
) -> None:
    """Or everything below it would jump with each sentence."""
    seen = on_choose(browse, hopper, locale=locale, viewport={"width": width, "height": 844})
    told = sentences(locale[:2])
    assert len(told) > 7
    assert not any("%" in each or "{" in each for each in told)
    height = "(text) => { told.textContent = text; return told.getBoundingClientRect().height; }"
    heights = {each: seen.page.evaluate(height, each) for each in told}
    assert len(set(heights.values())) == 1, heights


def pixels(page: Any, selector: str) -> Image.Image:
    return Image.open(io.BytesIO(page.locator(selector).first.screenshot())).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean of the absolute differences, 0..255."""
    from PIL import ImageChops, ImageStat

    return float(sum(ImageStat.Stat(ImageChops.difference(one, other.resize(one.size))).mean) / 3)


def test_before_lies_exactly_below_after_and_leaves_with_the_page(
    browse: Any, cast: Cast, hopper: bytes
) -> None:
    seen = on_choose(browse, hopper)
    page = seen.page
    page.wait_for_selector("#id_compare:visible")
    after = pixels(page, ".frame")
    page.locator("#id_compare").focus()
    page.keyboard.press("End")
    before = pixels(page, ".frame")
    assert difference(after, before) > 8, "another background"
    box = (
        round(after.width * 0.42),
        round(after.height * 0.35),
        round(after.width * 0.58),
        round(after.height * 0.55),
    )
    assert difference(after.crop(box), before.crop(box)) < 20, "the same face at the same place"
    page.keyboard.press("Home")
    assert difference(after, pixels(page, ".frame")) < difference(after, before) / 2, "and back again"
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate(HELD) == NOTHING
    assert page.locator("#id_compare").is_hidden()
    assert page.locator("[data-without-photo]").is_visible(), "and the page says why"
    seen.open(seen.page.url.removeprefix(seen.origin))
    assert page.locator("#id_compare").is_hidden()
    assert_clean(seen)


def test_another_look_comes_into_the_frame_and_the_choice_is_of_it(
    browse: Any, cast: Cast, hopper: bytes
) -> None:
    seen = on_choose(browse, hopper)
    page = seen.page
    wanted = page.locator(".tiles a").nth(1)
    label = wanted.inner_text().strip()
    wanted.click()
    page.wait_for_selector(f".chosen-look h2:has-text('{label}')")
    assert page.locator(".tiles [aria-current]").inner_text().strip() == label
    assert label in str(page.locator(".frame .picture").get_attribute("alt"))
    page.locator(".looks form button").first.click()
    page.wait_for_url("**/headshots/*/")
    assert label in str(page.locator(".frame .picture").get_attribute("alt"))
    assert_clean(seen)


def test_todays_avatar_is_drawn_beside_the_new_one_and_never_sent(
    browse: Any, cast: Cast, hopper: bytes, astronaut: bytes
) -> None:
    seen = on_choose(browse, hopper)
    page = seen.page
    assert page.locator(".avatars canvas:visible").count() == 0
    assert page.locator(".pair .round b:visible").count() > 0, "initials until then"
    asked = len(seen.requests)
    page.set_input_files("[data-today]", photo(astronaut))
    page.wait_for_selector(".avatars canvas:visible >> nth=4")
    assert len(seen.requests) == asked, "nothing went out"
    sizes = page.evaluate(
        "[...document.querySelectorAll('.sizes .round')].map((each) => each.getBoundingClientRect().width)"
    )
    assert sizes == [96, 48, 32, 96, 48, 32]
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate(HELD) == NOTHING


def test_retouch_and_crop_are_seen_before_they_are_kept(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen = on_choose(browse, hopper)
    page = seen.page
    made = pixels(page, ".frame")
    page.click("summary:has-text('Retouch and crop')")
    page.locator("[name=zoom]").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('.frame .picture').src.includes('zoom=1.1')")
    until(page, "document.querySelector('.frame .picture').complete")
    closer = pixels(page, ".frame")
    assert difference(made, closer) > 4
    page.uncheck("[name=retouch]")
    page.click("button:has-text('Save it so')")
    page.wait_for_selector(".tiles img[src*='zoom=1.1']")
    assert "retouch=0" in str(page.locator(".frame .picture").get_attribute("src"))
    assert page.locator("#id_compare").is_visible(), "the photo is still in the page"
    assert not page.is_checked("[name=retouch]")
    page.click("summary:has-text('Retouch and crop')") if not page.locator(
        "[name=as_made]"
    ).is_visible() else None
    page.click("[name=as_made]")
    page.wait_for_selector(".frame .picture[src$='.jpg']")
    page.wait_for_timeout(400)  # longer than the wait before a look ahead: none comes after the decision
    assert "zoom" not in str(page.locator(".frame .picture").get_attribute("src"))
    assert_clean(seen)


def side_by_side(*data: bytes) -> bytes:
    """People next to each other in one photo."""
    faces = [Image.open(io.BytesIO(each)).convert("RGB").resize((600, 600)) for each in data]
    together, out = Image.new("RGB", (600 * len(faces), 600)), io.BytesIO()
    for place, face in enumerate(faces):
        together.paste(face, (600 * place, 0))
    together.save(out, "JPEG", quality=95)
    return out.getvalue()


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "plain"])
def test_who_is_not_alone_taps_the_own_face(
    browse: Any, cast: Cast, hopper: bytes, astronaut: bytes, script: bool
) -> None:
    seen = browse(java_script_enabled=script, **PHONE)
    page = seen.page
    sign_in(seen)
    seen.open("/photo/")
    page.set_input_files("[name=photo]", photo(side_by_side(hopper, astronaut)))
    page.click("main button[type=submit]")
    page.wait_for_selector("h1:has-text('Which one is you?')")
    assert page.locator("#told").inner_text()
    if script:
        buttons = page.locator("#faces button:visible")
        until(page, "document.querySelectorAll('[data-selfie]:not([hidden])').length == 1")
        assert buttons.count() == 2
        left, right = (buttons.nth(n).bounding_box() for n in (0, 1))
        frame = page.locator("#frame").bounding_box()
        assert left["x"] + left["width"] < frame["x"] + frame["width"] / 2 < right["x"], "one on each half"
        assert abs(left["y"] + left["height"] / 2 - frame["y"] - frame["height"] / 2) < frame["height"] / 4
        assert "face 2 of 2" in buttons.nth(1).inner_text()
        buttons.nth(1).tap()
    else:
        page.click("button:has-text('The face on the right')")
    page.wait_for_selector(".looks .picture")
    assert_clean(seen)


def test_a_matter_of_taste_is_the_persons(browse: Any, cast: Cast, hopper: bytes) -> None:
    seen = browse()
    page = seen.page
    sign_in(seen)
    seen.open("/photo/")
    page.set_input_files("[name=photo]", photo(photos.dark(hopper)))
    page.click("main button[type=submit]")
    page.wait_for_selector("h1:has-text('Use this photo?')")
    assert "too dark" in page.locator("main").inner_text()
    anyway, another = page.locator("[name=anyway]"), page.locator("a:has-text('Take another photo')")
    assert abs(anyway.bounding_box()["width"] - another.bounding_box()["width"]) < 2, (
        "equal buttons are equal"
    )
    anyway.click()
    page.wait_for_selector(".looks .picture")
    assert_clean(seen)


def test_this_is_not_me_deletes_after_asking_and_keeps_one_line(
    browse: Any, cast: Cast, hopper: bytes
) -> None:
    seen = on_choose(browse, hopper)
    page = seen.page
    page.click("a:has-text('This is not me')")
    assert title(seen) == "This is not me"
    assert "one line stays" in page.locator("main").inner_text()
    page.click("a:has-text('Keep them')")
    page.wait_for_selector(".looks")
    page.click("a:has-text('This is not me')")
    page.click("button:has-text('Delete these pictures')")
    page.wait_for_url("**/before/")
    assert "deleted" in page.locator(".notes[role=status]").first.inner_text()
    seen.open("/")
    assert page.locator("main img").count() == 0
    seen.open("/record/")
    assert "this is not me" in page.locator("main").inner_text()
    assert_clean(seen)
