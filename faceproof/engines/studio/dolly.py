"""Move the camera back: the map that a depth field gives, both ways, never folded, bounded in stretch.

When a camera moves straight back from the eyes, every spot moves on a line through their middle, by the
ratio of its distances: exact for any pinhole, wherever the head is in the photo.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .fields import f32

Floats = NDArray[np.float32]

STRETCH = 1.4
"""No spot may be drawn larger than this times, in any direction; the correction is weakened until none is."""
SQUEEZE = 0.4
"""Nor smaller than this times: far from a fold, which would be 0."""
ROUNDS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """The photo as a camera farther away would have taken it. Same size, same frame; nothing moves outside
    `window`, at the rim of the photo, or in the plane of shoulders and background."""

    back: Floats
    """(n, n, 2) x and y to add to a place of the corrected photo to find its pixel in the photo."""
    forth: Floats
    """(n, n, 2) the other way: what to add to a place in the photo."""
    window: NDArray[np.float64]
    """(2, 3) cells of the two fields -> pixels of the photo, OpenCV's pixel centres."""
    strength: float
    """0..1, what was left after every limit."""
    distance: float | None
    """Millimetres from which the photo was taken, as far as it is known."""
    stretch: float
    """How many times larger than photographed nine tenths of the head are at most; the canvas is reduced by
    it (crop.solve), so `Placement.scale` stays true."""


def scale_field(depth: Floats, plane: float, distance: float, target: float, strength: float) -> Floats:
    """How much nearer to the middle of the eyes every spot comes: 1 in the `plane`, less before it.

    depth and plane in millimetres behind the irises, distances in millimetres from camera to irises.
    """
    ratio = (distance + depth) / (target + depth) * ((target + plane) / (distance + plane))
    return f32(np.power(ratio, strength))


def build(
    depth: Floats,
    plane: float,
    distance: float,
    target: float,
    strength: float,
    centre: Floats,
) -> tuple[Floats, Floats, Floats, float]:
    """Fields of cells for a depth field (n, n): (back, forth, stretch at every cell, strength left).

    `centre` (2,) is the middle of the eyes in cells.
    """
    for _ in range(ROUNDS):
        forth = _forth(scale_field(depth, plane, distance, target, strength), centre)
        large, small = stretches(forth)
        if float(large.max()) <= STRETCH and float(small.min()) >= SQUEEZE:
            break
        strength *= 0.9
    return _inverted(scale_field(depth, plane, distance, target, strength), centre), forth, large, strength


def _forth(scale: Floats, centre: Floats) -> Floats:
    y, x = np.mgrid[: scale.shape[0], : scale.shape[1]].astype(np.float32)
    return f32(np.stack([(x - centre[0]) * (scale - 1), (y - centre[1]) * (scale - 1)], -1))


def stretches(forth: Floats) -> tuple[Floats, Floats]:
    """Largest and smallest local magnification (singular values of the map's Jacobian) at every cell; the
    smallest is negative where the map folds over."""
    dx = cv2.Sobel(forth, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    dy = cv2.Sobel(forth, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    a, b, c, d = 1 + dx[..., 0], dy[..., 0], dx[..., 1], 1 + dy[..., 1]
    mean, area = (a * a + b * b + c * c + d * d) / 2, a * d - b * c
    spread = np.sqrt(np.maximum(mean * mean - area * area, 0))
    large = np.sqrt(mean + spread)
    return f32(large), f32(area / np.maximum(large, 1e-6))


def _inverted(scale: Floats, centre: Floats) -> Floats:
    """The way back: for every cell of the corrected photo, where in the photo it came from."""
    y, x = np.mgrid[: scale.shape[0], : scale.shape[1]].astype(np.float32)
    px, py = x, y
    for _ in range(ROUNDS):
        here = cv2.remap(scale, px, py, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        px, py = f32(centre[0] + (x - centre[0]) / here), f32(centre[1] + (y - centre[1]) / here)
    return f32(np.stack([px - x, py - y], -1))


def sampled(field: Floats, window: NDArray[np.float64], places: Floats) -> Floats:
    """A field's values (k, 2) at photo places (k, 2); nothing outside the window."""
    cells = (places.astype(np.float64) - window[:, 2]) @ np.linalg.inv(window[:, :2]).T
    cells = f32(cells)[:, None]
    return f32(
        cv2.remap(field, cells[..., 0], cells[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    )[:, 0]


def moved(points: Floats, lens: Lens) -> Floats:
    """Landmarks (478, 3), counted from pixel corners, of the photo in the corrected photo."""
    result = points.astype(np.float32).copy()
    result[:, :2] += sampled(lens.forth, lens.window, points[:, :2] - 0.5)
    return result


def over(lens: Lens, matrix: NDArray[np.float64], size: tuple[int, int]) -> Floats:
    """`back` on another grid: (height, width, 2), in photo pixels. matrix (2, 3): photo -> that grid."""
    both = np.vstack([matrix, [0, 0, 1]]) @ np.vstack([lens.window, [0, 0, 1]])
    return f32(
        cv2.warpAffine(lens.back, both[:2], size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    )


def field_moved(values: Floats, lens: Lens, shape: tuple[int, ...]) -> Floats:
    """A field over the whole photo (m, k), of a photo of `shape`, as it lies over the corrected photo."""
    height, width = values.shape[:2]
    fx, fy = width / shape[1], height / shape[0]
    grid = np.array([[fx, 0, (fx - 1) / 2], [0, fy, (fy - 1) / 2]])
    shift = over(lens, grid, (width, height))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return f32(
        cv2.remap(
            values,
            f32(x + shift[..., 0] * fx),
            f32(y + shift[..., 1] * fy),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )
