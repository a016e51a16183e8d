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
from faceproof.imaging.shrink import shrunk

ENOUGH = 1024
"""Pixels on the longer side that the first look needs; larger pictures are shrunk for it, to less than twice
this."""
THRESHOLD = 0.5
SAME_FACE = 0.3
"""Boxes that overlap by more than this (intersection over union) are one face."""
FAINT = 0.65
"""Beside a face that is surely one, what scores less is a hand, a pattern or a part of that face."""
ROOM_FOR_OTHERS = 0.25
"""When no face takes more of the longer side than this, there may be some too small to be seen at once."""
CLOSE_UPS = (4.0, 2.0)
"""Further looks take in this many times the side of the face."""
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
    found = _look(small, whole, SHORT) + _look(small, whole, FULL)
    if all(face.score < SURE for face in found):  # a face may fill the picture: make it smaller
        found += _look(small, whole, SHORT, step_back=1.4)
    # One may stand far away: look at parts of the picture.
    if max((face.side for face in found), default=0.0) < ROOM_FOR_OTHERS * max(height, width):
        found += [face for tile in _tiles(width, height) for face in _look(small, tile, FULL)]
    found = _join(found)
    found = _join([_again(pixels, face.enlarged(factor)) for face in found])
    if any(face.score >= SURE for face in found):
        found = [face for face in found if face.score >= FAINT]
    return sorted(found, key=lambda face: face.side, reverse=True)


def _again(pixels: NDArray[np.uint8], face: Detection) -> Detection:
    """A small face is looked at from nearby, because the nets are less sure and less exact about small ones,
    and from nearer still when that did not make sure."""
    height, width = pixels.shape[:2]
    for reach in CLOSE_UPS:
        if face.side * CLOSE_UPS[0] >= max(height, width) or (reach < CLOSE_UPS[0] and face.score >= SURE):
            break
        x, y = (face.box[:2] + face.box[2:]) / 2.0
        window = _window(x, y, face.side * reach / 2.0, width, height)
        seen = _look(pixels, window, SHORT) if window else []
        same = [other for other in seen if _overlap(face, other) > SAME_FACE]
        face = max(same, key=lambda other: other.score, default=face)
    return face


def _window(x: float, y: float, reach: float, width: int, height: int) -> Window | None:
    """What the picture holds within `reach` of a point; None when that is next to nothing."""
    x0, y0 = max(0, int(x - reach)), max(0, int(y - reach))
    x1, y1 = min(width, int(x + reach)), min(height, int(y + reach))
    return Window(x0, y0, x1, y1) if min(x1 - x0, y1 - y0) > 1 else None


def _tiles(width: int, height: int) -> list[Window]:
    """Four overlapping windows of three fifths of each side."""
    w, h = max(1, width * 3 // 5), max(1, height * 3 // 5)
    return [Window(x, y, x + w, y + h) for y in (0, height - h) for x in (0, width - w)]


def _look(
    pixels: NDArray[np.uint8], window: Window, range_: _Range, step_back: float = 1.0
) -> list[Detection]:
    """A window of the picture through one net: letterboxed, decoded against the anchors, merged."""
    part = pixels[window.y0 : window.y1, window.x0 : window.x1]
    height, width = part.shape[:2]
    scale = range_.size / max(height, width) / step_back
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
    """Every face once: of those that overlap, the surest."""
    kept: list[Detection] = []
    for face in sorted(faces, key=lambda face: face.score, reverse=True):
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
