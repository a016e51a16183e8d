"""Masters larger than the scale that everything is decided at: decided small, carried to every pixel held.

The stages see a canvas of at most `DIRECT` pixels. What they change about a person is smooth, so the
difference is enlarged and added to the photographed pixels: pores and strands stay real, memory and time
stay bounded. A canvas no larger than that passes through untouched
(docs/decisions/0007-decided-small-carried-to-full.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import to_bytes, to_float

from . import foreground
from .crop import Placement
from .fields import f32, rows
from .upsampling import Places, enlarged

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

DIRECT, WORK = 1280, 1024
"""Pixels: a canvas of up to DIRECT a side is worked at as it is, a larger one is decided at WORK."""
STRIP = 32
"""Rows of a strip that grain is measured in."""


def reduced(full: Bytes, full_inside: Bytes, framing: Placement) -> tuple[Bytes, Bytes, Placement]:
    """The canvas, where it lies inside the photo, and its placement, at the scale that is worked at."""
    side = framing.side
    if side <= DIRECT:
        return full, full_inside, framing
    size = (WORK, WORK)
    canvas = cv2.resize(full, size, interpolation=cv2.INTER_AREA)
    inside = cv2.resize(full_inside, size, interpolation=cv2.INTER_NEAREST)
    share = WORK / side
    matrix = framing.matrix * share
    matrix[:, 2] += (share - 1) / 2  # pixel centres: small x = (x + 0.5) * share - 0.5
    placement = replace(framing, matrix=matrix, side=WORK, scale=framing.scale / share)
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
    settled = np.where(alpha < 0.5 / 255, 0, np.where(alpha > 254.5 / 255, 1, alpha)).astype(np.float32)
    if full.shape[0] == alpha.shape[0]:
        return settled, to_bytes(settled)
    return settled, np.asarray(enlarged(settled, picture, full) * full_inside, np.uint8)


class Carrier:
    """Gives the rows of the full canvas that the last stages work on, from what was decided."""

    def __init__(self, front: Mapping[str, Any], subject: Floats, backdrop: Floats) -> None:
        self.full, self.matte, self.alpha = front["full"], front["matte"], front["alpha"]
        self.picture, self.subject, self.backdrop = front["picture"], subject, backdrop
        self.side = self.full.shape[0]
        self.direct = self.side == subject.shape[0]
        self.change = None if self.direct else subject - self.picture

    def __call__(self, top: int, bottom: int) -> dict[str, Any]:
        """subject, alpha and backdrop of these rows, 0..1."""
        if self.direct:
            taken = {"subject": self.subject, "alpha": self.alpha, "backdrop": self.backdrop}
            return {name: value[top:bottom] for name, value in taken.items()}
        alpha = to_float(self.matte[top:bottom])
        return {
            "subject": self._subject(top, bottom, alpha),
            "alpha": alpha,
            "backdrop": rows(self.backdrop, self.side, top, bottom),
        }

    def _subject(self, top: int, bottom: int, alpha: Floats) -> Floats:
        """Photographed pixels plus what was decided; at soft edges the person's own colour alone.

        There the photo's fine detail is the edge itself, which the matte puts back: counted twice it would
        be a fringe.
        """
        photo = to_float(self.full[top:bottom])
        assert self.change is not None
        result = photo + rows(self.change, self.side, top, bottom)
        edge = np.flatnonzero((alpha > 0) & (alpha < 1))
        if len(edge):
            y, x = np.divmod(edge, self.side)
            coarse = Places(y + top, x, self.side, self.picture.shape[0]).sampled(self.picture)
            share = alpha.ravel()[edge, None]
            result.reshape(-1, 3)[edge] -= (1 - share * share) * (photo.reshape(-1, 3)[edge] - coarse)
        return f32(np.clip(result, 0, 1, out=result))


def shown(pixels: Bytes, picture: Floats) -> Floats:
    """The master's pixels at the scale that was worked at, 0..1, to compare them with the photo there."""
    size = (picture.shape[1], picture.shape[0])
    if pixels.shape[:2] == picture.shape[:2]:
        return to_float(pixels)
    return to_float(np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8))
