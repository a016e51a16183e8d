"""Smooth fields and masks over the canvas: blur at any width, holes filled, polygons drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
WIDE = 12
FEW = 12
"""Rows of a smooth field that are mixed to those of a band as one product of matrices."""
LARGE, ENOUGH = 512, 1.5
"""Side from which a picture is reduced in two steps, and what the first leaves for a pixel of the second."""


def f32(values: Any) -> Floats:
    """What OpenCV returned, as the float32 that it is."""
    return np.asarray(values, np.float32)


def blur(values: Floats, sigma: float) -> Floats:
    """Gaussian of `sigma` pixels. Wide ones run on a reduced copy: 1.6 ms, not 55, for 20 on 1024²."""
    if sigma < 0.3:
        return values
    if sigma < 4:
        return f32(cv2.GaussianBlur(values, (0, 0), sigma))
    step = max(2, int(sigma // 3))
    height, width = values.shape[:2]
    small = reduce(values, (max(1, width // step), max(1, height // step)))
    small = f32(cv2.GaussianBlur(small, (0, 0), sigma / step))
    return enlarge(small, (width, height))


def reduce(values: Floats, size: tuple[int, int]) -> Floats:
    """Resize to (width, height) by averaging areas.

    Of a whole canvas in two steps, the first by a whole number: 0.8 ms, not 3.9, for 160² of 1024².
    """
    height, width = values.shape[:2]
    for step in (8, 4, 2) if min(width, height) >= LARGE else ():
        whole = (width // step, height // step)
        if not (width % step or height % step) and min(whole[0] / size[0], whole[1] / size[1]) >= ENOUGH:
            values = f32(cv2.resize(values, whole, interpolation=cv2.INTER_AREA))
            break
    return f32(cv2.resize(values, size, interpolation=cv2.INTER_AREA))


def enlarge(values: Floats, size: tuple[int, int]) -> Floats:
    """Resize a smooth field (never the photo) to (width, height)."""
    return f32(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR))


def rows(values: NDArray[Any], side: int, top: int, bottom: int) -> NDArray[Any]:
    """Rows top to bottom of a smooth field (m, m) or (m, m, k) as it is at `side`; its own at that size.

    The same values as `enlarge` and a cut, without the whole: what is made in bands needs no more memory.
    """
    small = values.shape[0]
    if small == side:
        return values[top:bottom]
    periods = math.gcd(small, side)
    unit, period = small // periods, side // periods
    if 2 * period <= bottom - top:
        # The two grids fall together every few rows: whole periods are enlarged, and one more on each side.
        first, last = max(0, top // period - 1), min(periods, -(-bottom // period) + 1)
        drawn = enlarge(values[first * unit : last * unit], (side, (last - first) * period))
        return drawn[top - first * period : bottom - first * period]
    at = np.clip((np.arange(top, bottom) + 0.5) * (small / side) - 0.5, 0, small - 1)
    low = np.minimum(at.astype(np.intp), small - 2)
    first, last = int(low[0]), int(low[-1]) + 2
    wide = enlarge(values[first:last], (side, last - first))
    share = (at - low).astype(np.float32)
    if last - first <= FEW:
        weights = np.zeros((bottom - top, last - first), np.float32)
        each = np.arange(bottom - top)
        weights[each, low - first], weights[each, low - first + 1] = 1 - share, share
        return f32(weights @ wide.reshape(last - first, -1)).reshape(-1, *wide.shape[1:])
    above, below = wide.take(low - first, 0), wide.take(low - first + 1, 0)
    below -= above
    below *= share.reshape(-1, *[1] * (values.ndim - 1))
    return f32(above + below)


TILE = 64
"""Pixels: a tile of floats of three channels is 49 kB, which the first caches hold."""

Part = tuple[slice, slice]
"""Rows and columns of a canvas."""


def runs(where: NDArray[np.bool_]) -> list[Part]:
    """Tiles of a canvas (n, n) that hold something of `where`, neighbours in a row as one.

    An edge is a tenth of a canvas: what looks at no more than its tiles takes a quarter of the time.
    """
    side = where.shape[0]
    starts = np.arange(0, side, TILE)
    eight = where.view(np.uint64) if side % 8 == 0 else where.view(np.uint8)  # eight pixels at a time
    down = np.bitwise_or.reduceat(eight, starts, 0).view(np.uint8)
    marked = np.maximum.reduceat(down, starts, 1)
    rim = np.diff(np.pad(marked, ((0, 0), (1, 1))).astype(np.int8))
    return [
        np.s_[top * TILE : (top + 1) * TILE, left * TILE : min(right * TILE, side)]
        for top, row in enumerate(rim)
        for left, right in zip(np.flatnonzero(row > 0), np.flatnonzero(row < 0), strict=True)
    ]


def part_of(values: Floats, side: int, part: Part) -> Floats:
    """A part of a smooth field (m, m) or (m, m, k) as it is at `side`: what `enlarge` and a cut give."""
    share = values.shape[0] / side
    rows, columns = (range(side)[span] for span in part)
    shift = [share * (at.start + 0.5) - 0.5 for at in (columns, rows)]
    there = np.array([[share, 0, shift[0]], [0, share, shift[1]]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (len(columns), len(rows))
    return f32(cv2.warpAffine(values, there, size, flags=how, borderMode=cv2.BORDER_REPLICATE))


def times(values: Floats, weight: NDArray[Any]) -> Floats:
    """(h, w, k) times (h, w); numpy takes six times as long over an axis of three."""
    count = 1 if values.ndim == 2 else values.shape[2]
    wide = f32(weight if count == 1 else cv2.merge([f32(weight)] * count))
    return f32(cv2.multiply(values.reshape(wide.shape), wide)).reshape(values.shape)


def at_most_one(values: Floats) -> Floats:
    """(h, w, 3) with no value above 1."""
    return f32(cv2.threshold(values, 1.0, 0.0, cv2.THRESH_TRUNC)[1])


def dot(one: Floats, two: Floats) -> Floats:
    """(h, w): the sum over the channels of the product of two (h, w, 3)."""
    return f32(cv2.transform(cv2.multiply(one, two), np.ones((1, 3), np.float32)))


def disc(radius: int) -> NDArray[np.uint8]:
    return np.asarray(
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), np.uint8
    )


def grow(mask: NDArray[Any], radius: float) -> NDArray[Any]:
    """Dilate by `radius` pixels (at least 1). Wide ones by distance: a kernel costs more the wider it is."""
    if radius > WIDE and mask.dtype == np.uint8:
        peak = mask.max()
        away = cv2.distanceTransform((mask * 2.0 < peak).astype(np.uint8), cv2.DIST_L2, 5)
        return np.where(away <= radius, peak, 0).astype(np.uint8)
    return np.asarray(cv2.dilate(mask, disc(max(1, round(radius)))))


def shrink(mask: NDArray[Any], radius: float) -> NDArray[Any]:
    """Erode by `radius` pixels (rounded, at least 1)."""
    return np.asarray(cv2.erode(mask, disc(max(1, round(radius)))))


def polygon(
    side: int, points: Floats, indices: Sequence[int] | NDArray[np.intp], *, wider: float = 0, soft: float = 0
) -> Floats:
    """(side, side) 0..1 mask of a ring of landmarks (478, >=2), grown by `wider`, blurred by `soft`."""
    mask = np.zeros((side, side), np.uint8)
    ring = np.round(points[list(indices), :2] * 8).astype(np.int32)
    cv2.fillPoly(mask, [ring], 255, shift=3, lineType=cv2.LINE_AA)
    if wider > 0:
        mask = grow(mask, wider)
    elif wider < 0:
        mask = shrink(mask, -wider)
    return blur(f32(mask / np.float32(255)), soft)


def fill(values: Floats, weight: Floats, levels: int = 8) -> Floats:
    """Fill where `weight` (h, w) is 0 from where it is 1, smoothly (pull-push). values (h, w, k)."""
    stack = [(values, weight)]
    for _ in range(levels):
        above, cover = stack[-1]
        if min(cover.shape) < 4:
            break
        half = f32(cv2.pyrDown(cover))
        sums = f32(cv2.pyrDown(times(above, cover))).reshape(*half.shape, -1)
        # What is known at all counts in full one level down, so that a hole takes the colour of its own rim.
        stack.append((times(sums, 1 / (half + np.float32(1e-6))), np.minimum(half * 4, 1)))
    result = stack[-1][0]
    for above, cover in stack[-2::-1]:
        height, width = cover.shape
        result = enlarge(result, (width, height)).reshape(height, width, -1)
        result += times(above - result, np.minimum(cover, 1))
    return f32(result)


def largest_part(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest connected part of a 0/1 mask."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count <= 2:
        return mask
    return np.asarray(labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])), np.uint8)
