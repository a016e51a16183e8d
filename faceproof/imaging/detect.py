"""Where faces are: BlazeFace twice, once for faces that fill the picture and once for smaller ones.

Bazarevsky et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, 2019 (arXiv 1907.05047);
the anchors and the weighted non-maximum suppression are those of the paper and of the nets' model cards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import nets

THRESHOLD = 0.5
SAME_FACE = 0.3
"""Boxes that overlap by more than this (intersection over union) are one face."""
SURE = 0.8
"""Below this the picture may be turned: real upright faces score higher nearly always, dogs do not."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One face, roughly."""

    box: NDArray[np.float32]
    """(4,) x0, y0, x1, y1 in pixels, from the brows to the chin; may reach outside the picture."""
    keypoints: NDArray[np.float32]
    """(6, 2) pixels: the picture's left eye, right eye, nose tip, mouth, left ear, right ear."""
    score: float
    """Confidence, 0..1."""

    @property
    def side(self) -> float:
        """The longer side of the box, in pixels."""
        return float(max(self.box[2] - self.box[0], self.box[3] - self.box[1]))

    @property
    def roll(self) -> float:
        """Degrees by which the eye line is turned clockwise in the picture, -180..180."""
        x, y = self.keypoints[1] - self.keypoints[0]
        return math.degrees(math.atan2(y, x))


@dataclass(frozen=True, slots=True)
class _Range:
    net: str
    size: int
    grids: tuple[tuple[int, int], ...]
    """(cells a side, anchors a cell), in the order of the net's outputs."""


SHORT = _Range("face_detection_short_range", 128, ((16, 2), (8, 6)))
FULL = _Range("face_detection_full_range_sparse", 192, ((48, 1),))


def detect(pixels: NDArray[np.uint8]) -> list[Detection]:
    """Every face of a (h, w, 3) sRGB picture, largest first; an empty list when there is none."""
    found = _look(pixels, SHORT)
    for other in _look(pixels, FULL):
        if all(_overlap(other.box, known.box[None])[0] < SAME_FACE for known in found):
            found.append(other)
    return sorted(found, key=lambda detection: detection.side, reverse=True)


def detect_upright(pixels: NDArray[np.uint8]) -> tuple[int, list[Detection]]:
    """The quarter turns (counter-clockwise, as `Frame.rotated`) that put the largest face upright, and the
    faces of the picture turned like that. The nets see faces up to about 90 degrees of roll, so a lying
    face is found at once and its eye line says how it lies; upside-down ones are only seen in a turned
    picture."""
    looks = {0: detect(pixels)}
    if _is_upright(looks[0]) and looks[0][0].score >= SURE:
        return 0, looks[0]
    for turns in (1, 2, 3):
        looks[turns] = detect(np.ascontiguousarray(np.rot90(pixels, turns)))
    best = max(
        looks, key=lambda turns: (_is_upright(looks[turns]), looks[turns][0].score if looks[turns] else 0.0)
    )
    return best, looks[best]


def _is_upright(found: list[Detection]) -> bool:
    return bool(found) and abs(found[0].roll) <= 45.0


def _look(pixels: NDArray[np.uint8], range_: _Range) -> list[Detection]:
    """The picture through one net: letterboxed, decoded against the anchors, merged."""
    height, width = pixels.shape[:2]
    scale = range_.size / max(height, width)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (range_.size - inner[0]) // 2, (range_.size - inner[1]) // 2
    canvas = np.zeros((1, range_.size, range_.size, 3), np.float32)
    small = cv2.resize(pixels, inner, interpolation=cv2.INTER_AREA)
    canvas[0, top : top + inner[1], left : left + inner[0]] = small.astype(np.float32) / 127.5 - 1.0
    outputs = nets.net(range_.net)(canvas).values()
    raw = next(output for output in outputs if output.shape[-1] == 16)[0]
    logits = next(output for output in outputs if output.shape[-1] == 1)[0, :, 0]
    scores = 1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0)))
    seen = scores > THRESHOLD
    # Eight points each: centre of the box, its width and height, six keypoints; all but the size from the
    # anchor.
    points = raw[seen].reshape(-1, 8, 2) / range_.size
    size = points[:, 1].copy()
    points += _anchors(range_)[seen][:, None]
    points[:, 1] = points[:, 0] + size / 2.0
    points[:, 0] -= size / 2.0
    stretch = np.array([width / inner[0], height / inner[1]], np.float32)
    points = (points * range_.size - np.array([left, top], np.float32)) * stretch
    return _merge(points.astype(np.float32), scores[seen])


@cache
def _anchors(range_: _Range) -> NDArray[np.float32]:
    """(n, 2) centres of the cells, 0..1, row by row."""
    grids = []
    for cells, per_cell in range_.grids:
        middle = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        x, y = np.meshgrid(middle, middle)
        grids.append(np.repeat(np.stack([x, y], -1).reshape(-1, 2), per_cell, axis=0))
    return np.concatenate(grids)


def _merge(points: NDArray[np.float32], scores: NDArray[np.floating]) -> list[Detection]:
    """Weighted non-maximum suppression. `points`: (n, 8, 2) two corners of the box, six keypoints; in
    pixels."""
    found = []
    order = np.argsort(-scores)
    while len(order):
        boxes = points[order, :2].reshape(-1, 4)
        same = _overlap(boxes[0], boxes) > SAME_FACE
        same[0] = True
        group = order[same]
        mean = np.average(points[group], axis=0, weights=scores[group]).astype(np.float32)
        found.append(Detection(mean[:2].reshape(4), mean[2:], float(scores[order[0]])))
        order = order[~same]
    return found


def _overlap(box: NDArray[np.float32], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of one box with each of (n, 4)."""
    corner = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.prod(np.clip(corner, 0.0, None), axis=1)
    areas = np.prod(box[2:] - box[:2]) + np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    overlap: NDArray[np.float32] = shared / np.maximum(areas - shared, 1e-9)
    return overlap
