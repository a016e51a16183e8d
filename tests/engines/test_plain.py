"""A picture cut by hand is that part of the photo and nothing else; a card of initials reads on every
colour."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof.engines import MAX_SIDE, EngineError, Master, initials, plain
from faceproof.imaging.frame import Frame


def noise(width: int, height: int) -> NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 255, (height, width, 3), np.uint8)


@pytest.mark.parametrize("where", [*itertools.product((0.0, 0.37, 1.0), (0.0, 0.5, 1.0), (0.1, 0.63, 1.0))])
def test_every_cut_is_a_square_of_the_photos_own_pixels(where: plain.Cut) -> None:
    pixels = noise(301, 200)
    made = plain.cut(Frame(pixels), where)
    side = round(where[2] * 200)
    x, y = round(where[0] * (301 - side)), round(where[1] * (200 - side))
    assert (made.pixels == pixels[y : y + side, x : x + side]).all()
    assert made.given
    assert made.matte is None
    assert [action.name for action in made.actions] == ["c2pa.cropped"]
    assert Master.from_bytes(made.to_bytes()).given


@pytest.mark.parametrize(
    "where", [(-0.1, 0, 1), (0, 1.1, 1), (0, 0, 0.05), (0, 0, 1.5), (float("nan"), 0, 1)]
)
def test_a_cut_that_leaves_the_photo_is_refused(where: plain.Cut) -> None:
    with pytest.raises(EngineError) as caught:
        plain.cut(Frame(noise(100, 100)), where)
    assert caught.value.code == "bad_cut"


def test_a_large_picture_is_reduced_and_says_so() -> None:
    made = plain.cut(Frame(noise(2500, 2600)), (0, 0, 1))
    assert made.pixels.shape == (MAX_SIDE, MAX_SIDE, 3)
    assert made.actions[-1].name == "c2pa.resized"


def test_what_a_file_says_of_its_origin_is_not_lost() -> None:
    address = b"http://cv.iptc.org/newscodes/digitalsourcetype/"
    assert plain.stated(b"\xff\xd8 nothing") == "humanEdits"
    assert plain.stated(address + b"trainedAlgorithmicMedia\x00") == "trainedAlgorithmicMedia"
    assert plain.stated(address + b"digitalCapture") == "humanEdits"
    assert plain.stated(address + b"composite and Faceproof 0.1") == "composite"
    assert plain.stated(address + b"composite of somebody else") == "humanEdits"


def ink(master: Master) -> NDArray[np.bool_]:
    return np.asarray(np.abs(master.pixels.astype(int) - master.pixels[0, 0]).max(-1) > 60)


FONTS = [initials.FONT, Path("nowhere.ttf")]


@pytest.mark.parametrize("font", FONTS, ids=["cut", "stand-in"])
@pytest.mark.parametrize("text", ["A", "ÉM", "WW", "JdV", "ÇÀ", "i"])
def test_initials_stand_in_the_middle_and_inside_every_format(text: str, font: Path) -> None:
    made = initials.draw(text, (36, 82, 110), font)
    seen = ink(made)
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    side = initials.SIDE
    assert abs(columns[0] + columns[-1] - side) <= 4
    assert abs(rows[0] + rows[-1] - side) < 0.2 * side
    reach = np.argwhere(seen) - side / 2
    assert np.hypot(*reach.T).max() < side / 2, "inside a round avatar"
    assert np.abs(reach[:, 1]).max() < 0.77 * side / 2, "inside an upright CV photo"
    assert seen.mean() > 0.01


@pytest.mark.parametrize("font", FONTS, ids=["cut", "stand-in"])
def test_an_accent_is_drawn(font: Path) -> None:
    bare, accented = (ink(initials.draw(text, (36, 82, 110), font)) for text in ("E", "É"))
    assert accented.any(1).argmax() < bare.any(1).argmax() - 20


def test_letters_are_readable_on_every_colour() -> None:
    steps = range(0, 256, 15)
    for colour in itertools.product(steps, steps, steps):
        assert initials.contrast(initials.readable(colour), colour) >= 3.5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "initials_count"),
        ("ABCD", "initials_count"),
        ("A1", "initials_unknown"),
        ("漢", "initials_unknown"),
    ],
)
def test_what_cannot_be_drawn_says_why(text: str, code: str) -> None:
    with pytest.raises(EngineError) as caught:
        initials.draw(text, (0, 0, 0))
    assert caught.value.code == code


def test_letters_typed_apart_or_decomposed_are_the_same_card() -> None:
    one, other = (initials.draw(text, (36, 82, 110)) for text in ("ÉM", "E\u0301 M"))
    assert (one.pixels == other.pixels).all()
