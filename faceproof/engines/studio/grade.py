"""The last touch: contrast and saturation of the whole picture, on luma. Sharpening belongs to the exit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import luma

from .fields import at_most_one, times
from .masks import Masks

Floats = NDArray[np.float32]


MIDDLE = 0.5
"""Where the curve turns for a picture without skin; and by how much of display values it may leave that."""
FAR = 0.25


def middle(subject: Floats, masks: Masks) -> float:
    """The display value, 0.25..0.75, round which contrast is added so that this person's skin keeps its mean:
    with one middle for everybody dark skin became a little darker and light skin lighter."""
    skin = masks.skin[::4, ::4]
    where = skin > 0.5
    if int(where.sum()) < 50:
        return MIDDLE
    grey = luma(np.ascontiguousarray(subject[::4, ::4]))[where]
    weight = skin[where] * grey * (1 - grey)
    return float(np.clip(np.average(grey, weights=weight + 1e-6), MIDDLE - FAR, MIDDLE + FAR))


def finish(picture: Floats, policy: Mapping[str, float], middle: float = MIDDLE) -> Floats:
    """(n, n, 3) 0..1. policy: contrast and saturation as in styles/schema.py; 0 and 1 change nothing. middle:
    where the curve turns; elsewhere it moves by less than 1 in L* at the shipped contrast of 0.05."""
    contrast, saturation = np.float32(policy["contrast"]), np.float32(policy["saturation"])
    if contrast == 0 and saturation == 1:
        return picture
    grey = luma(picture)
    # The curve is grey + 2 contrast * (grey - middle) * grey * (1 - grey); all channels share its gain, here
    # as a polynomial of grey.
    twice, turn = 2 * contrast, np.float32(middle)
    gain = twice * (1 + turn) - twice * grey
    gain *= grey
    gain += 1 - twice * turn
    if saturation != 1:
        picture = grey[..., None] + (picture - grey[..., None]) * saturation
    return at_most_one(times(picture, gain))
