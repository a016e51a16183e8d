"""The organisation's colour, made readable: contrast is computed, never hoped for.

Ratios are those of WCAG 2.2 (success criteria 1.4.3 and 1.4.11): 4.5 for text, 3 for a button on the page.
"""

from __future__ import annotations

from faceproof.contrast import SHAPE, TEXT, WHITE, Colour, contrast, mix, on, readable

__all__ = ["DARK", "LIGHT", "SHAPE", "TEXT", "Colour", "contrast", "on", "readable", "stylesheet"]

# The grounds of faceproof.css that the colour must be read on, lightest and darkest of each theme.
LIGHT: tuple[Colour, ...] = ((0xE9, 0xEB, 0xE6), (0xF4, 0xF5, 0xF2), WHITE)
DARK: tuple[Colour, ...] = ((0x0B, 0x0F, 0x0E), (0x11, 0x16, 0x15), (0x1A, 0x21, 0x20))


def _rule(colour: Colour, grounds: tuple[Colour, ...], surface: Colour, share: float) -> str:
    shape, text = readable(colour, grounds, SHAPE), readable(colour, grounds, TEXT)
    soft = mix(surface, colour, share)
    text = readable(text, (*grounds, soft), TEXT)
    values = {"accent": shape, "on-accent": on(shape), "accent-text": text, "accent-soft": soft}
    return ":root{" + ";".join(f"--{name}:#{bytes(value).hex()}" for name, value in values.items()) + "}"


def stylesheet(colour: Colour) -> str:
    """The four tokens that depend on the organisation's colour, for both themes; in the layer of the other
    tokens, so that what is printed stays black.
    """
    light, dark = _rule(colour, LIGHT, WHITE, 0.12), _rule(colour, DARK, DARK[2], 0.22)
    return f"@layer tokens{{{light}\n@media (prefers-color-scheme:dark){{{dark}}}}}\n"
