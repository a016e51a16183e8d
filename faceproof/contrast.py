"""Contrast of colours, computed as WCAG 2.2 does (criteria 1.4.3 and 1.4.11); for pages and for mail."""

from __future__ import annotations

import colorsys

Colour = tuple[int, int, int]  # sRGB, 0..255

WHITE: Colour = (255, 255, 255)
INK: Colour = (7, 19, 26)
TEXT, SHAPE = 4.5, 3.0  # ratios for text, and for a button on the page


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``share`` (0..1) of ``other`` in ``one``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def readable(colour: Colour, grounds: tuple[Colour, ...], ratio: float) -> Colour:
    """``colour``, made lighter or darker as far as ``ratio`` against every ground asks; the hue stays."""
    hue, light, saturation = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    goal = 0.0 if luminance(grounds[0]) > 0.18 else 1.0
    for step in range(0, 101, 2):
        red, green, blue = colorsys.hls_to_rgb(hue, light + (goal - light) * step / 100, saturation)
        moved = (round(red * 255), round(green * 255), round(blue * 255))
        if all(contrast(moved, ground) >= ratio for ground in grounds):
            break
    return moved


def on(colour: Colour) -> Colour:
    """White or ink, whichever reads better on ``colour`` (one of them always reaches 4.5)."""
    return max((WHITE, INK), key=lambda text: contrast(text, colour))
