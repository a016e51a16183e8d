"""Single hairs and soft edges, finished at full size, in light: by the colours of both sides.

The solver works on display values at a reduced size and ends where the trimap does. A camera mixes light, so
a thin dark hair before a bright wall looks paler than its share of the pixel; and single hairs fly three
times further out than any trimap may reach. Both are put right here, from the smooth colours of both sides.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from .crop import CHIN
from .fields import blur, enlarge, f32, fill, reduce

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


class Sides(NamedTuple):
    """Linear colours of person and background, each carried on behind the other: (m, m, 3), m = n / STEP."""

    front: Floats
    back: Floats
    spread: Floats
    """(m, m): variance of the background's colour around `back`. Where it is large `back` is a poor guess."""


def colours(light: Floats, alpha: Floats) -> Sides:
    side = alpha.shape[0] // STEP
    small = reduce(light, (side, side))
    front = reduce(f32(np.clip(10 * alpha - 9, 0, 1)), (side, side))
    back = reduce(f32(np.clip(1 - 8 * alpha, 0, 1)), (side, side))
    behind = _carried(small, back, NEAR_BACK * side)
    away = small - behind
    spread = _carried((away * away).sum(-1, keepdims=True), back, NEAR_BACK * side)
    return Sides(_carried(small, front, NEAR_FRONT * side), behind, spread.reshape(side, side))


def _carried(small: Floats, weight: Floats, sigma: float) -> Floats:
    """Average of what is known nearby; beyond that carried on smoothly."""
    near = blur(weight, sigma)
    mean = blur(f32(small * weight[..., None]), sigma).reshape(small.shape) / (
        near[..., None] + np.float32(1e-4)
    )
    return fill(f32(mean), f32(np.clip(near * 20, 0, 1)))


def share(light: Floats, sides: Sides) -> Floats:
    """(n, n): 0 at the background's colour, 1 at the person's, along the line between them; unclipped."""
    axis = sides.front - sides.back
    weight = axis / ((axis * axis).sum(-1, keepdims=True) + np.float32(1e-3))
    offset = -(sides.back * weight).sum(-1, keepdims=True)
    size = (light.shape[1], light.shape[0])
    model = enlarge(f32(np.concatenate([weight, offset], -1)), size)
    padded = cv2.merge([*cv2.split(light), np.ones(light.shape[:2], np.float32)])
    return f32(cv2.transform(cv2.multiply(model, padded), np.ones((1, 4), np.float32)))


