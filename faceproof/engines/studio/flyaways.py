"""Single hairs that fly further out than the trimap reaches: thin lines of the person's colour, in light.

A line is a hair where it grows from the person, is bent or short, and makes no web; a wire, the edge of a
shelf and the twigs of a hedge are not.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import to_float

from .crop import CHIN
from .fields import blur, enlarge, f32, reduce
from .strands import DOUBT, SOLID, STEP, Sides, broad, fit, reduced, wide

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

REACH = 0.32
"""How far single hairs are looked for outside the person, as a share of the head's height."""
SEEN = 320
"""Height of a head in pixels under which single hairs are not told from noise and seams."""
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
    plain = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, wide(head))
    edge = np.asarray(cv2.morphologyEx(plain, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)), np.uint8)
    where = np.flatnonzero(zone & (thin > NOISE) & (thin > edge))
    seen = share.ravel().take(where)
    length, off, spread = fit(light, sides, seen, where)
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
    small = (reduced(x, side) for x in (kept, stray))
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
