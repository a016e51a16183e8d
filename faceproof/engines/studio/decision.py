"""What may stand behind this cut: any drawn backdrop, one moved towards the old tone, the person's own
background only, or nothing. A bad cut is not handed out.

The measure is the net's doubt: pixels of its field between 0.25 and 0.75, for each pixel of the person's
outline. A clean edge crosses that range in one pixel; doubt about a place makes a thick patch, and patches
count three times, beside the head eleven times: that is where one sees. Nothing else is looked at, neither
skin nor hair. docs/studio.md has the calibration.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from .fields import disc, reduce

Floats = NDArray[np.float32]
Advice = Literal["free", "tone", "own", "none"]

FIELD = 320
"""Doubt is counted in pixels of a field of this side, whatever the field's own."""
CLEAN = 0.9
"""Doubt of the cleanest cuts: confidence 1."""
THICK = 9
"""Width of a patch of doubt, in pixels of the field: no edge is so broad."""
PATCH, BESIDE = 2.0, 8.0
"""What a pixel of a patch counts more than one of an edge, and what it does above the chin besides."""
FREE, TONE, OWN = 0.28, 0.09, 0.014
"""Least confidence for each advice."""


def confidence(person: Floats, chin: float) -> float:
    """0..1, from the net's field (m, m) 0..1; 0 without a person. chin: its row, as a share of the side."""
    side = (FIELD, FIELD)
    field = person if person.shape == side else reduce(person, side)
    doubt = ((field > 0.25) & (field < 0.75)).astype(np.uint8)
    patches = cv2.morphologyEx(doubt, cv2.MORPH_OPEN, disc(THICK // 2))
    solid = (field > 0.5).astype(np.uint8)
    outline = float((solid - cv2.erode(solid, np.ones((3, 3), np.uint8))).sum())
    if not outline:
        return 0.0
    beside = patches[: max(0, round(chin * FIELD))]
    broad = (float(doubt.sum()) + PATCH * float(patches.sum()) + BESIDE * float(beside.sum())) / outline
    return min(1.0, CLEAN / max(broad, CLEAN))


def advise(sure: float) -> Advice:
    """The advice for a confidence 0..1."""
    if sure >= FREE:
        return "free"
    if sure >= TONE:
        return "tone"
    return "own" if sure >= OWN else "none"


def doubt(sure: float) -> float:
    """0..1 for a confidence: how much of what hides residue a drawn backdrop needs; 0 where any may stand."""
    if sure >= FREE:
        return 0.0
    return float((np.log(FREE / max(sure, TONE)) / np.log(FREE / TONE)) ** 0.5)


def allows(advice: Advice, kind: str) -> bool:
    """Whether a look with this kind of backdrop may be made."""
    return advice in ("free", "tone") or (advice == "own" and kind == "own")
