"""A wish moves the crop and never the pixels: inside the master, hair and chin no worse than was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faceproof import formats
from faceproof.finishing import FinishingError, Wish, cut, largest_true_size, render
from faceproof.finishing.crop import LEAST_ROOM
from faceproof.finishing.wish import SHIFT, ZOOM

from .test_finishing import ALL, picture, points, row_of

LINKEDIN = formats.get("linkedin")
WISHES = st.builds(
    Wish,
    zoom=st.floats(*ZOOM),
    dx=st.floats(-SHIFT, SHIFT),
    dy=st.floats(-SHIFT, SHIFT),
    retouch=st.booleans(),
)


def test_the_default_is_empty_and_changes_nothing() -> None:
    assert Wish().plain() == {}
    assert Wish.of({}) == Wish()
    master = picture(1600, 1600)
    assert (render(master, LINKEDIN, wish=Wish()).pixels == render(master, LINKEDIN).pixels).all()


@given(WISHES)
def test_a_wish_survives_being_stored(wish: Wish) -> None:
    kept = Wish.of(wish.plain())
    assert kept.plain() == wish.plain()
    assert kept.retouch == wish.retouch
    assert kept.zoom == pytest.approx(wish.zoom, abs=5e-4)


def test_what_a_form_sends_is_read_and_clamped() -> None:
    read = Wish.of({"retouch": "0", "zoom": "3", "dx": "-0.05", "dy": -1, "csrfmiddlewaretoken": "x"})
    assert read == Wish(retouch=False, zoom=1.25, dx=-0.05, dy=-0.12)


@pytest.mark.parametrize(
    "junk",
    [{"zoom": "wide"}, {"zoom": "nan"}, {"dx": None}, {"dy": True}, {"retouch": "maybe"}, {"retouch": 1}],
)
def test_what_is_no_wish_is_refused(junk: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"number|neither|convert"):
        Wish.of(junk)


def test_a_wish_cannot_be_made_outside_its_range() -> None:
    with pytest.raises(ValueError, match="range"):
        Wish(zoom=2.0)


def test_tighter_is_tighter_and_the_eyes_stay_where_they_were() -> None:
    master = picture(3600, 3600, head=0.4, top=0.24)
    plain, tight, loose = (render(master, LINKEDIN, wish=Wish(zoom=zoom)) for zoom in (1.0, 1.2, 0.9))
    heads = [row_of(done.pixels, 1) - row_of(done.pixels, 0) for done in (plain, tight, loose)]
    assert heads[1] / heads[0] == pytest.approx(1.2, abs=0.02)
    assert heads[2] / heads[0] == pytest.approx(0.9, abs=0.02)
    assert row_of(tight.pixels, 0) == pytest.approx(row_of(plain.pixels, 0), abs=2)
    assert tight.head_share == pytest.approx(plain.head_share * 1.2)


def test_the_person_moves_where_they_were_asked_to() -> None:
    master = picture(3600, 3600, head=0.4, top=0.24)
    plain, moved = (render(master, LINKEDIN, wish=wish) for wish in (Wish(), Wish(dx=0.1, dy=0.05)))
    eyes = [np.nonzero(done.pixels[..., 0].astype(int) - done.pixels[..., 1] > 60) for done in (plain, moved)]
    assert eyes[1][1].mean() - eyes[0][1].mean() == pytest.approx(0.1 * 800, abs=2)
    assert row_of(moved.pixels, 0) - row_of(plain.pixels, 0) == pytest.approx(0.05 * 800, abs=2)
    assert moved.aside - plain.aside == pytest.approx(0.1, abs=0.003)


def test_tighter_holds_fewer_pixels_and_says_so() -> None:
    master = picture(900, 900)
    wide, high = largest_true_size(master, LINKEDIN, Wish(zoom=1.2))
    assert (wide, high) < largest_true_size(master, LINKEDIN)
    done = render(master, LINKEDIN, wish=Wish(zoom=1.2))
    assert (done.width, done.height) == (wide, high)
    assert done.reduction == 1.0


def test_where_the_master_ends_the_crop_ends_and_says_so() -> None:
    master = picture(1000, 1000, head=0.7, top=0.2)
    loose = cut(master, formats.get("web-original"), Wish(zoom=0.85))
    assert (loose.width, loose.height) == (1000, 1000)
    assert loose.held_by == ("left", "top", "right", "bottom")


@settings(max_examples=200, deadline=None)
@given(
    width=st.integers(300, 3000),
    height=st.integers(300, 3000),
    middle=st.floats(0.2, 0.8),
    crown=st.floats(-0.05, 0.4),
    head=st.floats(0.2, 0.6),
    number=st.integers(0, len(ALL) - 1),
    wish=WISHES,
)
def test_no_wish_leaves_the_master_or_cuts_the_head_unasked(
    width: int, height: int, middle: float, crown: float, head: float, number: int, wish: Wish
) -> None:
    master = replace(
        picture(8, 8),
        pixels=np.zeros((height, width, 3), np.uint8),
        geometry=points(middle * width, crown * height, (crown + head) * height),
    )
    fmt = ALL[number]
    try:
        before = cut(master, fmt)
        after = cut(master, fmt, wish)
    except FinishingError as error:
        if error.code != "does_not_fit":
            raise
        return
    if min(before.width, after.width) < 48:
        return
    assert after.left >= 0
    assert after.top >= 0
    assert after.left + after.width <= width + 1e-6
    assert after.top + after.height <= height + 1e-6
    chin, hair = master.geometry.chin[1], master.geometry.crown[1]
    pixel = 1.01  # whole pixels, where nothing is resampled
    assert after.top + after.height >= min(chin, before.top + before.height) - pixel
    asked = max(0.0, -wish.dy) * after.height
    room = max(hair, 0.0) - LEAST_ROOM * after.height
    assert after.top <= max(room, before.top) + asked + pixel
    assert ("hair_cut" in after.notes) or after.top <= hair + 0.02 * after.height


def test_a_picture_cut_by_hand_is_cut_from_its_middle_and_not_sharpened() -> None:
    master = replace(picture(1000, 1000), given=True)
    square = render(master, formats.get("web-original"))
    assert (square.pixels == master.pixels).all()
    cv = cut(master, formats.get("cv"))
    assert (cv.top, cv.height) == (0, 1000)
    assert cv.left + cv.width / 2 == pytest.approx(500)
    assert [name for name, _ in square.actions] == ["c2pa.cropped"]
    tight = cut(master, formats.get("linkedin"), Wish(zoom=1.25, dx=-0.05))
    assert tight.width == pytest.approx(800)
    assert tight.left == pytest.approx(100 + 40)


def test_without_retouch_where_nobody_knows_how_that_looks_is_told() -> None:
    master = picture(900, 900)
    assert render(master, LINKEDIN, wish=Wish(retouch=False)).retouched
    plain = replace(master, unretouched=np.full((900, 900, 3), 77, np.uint8))
    done = render(plain, LINKEDIN, wish=Wish(retouch=False))
    assert not done.retouched
    assert (done.pixels == 77).all()
    assert (render(plain, LINKEDIN).pixels == render(master, LINKEDIN).pixels).all()
