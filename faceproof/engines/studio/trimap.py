"""Sure person, sure background, and the band between them that the matte has to decide."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.matte import snap

from .crop import CHIN
from .fields import enlarge, largest_part, reduce, shrink
from .person import to_side

Floats = NDArray[np.float32]

HAIR_IN, HAIR_OUT = 0.036, 0.065
"""Width of the band inside and outside the net's edge, as shares of the head: hair is see-through."""
BODY = 0.020
"""The same below the shoulders, where the edge is cloth."""


def draw(person: Floats, points: Floats, side: int) -> Floats:
    """(side, side) of 0, 0.5 and 1. person (m, m) 0..1 over the canvas; points (478, 3) px at `side`.

    Worked at a quarter of the size: the net's edge is no finer than that.
    """
    quarter = max(96, side // 4)
    ratio = quarter / side
    field = cv2.GaussianBlur(to_side(person, quarter), (0, 0), 1.0)
    here = points[:468, :2] * ratio
    chin = float(points[CHIN, 1]) * ratio
    head = max(1.6 * (chin - float(here[:, 1].min())), 8.0)
    body = largest_part((field > 0.5).astype(np.uint8))
    depth = cv2.distanceTransform(body, cv2.DIST_L2, 5)
    away = cv2.distanceTransform(1 - body, cv2.DIST_L2, 5)
    # Hair may hang to the shoulders: its wide band fades out over one chin height below the chin.
    rows = np.arange(quarter, dtype=np.float32)[:, None]
    low = np.clip((rows - chin - 0.10 * head) / (0.25 * head), 0, 1)
    band_in = HAIR_IN * head + low * (BODY - HAIR_IN) * head
    band_out = HAIR_OUT * head + low * (BODY * 1.2 - HAIR_OUT) * head
    sure = (depth > np.maximum(band_in, 1.2)) & (field > 0.90)
    # Beyond the band a half-hearted net means loose hair close to the head, but furniture beside a
    # shoulder or someone else further off.
    far = np.maximum(low, np.clip(away / band_out - 1.5, 0, 1))
    empty = (away > np.maximum(band_out, 1.2)) & (field < 0.15 + 0.33 * far)
    sure |= _face(here, quarter)
    result = np.full((quarter, quarter), 0.5, np.float32)
    result[empty & ~sure] = 0
    result[sure] = 1
    return snap(enlarge(result, (side, side)) if side >= quarter else reduce(result, (side, side)))


def _face(points: Floats, side: int) -> NDArray[np.bool_]:
    """Inside of the mesh: person, whatever the net says of beards and glasses."""
    mask = np.zeros((side, side), np.uint8)
    cv2.fillConvexPoly(mask, np.round(cv2.convexHull(points)).astype(np.int32), 1)
    return shrink(mask, 0.012 * side) > 0