def _fit(
    light: Floats, sides: Sides, share: Floats, where: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats]:
    """Squared: the length of the line between both colours, the distance from it, and the spread of the
    background's colour, at pixels `where`."""
    width = light.shape[1]
    row, column = np.divmod(where, width)
    limit = sides.back.shape[0] - 1
    place = np.minimum(row // STEP, limit) * (limit + 1) + np.minimum(column // STEP, limit)
    back = sides.back.reshape(-1, 3)[place]
    axis = sides.front.reshape(-1, 3)[place] - back
    away = light.reshape(-1, 3)[where] - back - share.ravel()[where, None] * axis
    length, off = (np.einsum("ij,ij->i", x, x) for x in (axis, away))
    return length, off, sides.spread.ravel()[place]


def measured(
    light: Floats, alpha: Floats, unsure: NDArray[np.bool_], firm: Floats, sides: Sides, share: Floats
) -> Floats:
    """Alpha where it is `unsure` and soft, from the colours of both sides as far as they can tell.

    Where the net is `firm` (n, n) 0..1 nothing is taken away: a pattern of a wrap is no gap.
    """
    soft = ((alpha > 0.01) & (alpha < 0.99)).astype(np.uint8)
    where = np.flatnonzero(cv2.dilate(soft, np.ones((3, 3), np.uint8)) * unsure)
    length, away, spread = _fit(light, sides, np.clip(share, 0, 1), where)
    trust = np.clip((np.sqrt(length) - 0.03) / 0.1, 0, 1) * np.exp(-away / (0.06 * length + 2e-4))
    trust /= 1 + DOUBT * spread / (length + 1e-4)
    result = alpha.copy()
    old = result.ravel()[where]
    change = trust * (np.clip(share.ravel()[where], 0, 1) - old)
    result.ravel()[where] = old + np.where(change < 0, change * (1 - firm.ravel()[where]), change)
    return result


def hairs(light: Floats, alpha: Floats, sides: Sides, share: Floats, points: Floats, inside: Bytes) -> Floats:
    """(n, n) alpha of single hairs: thin lines of the person's colour that reach the person."""
    side = alpha.shape[0]
    head = 1.6 * float(points[CHIN, 1] - points[:468, 1].min())
    if head < SEEN:
        return np.zeros_like(alpha)
    quarter = (side // STEP, side // STEP)
    body = (reduce(alpha, quarter) > 0.5).astype(np.uint8)
    away = enlarge(f32(cv2.distanceTransform(1 - body, cv2.DIST_L2, 5) * STEP), (side, side))
    rows = np.arange(side, dtype=np.float32)[:, None]
    zone = (alpha < 0.98) & (inside > 0) & (rows < points[CHIN, 1] + 0.35 * head)
    zone &= away < 2 * REACH * head
    level = np.clip(share * 255, 0, 255).astype(np.uint8)
    wide = np.ones((2 * max(1, round(WIDTH * head)) + 1,) * 2, np.uint8)
    broad = cv2.morphologyEx(level, cv2.MORPH_OPEN, wide)
    thin = np.asarray(cv2.subtract(level, broad), np.uint8)
    plain = cv2.morphologyEx(broad, cv2.MORPH_CLOSE, wide)
    edge = cv2.morphologyEx(plain, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8))
    weak = zone & (thin > NOISE) & (thin > edge)
    where = np.flatnonzero(weak)
    length, off, spread = _fit(light, sides, share, where)
    along = np.abs(share.ravel()[where]) * np.sqrt(length)
    calm = DOUBT * spread < length
    weak.ravel()[where] = (np.sqrt(off) < OFF * along + GRAIN) & calm
    kept, stray = _lines((weak & zone).astype(np.uint8), thin, away, head)
    calmness = _calm(kept, stray, head)
    zone &= away < REACH * head
    cover = f32(cv2.GaussianBlur(cv2.dilate(kept, np.ones((3, 3), np.uint8)).astype(np.float32), (0, 0), 0.7))
    value = thin.astype(np.float32) / 255
    value *= np.clip((value - edge.astype(np.float32) / 255) / (0.25 * value + 1e-3), 0, 1)
    return f32(cover * value * zone * calmness)


def _calm(kept: Bytes, stray: Bytes, head: float) -> Floats:
    """(n, n) 1..0: how free the surroundings are of thin things of the hair's colour that do not grow from
    the person. Where it is full of them, a line that does is more likely one of those."""
    side = kept.shape[0] // 8
    size, sigma = (side, side), 0.15 * head / 8
    ours, others = (blur(reduce(x.astype(np.float32), size), sigma) for x in (kept, stray))
    rate = others / (ours + others + 1e-3)
    return enlarge(f32(np.clip((BUSY - rate) / BUSY * 2, 0, 1)), (kept.shape[1], kept.shape[0]))


def _lines(weak: Bytes, thin: Bytes, away: Floats, head: float) -> tuple[Bytes, Bytes]:
    """0/1: the parts of `weak` that are long, thin, firm, bent and grow from the person; and all others."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(weak, connectivity=8)
    place = np.flatnonzero(weak)
    part = labels.ravel()[place].astype(np.intp)
    distance = away.ravel()[place]
    size = np.maximum(np.bincount(part, minlength=count), 1)
    long = np.hypot(boxes[:, cv2.CC_STAT_WIDTH], boxes[:, cv2.CC_STAT_HEIGHT])
    firm = np.bincount(part, thin.ravel()[place] > 2 * NOISE, count)
    root, tip = np.full(count, np.inf), np.zeros(count)
    np.minimum.at(root, part, distance)
    np.maximum.at(tip, part, distance)
    lines = (long > LEAST * head) & (firm > 0.25 * size) & (size < WEB * long)
    grows = (root < ROOT * head) & (tip < FAR * head)
    grows &= (long < WIRE * head) | (_breadth(part, place, weak.shape[1], size) > BENT * long)
    keep = (lines & grows).astype(np.uint8)
    keep[0] = 0
    kept = keep[labels]
    return kept, weak & (1 - kept)


def _breadth(part: NDArray[np.intp], place: NDArray[np.intp], width: int, size: NDArray[Any]) -> NDArray[Any]:
    """How far the pixels of each part scatter off a straight line through them (standard deviation, px)."""
    y, x = np.divmod(place, width)
    sums = [np.bincount(part, v, len(size)) / size for v in (x, y, x * x, x * y, y * y)]
    xx, xy, yy = sums[2] - sums[0] ** 2, sums[3] - sums[0] * sums[1], sums[4] - sums[1] ** 2
    return np.asarray(np.sqrt(np.maximum((xx + yy) / 2 - np.hypot((xx - yy) / 2, xy), 0)))
