"""The organisation's colour is readable whatever it is."""

from __future__ import annotations

import random

import pytest

from faceproof.web import accent

DIFFICULT = [
    (255, 255, 0),
    (255, 255, 255),
    (0, 0, 0),
    (127, 127, 127),
    (255, 182, 193),
    (36, 82, 110),
    (1, 1, 60),
]
_random = random.Random(20261120)
SOME = [tuple(_random.randrange(256) for _ in range(3)) for _ in range(40)]


@pytest.mark.parametrize("colour", [*DIFFICULT, *SOME])
def test_text_in_the_accent_reaches_the_ratio_on_every_ground_of_its_theme(colour: accent.Colour) -> None:
    for grounds in (accent.LIGHT, accent.DARK):
        text = accent.readable(colour, grounds, accent.TEXT)
        assert min(accent.contrast(text, ground) for ground in grounds) >= 4.5


@pytest.mark.parametrize("colour", [*DIFFICULT, *SOME])
def test_a_button_can_be_seen_and_its_label_read(colour: accent.Colour) -> None:
    for grounds in (accent.LIGHT, accent.DARK):
        button = accent.readable(colour, grounds, accent.SHAPE)
        assert min(accent.contrast(button, ground) for ground in grounds) >= 3
        assert accent.contrast(accent.on(button), button) >= 4.5


def test_a_readable_colour_is_left_as_the_organisation_chose_it() -> None:
    assert accent.readable((36, 82, 110), accent.LIGHT, accent.TEXT) == (36, 82, 110)


def test_black_on_white_has_the_contrast_of_the_standard() -> None:
    assert accent.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


def test_the_grounds_are_those_of_the_stylesheet() -> None:
    from pathlib import Path

    css = (Path(accent.__file__).parent / "static/faceproof/faceproof.css").read_text()
    for ground in (*accent.LIGHT, *accent.DARK):
        assert f"#{bytes(ground).hex()}" in css
