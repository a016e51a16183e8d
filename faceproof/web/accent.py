"""The organisation's colour, made readable: contrast is computed, never hoped for.

Ratios are those of WCAG 2.2 (success criteria 1.4.3 and 1.4.11): 4.5 for text, 3 for a button on the page.
"""

from __future__ import annotations

import colorsys

Colour = tuple[int, int, int]  # sRGB, 0..255

WHITE: Colour = (255, 255, 255)
INK: Colour = (7, 19, 26)
# The grounds of faceproof.css that the colour must be read on, lightest and darkest of each theme.
LIGHT: tuple[Colour, ...] = ((0xE9, 0xEB, 0xE6), (0xF4, 0xF5, 0xF2), WHITE)
DARK: tuple[Colour, ...] = ((0x0B, 0x0F, 0x0E), (0x11, 0x16, 0x15), (0x1A, 0x21, 0x20))
TEXT, SHAPE = 4.5, 3.0


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


def _rule(colour: Colour, grounds: tuple[Colour, ...], surface: Colour, share: float) -> str:
    shape, text = readable(colour, grounds, SHAPE), readable(colour, grounds, TEXT)
    soft = mix(surface, colour, share)
    text = readable(text, (*grounds, soft), TEXT)
    values = {"accent": shape, "on-accent": on(shape), "accent-text": text, "accent-soft": soft}
    return ":root{" + ";".join(f"--{name}:#{bytes(value).hex()}" for name, value in values.items()) + "}"


def stylesheet(colour: Colour) -> str:
    """The four tokens that depend on the organisation's colour, for both themes."""
    light, dark = _rule(colour, LIGHT, WHITE, 0.12), _rule(colour, DARK, DARK[2], 0.22)
    return f"{light}\n@media (prefers-color-scheme:dark){{{dark}}}\n"
