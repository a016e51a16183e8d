"""What the background is known to hold: bars, lettering and branches that pass behind the head.

Beside the head the net is unsure and a bar of the hair's colour looks like hair. But it goes on where nobody
doubts the background: there one sees that the background has that colour too, and colour is no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import to_float

from . import strands
from .fields import blur, f32, reduce

Floats = NDArray[np.float32]

STEP = strands.STEP
ROUND, LIKE, ALIKE = 0.05, 0.6, 1.0
"""How far around a place the sure background is asked, as a share of the side; and the share that it holds
there, over the pixel's own, from which and at which the pixel is explained by it."""
TELLING = 0.08
"""Share below which what the background holds is its noise."""
EMPTY, OPEN = 0.20, 0.40
"""The net's probability up to which it is believed that nobody is here, and from which that is open."""
SHARP = 4
"""A pixel is thin, and may be a hair, where opening takes a quarter of its share away."""


@dataclass(frozen=True, slots=True, eq=False)
class Familiar:
    """See `seen`."""

    share: Floats
    """(m, m), m = n / STEP: largest share on the way to the person's colour in the background nearby."""
    empty: Floats
    """(m, m) 0..1: how sure the net is that nobody is here."""
    thick: NDArray[np.uint8]
    """(n, n): the share in bytes without what is thinner than the broadest single hair."""

    def at(self, share: Floats, width: int, where: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """0..1 at pixels `where` of the flattened canvas, with their share (k,): how far the background
        explains them, and how far they are broader than a hair."""
        row, column = np.divmod(where, width)
        limit = self.share.shape[0] - 1
        place = np.minimum(row // STEP, limit) * (limit + 1) + np.minimum(column // STEP, limit)
        here, there = np.maximum(share, 0.02), self.share.ravel().take(place)
        alike = np.clip((there / here - LIKE) / (ALIKE - LIKE), 0, 1) * (there > TELLING)
        thin = 1 - to_float(self.thick.ravel().take(where)) / np.maximum(here, 0.05)
        return f32(alike * self.empty.ravel().take(place)), f32(1 - np.clip(SHARP * thin, 0, 1))


def seen(thick: NDArray[np.uint8], empty: NDArray[np.bool_], probability: Floats) -> Familiar:
    """thick (n, n): the share in bytes without hairs (`strands.broad`), for hairs fly there too; empty and
    probability (k, k): where surely nobody is, and the net's."""
    side = (thick.shape[0] // STEP,) * 2
    void = reduce(empty.astype(np.float32), side) > 0.99
    sure = void.astype(np.float32)
    held = to_float(np.asarray(cv2.resize(thick, side, interpolation=cv2.INTER_AREA), np.uint8)) * sure
    # An average keeps noise from being a maximum.
    held = f32(blur(held, 1.0) / np.maximum(blur(sure, 1.0), 0.3))
    held = f32(cv2.dilate(held, np.ones((2 * max(1, round(ROUND * side[0])) + 1,) * 2, np.uint8)))
    if void.any():
        # The band is wider than ROUND where the net is unsure: its pixels ask at the sure place nearest by.
        _, near = cv2.distanceTransformWithLabels(
            (~void).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        there = np.zeros(int(near.max()) + 1, np.float32)
        there[near[void]] = held[void]
        held = np.maximum(held, there[near])
    nobody = np.clip((OPEN - reduce(probability, side)) / (OPEN - EMPTY), 0, 1)
    return Familiar(f32(held), f32(nobody), thick)
