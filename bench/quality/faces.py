"""Arithmetic that needs no net: rank correlation, similarity of points, and a filter that must be caught."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Points = NDArray[Any]


def ranks(values: Any) -> NDArray[np.float64]:
    """Ranks from 0, ties shared."""
    array = np.asarray(values, np.float64)
    order = array.argsort(kind="stable")
    place = np.empty(len(array))
    place[order] = np.arange(len(array))
    for value in np.unique(array):
        place[array == value] = place[array == value].mean()
    return place


def rank_correlation(one: Any, two: Any) -> float:
    """Spearman's; 0 where one of them does not vary."""
    first, second = ranks(one), ranks(two)
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def similarity(start: Points, goal: Points) -> NDArray[np.float64]:
    """(2, 3): turn, one scale and shift that take `start` (n, 2) to `goal` by least squares (Umeyama)."""
    middle, there = start.mean(0), goal.mean(0)
    one, two = start - middle, goal - there
    a = float((one * two).sum())
    b = float((one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]).sum())
    size = float((one**2).sum())
    linear = np.array([[a, -b], [b, a]]) / size
    return np.column_stack([linear, there - linear @ middle])


def beautified(pixels: Bytes, points: Points, strength: float = 1.0) -> Bytes:
    """What a beauty filter does, as a control: eyes 25 % larger, the face 12 % slimmer, skin smoothed.

    points (478, 3) landmarks, px.
    """
    height, width = pixels.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    left, right = points[234, :2], points[454, :2]
    middle, half = (left + right) / 2, float(np.linalg.norm(right - left)) / 2
    reach = np.exp(-(((x - middle[0]) / (1.6 * half)) ** 4) - ((y - middle[1]) / (1.8 * half)) ** 4)
    source_x = middle[0] + (x - middle[0]) * (1 + 0.12 * strength * reach)
    source_y = y.copy()
    for iris, inner, outer in ((468, 133, 33), (473, 362, 263)):
        centre = points[iris, :2]
        radius = float(np.linalg.norm(points[inner, :2] - points[outer, :2])) * 0.9
        near = np.exp(-((((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / radius**2) ** 2))
        shrink = 1 / (1 + 0.25 * strength * near)
        source_x = centre[0] + (source_x - centre[0]) * shrink
        source_y = centre[1] + (source_y - centre[1]) * shrink
    moved = cv2.remap(
        pixels,
        source_x.astype(np.float32),
        source_y.astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    smooth = cv2.bilateralFilter(np.asarray(moved, np.uint8), 15, 60 * strength, 12) if strength else moved
    return np.asarray(smooth, np.uint8)
