"""Single hairs and soft edges, finished at full size, in light: by the colours of both sides.

The solver works on display values at a reduced size and ends where the trimap does. A camera mixes light, so
a thin dark hair before a bright wall looks paler than its share of the pixel; and single hairs fly three
times further out than any trimap may reach. Both are put right here, from the smooth colours of both sides.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import to_float

from .crop import CHIN
from .fields import TILE, blur, dot, enlarge, f32, fill, reduce, rows, times

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

STEP = 4
"""The colours of both sides are smooth: worked at a quarter of the size."""
NEAR_BACK, NEAR_FRONT = 0.012, 0.020
"""How far colours are averaged, as shares of the side (standard deviation)."""
DOUBT = 10
"""How much less is measured where the background's colour varies."""
REACH = 0.32
"""How far single hairs are looked for outside the person, as a share of the head's height."""
SEEN = 320
"""Height of a head in pixels under which single hairs are not told from noise and seams."""
WIDTH = 0.0045
"""Half the width of the broadest single hair, as a share of the head's height."""
NOISE = 14
"""Coverage, of 255, that a single hair must have."""
OFF, GRAIN = 0.4, 0.02
"""How far a hair may lie off the line between both colours: as a share of the way along it, and always."""
BUSY = 0.6
"""Share of thin things nearby that do not grow from the person at which none is believed."""
LEAST, ROOT, FAR = 0.035, 0.015, 0.40
"""Length of the shortest single hair, the largest gap to the person at its root, the farthest tip: shares of
the head's height. What goes further is a wire, or the edge of something."""
WIRE, BENT = 0.08, 0.03
"""A line longer than this share of the head that scatters off a straight one by less than this share of its
own length is no hair."""
WEB = 12
"""Pixels of a part for each pixel of its extent above which it is a texture, not a few crossing hairs."""
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
    front, back = (_reduced(np.asarray(cv2.LUT(level, table), np.uint8), side) for table in (_OWN, _OTHER))
    behind = _carried(small, back, NEAR_BACK * side)
    away = small - behind
    spread = _carried(dot(away, away)[..., None], back, NEAR_BACK * side)
    return Sides(_carried(small, front, NEAR_FRONT * side), behind, spread.reshape(side, side))


def _reduced(level: Bytes, side: int) -> Floats:
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


def _fit(
    light: Floats, sides: Sides, share: Floats, where: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats]:
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
    length, away, spread = _fit(light, sides, seen, where)
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
    return level, np.asarray(cv2.morphologyEx(level, cv2.MORPH_OPEN, _wide(head)), np.uint8)


def _wide(head: float) -> Bytes:
    return np.ones((2 * max(1, round(WIDTH * head)) + 1,) * 2, np.uint8)


def hairs(
    light: Floats,
    alpha: Floats,
    sides: Sides,
    share: Floats,
    points: Floats,
    inside: Bytes,
    levels: tuple[Bytes, Bytes] | None = None,
) -> Floats:
    """(n, n) alpha of single hairs: thin lines of the person's colour that reach the person.

    levels: what `broad` says, where it was asked before.
    """
    side = alpha.shape[0]
    head = 1.6 * float(points[CHIN, 1] - points[:468, 1].min())
    if head < SEEN:
        return np.zeros_like(alpha)
    quarter = (side // STEP, side // STEP)
    body = (reduce(alpha, quarter) > 0.5).astype(np.uint8)
    away = enlarge(f32(cv2.distanceTransform(1 - body, cv2.DIST_L2, 5) * STEP), (side, side))
    rows = np.arange(side, dtype=np.float32)[:, None]
    zone = (alpha < SOLID) & (inside > 0) & (rows < points[CHIN, 1] + 0.35 * head)
    zone &= away < 2 * REACH * head
    level, thick = levels or broad(share, head)
    thin = np.asarray(cv2.subtract(level, thick), np.uint8)
    plain = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, _wide(head))
    edge = np.asarray(cv2.morphologyEx(plain, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)), np.uint8)
    where = np.flatnonzero(zone & (thin > NOISE) & (thin > edge))
    seen = share.ravel().take(where)
    length, off, spread = _fit(light, sides, seen, where)
    along = np.abs(seen) * np.sqrt(length)
    where = where[(np.sqrt(off) < OFF * along + GRAIN) & (DOUBT * spread < length)]
    kept, stray = _lines(where, thin, away, head)
    result = np.zeros_like(alpha)
    if not kept.any():
        return result
    calmness = _calm(kept, stray, head)
    cover = np.asarray(cv2.GaussianBlur(cv2.dilate(kept, np.ones((3, 3), np.uint8)), (0, 0), 0.7), np.uint8)
    where = np.flatnonzero((cover > 0) & zone & (away < REACH * head))
    value = to_float(thin.ravel().take(where))
    value *= np.clip((value - to_float(edge.ravel().take(where))) / (0.25 * value + 1e-3), 0, 1)
    result.ravel()[where] = to_float(cover.ravel().take(where)) * value * calmness.ravel().take(where)
    return result


