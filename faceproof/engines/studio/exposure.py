"""Lift a photo that was exposed too short. Judged by its brightest parts alone, never by skin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import luma

Floats = NDArray[np.float32]
ENOUGH = 0.74
"""Luma: a picture whose brightest half percent (person or place) reaches this was exposed long enough."""
MOST = 1.10
"""Largest gain on display-referred values, about a quarter of a stop."""


def lift(colours: Floats, picture: Floats, inside: NDArray[np.uint8]) -> tuple[Floats, float]:
    """The person's colours (n, n, 3) with the gain applied, and the gain 1..1.10.

    White balance is left alone: the white of the eye, its usual anchor, made dark skin ashen and light Asian
    skin pale in our trials, and no other anchor in a portrait is neutral for certain.
    """
    small = luma(np.ascontiguousarray(picture[::4, ::4]))[inside[::4, ::4] > 0]
    peak = float(np.percentile(small, 99.5)) if small.size else 1.0
    gain = float(np.clip(ENOUGH / max(peak, 0.05), 1.0, MOST))
    if gain == 1.0:
        return colours, 1.0
    return np.minimum(colours * np.float32(gain), 1), gain
