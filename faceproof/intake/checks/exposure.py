"""Is there enough light, and not too much? Never judged by how light or dark the skin is.

Three things that exposure decides and complexion does not: the brightest parts of the whole person (eye
whites, teeth, clothes, reflections on any skin), the share of the face where a channel has run out of values,
and how far its features stand above the noise.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from faceproof.intake.checks.texture import noise
from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

HIGHLIGHT = 70.0
"""8-bit. The 99.5th percentile of a whole person's brightest channel; 236-255 in portraits, under 65 when
they are darkened to a quarter."""
DIM_HIGHLIGHT = 115.0
LOST, FULL = 8, 253
"""8-bit values from which on a channel holds nothing any more."""
CRUSHED = 0.35
"""Share of the face that is lost in all channels. 0.03 at most in portraits."""
BLOWN = 0.50
"""Share of the face with a full channel; 0.19 at most in portraits (shine)."""
NEARLY_BLOWN = 0.25
GRAIN = 4.0
"""Contrast of the face over noise, both as standard deviations; 7.7 (oversharpened) to 105 in portraits."""


def check(view: View) -> Iterator[Finding]:
    brightest = view.person.max(axis=1)
    highlight = float(np.percentile(brightest, 99.5))
    pixels = brightest if view.face is None else view.crop.max(axis=2)[view.skin]
    crushed, blown = float((pixels <= LOST).mean()), float((pixels >= FULL).mean())
    if highlight < HIGHLIGHT:
        yield Finding("too_dark", "refuse", highlight, HIGHLIGHT)
    elif crushed > CRUSHED:
        yield Finding("too_dark", "refuse", crushed, CRUSHED)
    elif highlight < DIM_HIGHLIGHT:
        yield Finding("too_dark", "warn", highlight, DIM_HIGHLIGHT)
    elif view.face is not None and (contrast := over_noise(view)) < GRAIN:
        yield Finding("too_dark", "warn", contrast, GRAIN)
    if blown > BLOWN:
        yield Finding("too_bright", "refuse", blown, BLOWN)
    elif blown > NEARLY_BLOWN and view.face is not None:
        yield Finding("too_bright", "warn", blown, NEARLY_BLOWN)


def over_noise(view: View) -> float:
    """Standard deviation of the face over that of the noise."""
    return float(view.grey[view.skin].std()) / max(noise(view.grey), 0.1)
