"""Where the head is, for finishing and for the report."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faceproof.engines.master import Geometry, Point

from .crop import CHIN, FACE_LEFT, FACE_RIGHT, IRIS_LEFT, IRIS_RIGHT

Floats = NDArray[np.float32]


def geometry(points: Floats, alpha: Floats) -> Geometry:
    """Eyes and chin from the mesh, crown from the matte, in pixels from the master's corner."""

    def at(index: int) -> Point:
        return float(points[index, 0]) + 0.5, float(points[index, 1]) + 0.5

    return Geometry(at(IRIS_LEFT), at(IRIS_RIGHT), at(CHIN), crown(points, alpha))


def crown(points: Floats, alpha: Floats) -> Point:
    """Where the matte ends above the middle of the face: top of hair, hat or wrap."""
    side = alpha.shape[0]
    left, right = sorted((float(points[FACE_LEFT, 0]), float(points[FACE_RIGHT, 0])))
    middle = (left + right) / 2
    start, stop = (int(np.clip(middle + f * (right - left), 0, side - 1)) for f in (-0.3, 0.3))
    brow = int(np.clip(points[:468, 1].min(), 1, side - 1))
    solid = alpha[: brow + 1, start : stop + 1] >= 0.5
    # From the forehead upwards, as far as each column stays solid.
    heights = np.where(solid.all(0), brow + 1, np.argmin(solid[::-1], 0))
    best = int(heights.max())
    columns = np.flatnonzero(heights == best)
    return float(start + columns[len(columns) // 2]) + 0.5, float(brow + 1 - best)
