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


def _tokens() -> list[dict[str, accent.Colour]]:
    """The colours of the stylesheet, light and dark."""
    import re
    from pathlib import Path

    css = (Path(accent.__file__).parent / "static/faceproof/faceproof.css").read_text()
    css = css[css.index("@layer tokens {") : css.index("@layer base {")]
    blocks = re.findall(r":root \{(.*?)\n\s*\}", css, re.DOTALL)
    found = [dict(re.findall(r"--([a-z0-9-]+): #([0-9a-f]{6})", block)) for block in blocks]
    themes = [{name: tuple(bytes.fromhex(text)) for name, text in each.items()} for each in found]
    assert len(themes) == 2
    return themes  # type: ignore[return-value]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_colour_of_the_stylesheet_is_readable_where_it_stands(theme: int) -> None:
    colours = _tokens()[theme]
    pairs = [
        (text, ground) for text in ("ink", "ink-2", "accent-text") for ground in ("paper", "surface", "sunk")
    ]
    pairs += [(kind, ground) for kind in ("good", "warn", "bad") for ground in (f"{kind}-bg", "surface")]
    pairs += [("ink", f"{kind}-bg") for kind in ("good", "warn", "bad")]
    pairs += [
        ("ink", "accent-soft"),
        ("accent-text", "accent-soft"),
        ("on-accent", "accent"),
        ("bad", "paper"),
    ]
    colours = _tokens()[0] | colours  # the dark theme changes some of the board's colours, not all
    pairs += [("film-ink", "film"), ("film-quiet", "film"), ("film-ink", "film-2"), ("paper", "ink")]
    for text, ground in pairs:
        assert accent.contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for edge in ("edge", "accent", "pencil"):
        for ground in ("paper", "surface"):
            assert accent.contrast(colours[edge], colours[ground]) >= 3, (edge, ground)
