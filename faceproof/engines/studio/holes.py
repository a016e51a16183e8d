"""Holes in the matte that show nothing of the background: an earring before hair is no gap."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .fields import blur, enlarge, f32, grow, reduce

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

GAP, EMPTY, SOLID = 0.6, 0.02, 0.98
"""Alpha below which a pixel is of a hole, below which it is background, above which person for certain."""
UNLIKE = 0.08
"""How far, in sRGB values of 0..1, a hole's colour lies off every mixture of a background's and a person's
colour close by, to be something else: leaves and walls between curls lie below 0.05, an earring above 0.1."""
ROUND = 0.12
"""How far around a hole both are asked, as a share of the side; the background twice as far."""
ASKED = 48


def fill(alpha: Floats, picture: Floats) -> Floats:
    """(n, n) alpha without the holes whose colour nothing around them explains. picture (n, n, 3) 0..1.

    Only holes closed on all sides by the person are looked at; worked at a quarter of the size.
    """
    side = alpha.shape[0]
    quarter = (side // 4, side // 4)
    cover, small = reduce(alpha, quarter), reduce(picture, quarter)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats((cover < GAP).astype(np.uint8), connectivity=8)
    last = cover.shape[0]
    left, top, width, height, _area = boxes.T
    closed = (left > 0) & (top > 0) & (left + width < last) & (top + height < last)
    closed[0] = False
    outside, person = (cover < EMPTY) & ~closed[labels], cover > SOLID
    other = np.zeros(count, bool)
    for hole in np.flatnonzero(closed):
        middle = (top[hole] + height[hole] / 2, left[hole] + width[hole] / 2)
        reach = ROUND * last + max(width[hole], height[hole]) / 2
        behind, before = _around(small, outside, middle, 2 * reach), _around(small, person, middle, reach)
        own = f32(small[labels == hole].mean(0))
        other[hole] = bool(len(behind)) and bool(len(before)) and _off(own, before, behind) > UNLIKE
    if not other.any():
        return alpha
    plug = blur(grow(other[labels].astype(np.uint8), 2).astype(np.float32), 0.8)
    return f32(np.maximum(alpha, np.clip(enlarge(plug, (side, side)) * 1.5, 0, 1)))


def _around(colours: Floats, where: Mask, middle: tuple[float, float], reach: float) -> Floats:
    """(k, 3), k <= ASKED: colours of `where` within `reach` pixels of (row, column), evenly picked."""
    rows, columns = np.nonzero(where)
    near = np.flatnonzero(np.hypot(rows - middle[0], columns - middle[1]) < reach)
    near = near[:: max(1, -(-len(near) // ASKED))]
    return colours[rows[near], columns[near]]


def _off(own: Floats, before: Floats, behind: Floats) -> float:
    """Distance from a colour (3,) to the nearest line between one of `before` and one of `behind`."""
    axis = before[:, None] - behind[None]
    away = own - behind[None]
    share = (axis * away).sum(-1) / ((axis * axis).sum(-1) + 1e-6)
    return float(np.linalg.norm(away - np.clip(share, 0, 1)[..., None] * axis, axis=-1).min())
