"""Masters larger than the scale that everything is decided at: decided small, carried to every pixel held.

The stages see a canvas of at most `DIRECT` pixels. What they change about a person is smooth, so the
difference is enlarged and added to the photographed pixels: pores and strands stay real, memory and time
stay bounded. A canvas no larger than that passes through untouched
(docs/decisions/0007-decided-small-carried-to-full.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import to_bytes, to_float

from . import foreground
from .crop import LARGE, WIDE_GRID, Placement
from .fields import f32, rows
from .upsampling import Places, enlarged

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

DIRECT, WORK, WORK_RANGE = LARGE, 1024, 64
"""Pixels: a canvas of up to DIRECT a side is worked at as it is, a larger one is decided at about WORK."""
STRIP = 32
"""Rows of a strip that grain is measured in."""


def work_side(side: int) -> int:
    """The side near WORK that has most in common with `side`: bands of rows are then cheap to enlarge."""
    near = range(WORK - WORK_RANGE, WORK + WORK_RANGE + 1, WIDE_GRID)
    return max(near, key=lambda work: (math.gcd(work, side), -abs(work - WORK)))


def reduced(full: Bytes, full_inside: Bytes, framing: Placement) -> tuple[Bytes, Bytes, Placement]:
    """The canvas, where it lies inside the photo, and its placement, at the scale that is worked at."""
    side = framing.side
    if side <= DIRECT:
        return full, full_inside, framing
    work = work_side(side)
    size = (work, work)
    canvas = cv2.resize(full, size, interpolation=cv2.INTER_AREA)
    inside = cv2.resize(full_inside, size, interpolation=cv2.INTER_NEAREST)
    share = work / side
    matrix = framing.matrix * share
    matrix[:, 2] += (share - 1) / 2  # pixel centres: small x = (x + 0.5) * share - 0.5
    placement = replace(framing, matrix=matrix, side=work, scale=framing.scale / share)
    return np.asarray(canvas, np.uint8), np.asarray(inside, np.uint8), placement


def raised(points: Floats, placement: Placement, framing: Placement) -> Floats:
    """Landmarks (478, 3) of the work canvas on the full one."""
    if placement.side == framing.side:
        return points
    factor = np.float32(framing.side / placement.side)
    result = points * factor
    result[:, :2] += (factor - 1) / 2
    return result


def grain(picture: Floats, full: Bytes) -> float:
    """The photo's noise at the master's own pixels: of all of it, or of strips that make up a work canvas."""
    side, work = full.shape[0], picture.shape[0]
    if side == work:
        return foreground.grain_level(picture)
    every = round(STRIP * (side / work) ** 2)
    strips = [full[top : top + STRIP] for top in range(0, side - STRIP + 1, every)]
    return foreground.grain_level(to_float(np.concatenate(strips)))


def matte(alpha: Floats, picture: Floats, full: Bytes, full_inside: Bytes) -> tuple[Floats, Bytes]:
    """alpha (m, m) 0..1 again, and (n, n) 0..255 at the master's size, by the same local colour model
    (upsampling.py).

    What 8 bits cannot tell from 0 or 1 comes back as 0 or 1: a solver leaves a third of the canvas at
    0.999999, and all that follows looks at what lies between.
    """
    settled, level = alpha.copy(), to_bytes(alpha)
    np.copyto(settled, np.float32(0), where=level == 0)
    np.copyto(settled, np.float32(1), where=level == 255)
    if full.shape[0] == alpha.shape[0]:
        return settled, level
    return settled, np.asarray(enlarged(settled, picture, full) * full_inside, np.uint8)


class Carrier:
    """Gives the rows of the full canvas that the last stages work on, from what was decided; once a photo."""

    def __init__(self, full: Bytes, matte: Bytes, alpha: Floats, picture: Floats) -> None:
        self.full, self.matte, self.alpha, self.picture = full, matte, alpha, picture
        self.side = self.full.shape[0]
        self.direct = self.side == self.picture.shape[0]
        if not self.direct:
            self.edge, self.fringe = self._edge()

    def _edge(self) -> tuple[NDArray[np.intp], Floats]:
        """Where the matte is soft (indices into the flattened canvas), and what of the photo there is not
        the person's colour but the edge itself, which the matte puts back: counted twice it would be a
        fringe."""
        edge = np.flatnonzero((self.matte > 0) & (self.matte < 255))
        share = to_float(self.matte.reshape(-1)[edge])[:, None]
        coarse = Places(*np.divmod(edge, self.side), self.side, self.picture.shape[0]).sampled(self.picture)
        photo = to_float(self.full.reshape(-1, 3)[edge])
        return edge, f32((1 - share * share) * (photo - coarse))

    def look(self, subject: Floats, backdrop: Floats) -> Callable[[int, int], dict[str, Any]]:
        """What gives `subject`, `alpha` and `backdrop` of rows top to bottom, 0..1, of one look."""
        if self.direct:
            whole = {"subject": subject, "alpha": self.alpha, "backdrop": backdrop}
            return lambda top, bottom: {name: value[top:bottom] for name, value in whole.items()}
        change = subject - self.picture
        return lambda top, bottom: {
            "subject": self._subject(change, top, bottom),
            "alpha": to_float(self.matte[top:bottom]),
            "backdrop": rows(backdrop, self.side, top, bottom),
        }

    def _subject(self, change: Floats, top: int, bottom: int) -> Floats:
        """Photographed pixels plus what was decided."""
        result = to_float(self.full[top:bottom])
        result += rows(change, self.side, top, bottom)
        first, last = np.searchsorted(self.edge, (top * self.side, bottom * self.side))
        result.reshape(-1, 3)[self.edge[first:last] - top * self.side] -= self.fringe[first:last]
        return f32(np.clip(result, 0, 1, out=result))


def shown(pixels: Bytes, side: int) -> Bytes:
    """The master's pixels at the scale that was worked at, to compare them with the photo there."""
    if pixels.shape[0] == side:
        return pixels
    return np.asarray(cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