def _calm(kept: Bytes, stray: Bytes, head: float) -> Floats:
    """(n, n) 1..0: how free the surroundings are of thin things of the hair's colour that do not grow from
    the person. Where it is full of them, a line that does is more likely one of those."""
    side = kept.shape[0] // 8
    sigma = 0.15 * head / 8
    small = (_reduced(x, side) for x in (kept, stray))
    ours, others = (blur(x, sigma) for x in small)
    rate = others / (ours + others + 1e-3)
    return enlarge(f32(np.clip((BUSY - rate) / BUSY * 2, 0, 1)), (kept.shape[1], kept.shape[0]))


def _lines(place: NDArray[np.intp], thin: Bytes, away: Floats, head: float) -> tuple[Bytes, Bytes]:
    """0/255: the parts among the pixels at `place` that are long, thin, firm, bent and grow from the person;
    and all others."""
    weak = np.zeros_like(thin)
    weak.ravel()[place] = 255
    top, bottom = (int(place[0]), int(place[-1])) if len(place) else (0, 0)
    top, bottom = top // weak.shape[1], bottom // weak.shape[1] + 1
    count, labels = cv2.connectedComponents(weak[top:bottom], connectivity=8)
    part = labels.ravel().take(place - top * weak.shape[1]).astype(np.intp)
    distance = away.ravel().take(place)
    size = np.maximum(np.bincount(part, minlength=count), 1)
    long = np.hypot(*(_extent(part, at, count) for at in np.divmod(place, weak.shape[1])))
    firm = np.bincount(part, thin.ravel().take(place) > 2 * NOISE, count)
    root, tip = np.full(count, np.inf, np.float32), np.zeros(count, np.float32)
    np.minimum.at(root, part, distance)
    np.maximum.at(tip, part, distance)
    lines = (long > LEAST * head) & (firm > 0.25 * size) & (size < WEB * long)
    grows = (root < ROOT * head) & (tip < FAR * head)
    grows &= (long < WIRE * head) | (_breadth(part, place, weak.shape[1], size) > BENT * long)
    keep = np.where(lines & grows, 255, 0).astype(np.uint8)
    kept = np.zeros_like(weak)
    np.put(kept, place, keep.take(part))
    return kept, weak - kept


def _extent(part: NDArray[np.intp], at: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Rows or columns from the first pixel of each part to its last."""
    first, last = np.full(count, np.iinfo(np.intp).max), np.full(count, -1)
    np.minimum.at(first, part, at)
    np.maximum.at(last, part, at)
    return np.asarray(np.maximum(last - first + 1, 0), np.intp)


def _breadth(part: NDArray[np.intp], place: NDArray[np.intp], width: int, size: NDArray[Any]) -> NDArray[Any]:
    """How far the pixels of each part scatter off a straight line through them (standard deviation, px)."""
    y, x = np.divmod(place, width)
    sums = [np.bincount(part, v, len(size)) / size for v in (x, y, x * x, x * y, y * y)]
    xx, xy, yy = sums[2] - sums[0] ** 2, sums[3] - sums[0] * sums[1], sums[4] - sums[1] ** 2
    return np.asarray(np.sqrt(np.maximum((xx + yy) / 2 - np.hypot((xx - yy) / 2, xy), 0)))
