"""Where faces are: BlazeFace twice, once for faces that fill the picture and once for smaller ones.

Bazarevsky et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, 2019 (arXiv 1907.05047);
the anchors and the weighted non-maximum suppression are those of the paper and of the nets' model cards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import nets
from faceproof.imaging.shrink import shrunk, turned

ENOUGH = 1024
"""Pixels on the longer side that the first look needs; larger pictures are shrunk for it, to less than twice
this."""
THRESHOLD = 0.5
SAME_FACE = 0.3
"""Boxes that overlap by more than this (intersection over union) are one face."""
CLOSE_UP = 4.0
"""A second look takes in this many times the side of the face."""
SURE = 0.8
"""Upright faces score higher nearly always; cats, dogs, logos and faces that stand on their head do not."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One face, roughly."""

    box: NDArray[np.float32]
    """(4,) x0, y0, x1, y1 in pixels, from the brows to the chin; may reach outside the picture."""
    keypoints: NDArray[np.float32]
    """(6, 2) pixels: the picture's left eye, right eye, nose tip, mouth, left ear, right ear."""
    score: float
    """Confidence, 0..1."""

    def enlarged(self, factor: float) -> Detection:
        """The same face in a picture that many times as large."""
        return Detection(self.box * np.float32(factor), self.keypoints * np.float32(factor), self.score)

    @property
    def side(self) -> float:
        """The longer side of the box, in pixels."""
        return float(max(self.box[2] - self.box[0], self.box[3] - self.box[1]))

    @property
    def roll(self) -> float:
        """Degrees by which the eye line is turned clockwise in the picture, -180..180."""
        x, y = self.keypoints[1] - self.keypoints[0]
        return math.degrees(math.atan2(y, x))


class Window(NamedTuple):
    """A part of the picture, in whole pixels; x1 and y1 are outside."""

    x0: int
    y0: int
    x1: int
    y1: int


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
    factor = max(1, min(max(pixels.shape[:2]) // ENOUGH, *pixels.shape[:2]))
    small = shrunk(pixels, factor)
    height, width = small.shape[:2]
    whole = Window(0, 0, width, height)
    found = _join(_look(small, whole, SHORT) + _look(small, whole, FULL))
    if not found:
        found = _join([face for tile in _tiles(width, height) for face in _look(small, tile, FULL)])
    found = _join([_again(pixels, face.enlarged(factor)) for face in found])
    return sorted(found, key=lambda face: face.side, reverse=True)


def detect_upright(pixels: NDArray[np.uint8]) -> tuple[int, list[Detection]]:
    """The quarter turns (counter-clockwise, as `Frame.rotated`) that put the surest face upright, and the
    faces of the picture turned like that. Only for a face that is surely one is a picture turned."""
    found = detect(pixels)
    if _upright(found) >= SURE:
        return 0, found
    small = shrunk(pixels, max(pixels.shape[:2]) // ENOUGH)
    scores = {turns: _upright(detect(turned(small, turns))) for turns in (1, 2, 3)}
    best = max(scores, key=lambda turns: scores[turns])
    if scores[best] < SURE:
        return 0, found
    return best, detect(turned(pixels, best))


def _upright(found: list[Detection]) -> float:
    """The score of the surest face if it stands upright, else 0."""
    surest = max(found, key=lambda detection: detection.score, default=None)
    return surest.score if surest is not None and abs(surest.roll) <= 45.0 else 0.0


def _again(pixels: NDArray[np.uint8], face: Detection) -> Detection:
    """A second look at a small face from nearby: the nets are less sure, and less exact, about small ones."""
    height, width = pixels.shape[:2]
    reach = face.side * CLOSE_UP / 2.0
    if 2.0 * reach >= max(height, width):
        return face
    x, y = (face.box[:2] + face.box[2:]) / 2.0
    window = Window(
        max(0, int(x - reach)),
        max(0, int(y - reach)),
        min(width, int(x + reach)),
        min(height, int(y + reach)),
    )
    if window.x1 - window.x0 < 2 or window.y1 - window.y0 < 2:
        return face
    seen = [other for other in _look(pixels, window, SHORT) if _overlap(face, other) > SAME_FACE]
    return max(seen, key=lambda other: _overlap(face, other), default=face)


def _tiles(width: int, height: int) -> list[Window]:
    """Four overlapping windows of three fifths of each side."""
    w, h = max(1, width * 3 // 5), max(1, height * 3 // 5)
    return [Window(x, y, x + w, y + h) for y in (0, height - h) for x in (0, width - w)]


def _look(pixels: NDArray[np.uint8], window: Window, range_: _Range) -> list[Detection]:
    """A window of the picture through one net: letterboxed, decoded against the anchors, merged."""
    part = pixels[window.y0 : window.y1, window.x0 : window.x1]
    height, width = part.shape[:2]
    scale = range_.size / max(height, width)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (range_.size - inner[0]) // 2, (range_.size - inner[1]) // 2
    canvas = np.zeros((1, range_.size, range_.size, 3), np.float32)
    small = cv2.resize(part, inner, interpolation=cv2.INTER_AREA)
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
    points = (points * range_.size - (left, top)) * (width / inner[0], height / inner[1])
    points += window.x0, window.y0
    return _merge(points, scores[seen])


@cache
def _anchors(range_: _Range) -> NDArray[np.float32]:
    """(n, 2) centres of the cells, 0..1, row by row."""
    grids = []
    for cells, per_cell in range_.grids:
        middle = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        x, y = np.meshgrid(middle, middle)
        grids.append(np.repeat(np.stack([x, y], -1).reshape(-1, 2), per_cell, axis=0))
    return np.concatenate(grids)


def _merge(points: NDArray[np.floating], scores: NDArray[np.floating]) -> list[Detection]:
    """Weighted non-maximum suppression: faces that overlap become their mean. `points`: (n, 8, 2) pixels, two
    corners of the box and six keypoints."""
    found = []
    order = np.argsort(-scores)
    while len(order):
        boxes = points[order, :2].reshape(-1, 4)
        same = _overlaps(boxes[0], boxes) > SAME_FACE
        same[0] = True
        group = order[same]
        mean = np.average(points[group], axis=0, weights=scores[group]).astype(np.float32)
        found.append(Detection(mean[:2].reshape(4), mean[2:], float(scores[order[0]])))
        order = order[~same]
    return found


def _join(faces: list[Detection]) -> list[Detection]:
    """Every face once: of those that overlap, the one that comes first."""
    kept: list[Detection] = []
    for face in faces:
        if all(_overlap(face, other) <= SAME_FACE for other in kept):
            kept.append(face)
    return kept


def _overlap(face: Detection, other: Detection) -> float:
    return float(_overlaps(face.box, other.box[None])[0])


def _overlaps(box: NDArray[np.floating], boxes: NDArray[np.floating]) -> NDArray[np.floating]:
    """Intersection over union of one box (4,) with each of (n, 4)."""
    corner = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.prod(np.clip(corner, 0.0, None), axis=1)
    areas = np.prod(box[2:] - box[:2]) + np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    overlaps: NDArray[np.floating] = shared / np.maximum(areas - shared, 1e-9)
    return overlaps
