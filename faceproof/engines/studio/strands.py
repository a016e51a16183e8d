"""Soft edges, finished at full size, in light: by the colours of both sides.

The solver works on display values at a reduced size and ends where the trimap does. A camera mixes light: a
thin dark hair before a bright wall looks paler than its share of the pixel. That is put right here, from the
smooth colours of both sides; single hairs further out are the work of flyaways.py.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import to_float

from .fields import TILE, blur, dot, f32, fill, reduce, rows, times

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

STEP = 4
"""The colours of both sides are smooth: worked at a quarter of the size."""
NEAR_BACK, NEAR_FRONT = 0.012, 0.020
"""How far colours are averaged, as shares of the side (standard deviation)."""
DOUBT = 10
"""How much less is measured where the background's colour varies."""
WIDTH = 0.0045
"""Half the width of the broadest single hair, as a share of the head's height."""
SOLID, ROOM = 0.98, 33
"""Alpha from which a single hair would add nothing; pixels beside such a place that `share` is known in."""
_LEVELS = np.arange(256, dtype=np.float32) / 255
_OWN, _OTHER = (np.rint(255 * np.clip(x, 0, 1)).astype(np.uint8) for x in (10 * _LEVELS - 9, 1 - 8 * _LEVELS))
"""How far a pixel of alpha 0..255 shows the person's own colour, and the background's: tables of 0..255."""


class Known(Protocol):
    """What the background is known to hold (familiar.py)."""

    def at(self, share: Floats, width: int, where: NDArray[np.intp]) -> tuple[Floats, Floats]: ...


class Sides(NamedTuple):
    """Linear colours of person and background, each carried on behind the other: (m, m, 3), m = n / STEP."""

    front: Floats
    back: Floats
    spread: Floats
    """(m, m): variance of the background's colour around `back`. Where it is large `back` is a poor guess."""


def colours(light: Floats, alpha: Floats) -> Sides:
    side = alpha.shape[0] // STEP
    small = reduce(light, (side, side))
    level = cv2.convertScaleAbs(alpha, alpha=255.0)
    front, back = (reduced(np.asarray(cv2.LUT(level, table), np.uint8), side) for table in (_OWN, _OTHER))
    behind = _carried(small, back, NEAR_BACK * side)
    away = small - behind
    spread = _carried(dot(away, away)[..., None], back, NEAR_BACK * side)
    return Sides(_carried(small, front, NEAR_FRONT * side), behind, spread.reshape(side, side))


def reduced(level: Bytes, side: int) -> Floats:
    """(side, side) 0..1 of 0..255."""
    return to_float(np.asarray(cv2.resize(level, (side, side), interpolation=cv2.INTER_AREA), np.uint8))


def _carried(small: Floats, weight: Floats, sigma: float) -> Floats:
    """Average of what is known nearby; beyond that carried on smoothly."""
    near = blur(weight, sigma)
    mean = blur(times(small, weight), sigma).reshape(small.shape)
    return fill(times(mean, 1 / (near + np.float32(1e-4))), f32(np.clip(near * 20, 0, 1)))


def share(light: Floats, sides: Sides, alpha: Floats) -> Floats:
    """(n, n): 0 at the background's colour, 1 at the person's, along the line between them; unclipped.

    Worked out in the bands of rows where not all is solid person and a little beside; 1 in the others.
    """
    axis = sides.front - sides.back
    weight = times(axis, 1 / (dot(axis, axis) + np.float32(1e-3)))
    offset = -dot(sides.back, weight)
    side = light.shape[0]
    asked = np.flatnonzero((alpha < SOLID).any(1))
    result = np.ones(light.shape[:2], np.float32)
    if not len(asked):
        return result
    for top in range(max(0, int(asked[0]) - ROOM) // TILE * TILE, min(side, int(asked[-1]) + ROOM), TILE):
        part = np.s_[top : min(side, top + TILE)]
        along = dot(rows(weight, side, part.start, part.stop), light[part])
        np.add(along, rows(offset, side, part.start, part.stop), out=result[part])
    return result


def fit(light: Floats, sides: Sides, share: Floats, where: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
    """Squared: the length of the line between both colours, the distance from it, and the spread of the
    background's colour, at pixels `where`; share (k,) as it is there."""
    row, column = np.divmod(where, light.shape[1])
    limit = sides.back.shape[0] - 1
    place = np.minimum(row // STEP, limit) * (limit + 1) + np.minimum(column // STEP, limit)
    length, off = np.zeros(len(where), np.float32), np.zeros(len(where), np.float32)
    for channel, (front, back) in enumerate(zip(cv2.split(sides.front), cv2.split(sides.back), strict=True)):
        behind = back.ravel().take(place)
        axis = front.ravel().take(place) - behind
        away = light.ravel().take(3 * where + channel) - behind - share * axis
        length += axis * axis
        off += away * away
    return length, off, sides.spread.ravel().take(place)


def measured(
    light: Floats,
    alpha: Floats,
    unsure: NDArray[np.bool_],
    firm: Floats,
    sides: Sides,
    share: Floats,
    known: Known | None = None,
) -> Floats:
    """Alpha where it is `unsure` and soft, from the colours of both sides as far as they can tell.

    Where the net is `firm` (n, n) 0..1 nothing is taken away: a pattern of a wrap is no gap. Where the net
    sees background and the sure background nearby is `known` to hold the same, nothing is added and what is
    broader than a hair goes.
    """
    soft = ((alpha > 0.01) & (alpha < 0.99)).view(np.uint8)
    where = np.flatnonzero(cv2.dilate(soft, np.ones((3, 3), np.uint8)).view(np.bool_) & unsure)
    seen = np.clip(share.ravel().take(where), 0, 1)
    length, away, spread = fit(light, sides, seen, where)
    trust = np.clip((np.sqrt(length) - 0.03) / 0.1, 0, 1) * np.exp(-away / (0.06 * length + 2e-4))
    trust /= 1 + DOUBT * spread / (length + 1e-4)
    result = alpha.copy()
    old = result.ravel().take(where)
    change = trust * (seen - old)
    explained, thick = known.at(seen, share.shape[1], where) if known else (np.float32(0), np.float32(0))
    change *= np.where(change < 0, 1 - firm.ravel().take(where), 1 - explained)
    result.ravel()[where] = (old + change) * (1 - explained * thick)
    return result


def broad(share: Floats, head: float) -> tuple[Bytes, Bytes]:
    """The share in bytes, and what is left of it without things thinner than the broadest single hair."""
    level = np.clip(share * 255, 0, 255).astype(np.uint8)
    return level, np.asarray(cv2.morphologyEx(level, cv2.MORPH_OPEN, wide(head)), np.uint8)


def wide(head: float) -> Bytes:
    """The square that a single hair does not fill; head in pixels."""
    return np.ones((2 * max(1, round(WIDTH * head)) + 1,) * 2, np.uint8)
