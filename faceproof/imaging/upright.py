"""Which way up a picture is: as its surest face stands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.detect import ENOUGH, SURE, Detection, detect
from faceproof.imaging.mesh import mesh
from faceproof.imaging.shrink import shrunk, turned

UNMISTAKABLE = 0.9
"""No face that stands on its head scores as high as this."""
CLEARLY = 0.05
"""A picture is turned only for a face that is surer by this than what it shows as it is: a face that fills
the picture reads nearly as well lying."""


def detect_upright(pixels: NDArray[np.uint8]) -> tuple[int, list[Detection]]:
    """The quarter turns (counter-clockwise, as `Frame.rotated`) that put the surest face of a (h, w, 3) sRGB
    picture upright, and the faces of the picture turned like that, largest first."""
    found = detect(pixels)
    as_it_is = _score(found)
    if as_it_is >= UNMISTAKABLE:
        return 0, found
    small = shrunk(pixels, max(pixels.shape[:2]) // ENOUGH)
    scores = {turns: _score(detect(turned(small, turns))) for turns in (1, 2, 3)}
    best = max(scores, key=lambda turns: scores[turns])
    if scores[best] < max(SURE, as_it_is + CLEARLY):
        return 0, found
    upright = turned(pixels, best)
    faces = detect(upright)
    # The mesh has no opinion on what is human, but it does not take a clock for a face.
    if not faces or mesh(upright, _surest(faces)).presence < 0.5:
        return 0, found
    return best, faces


def _score(found: list[Detection]) -> float:
    """Of the surest face if it stands upright, else 0."""
    return _surest(found).score if found and abs(_surest(found).roll) <= 45.0 else 0.0


def _surest(found: list[Detection]) -> Detection:
    return max(found, key=lambda detection: detection.score)
