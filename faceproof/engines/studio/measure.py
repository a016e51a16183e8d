"""Where the head is, for finishing and for the report."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faceproof.engines.master import Geometry, Point, Similarity
from faceproof.imaging.frame import Frame

from .crop import CHIN, FACE_LEFT, FACE_RIGHT, IRIS_LEFT, IRIS_RIGHT, Placement

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


def photo(frame: Frame, framing: Placement, landmarks: Floats, points: Floats) -> Similarity:
    """(a, b, x, y): a point (s, t) of the photo as it came, EXIF's orientation applied and nothing else, in
    shares of that photo's width, lies at (a s - b t + x, b s + a t + y) pixels from the master's corner.

    Intake's quarter turns are in it. The correction of a close photo's perspective is no similarity: there it
    is the one that comes nearest, over the face. landmarks: of the frame; points: the same in the master.
    """
    width, height = (frame.width, frame.height)[:: -1 if frame.turns % 2 else 1]
    # Points as complex numbers: a quarter turn counter-clockwise is a product with -i, then back into the
    # picture.
    turn, back = ((1, 0), (-1j, 1j * width), (-1, complex(width, height)), (1j, height))[frame.turns]
    half = complex(0.5, 0.5)  # matrix and points count from pixel centres
    if framing.lens is None:
        (a, _, x), (b, _, y) = framing.matrix
        scale = complex(a, b)
        start = complex(x, y) + half - scale * half
    else:
        one, two = (
            values[:468, 0] + 1j * values[:468, 1].astype(np.float64) for values in (landmarks, points)
        )
        away = one - one.mean()
        scale = complex(np.vdot(away, two - two.mean()) / np.vdot(away, away))
        start = complex(two.mean() - scale * one.mean()) + half
    whole, start = scale * turn * width, scale * back + start
    return whole.real, whole.imag, start.real, start.imag
