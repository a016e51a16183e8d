"""The 478 points of one face: Attention Mesh, run in two halves.

Grishchenko et al., Attention Mesh: High-fidelity Face Mesh Prediction in Real-time, 2020 (arXiv
2006.10962). The first half sees the whole face and gives 468 points and a feature map; the second refines
the lips, the eyes and the irises on crops of that map. The crops are cut here because only MediaPipe's own
runtime knows the operations.
"""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import nets
from faceproof.imaging import topology as at
from faceproof.imaging.detect import Detection
from faceproof.imaging.landmarks import Face
from faceproof.imaging.nets.graph import cut
from faceproof.imaging.shrink import shrunk

NET = "face_landmark_with_attention"
SIDE = 192
"""Pixels a side of what the net sees."""
MARGIN = 1.5
"""The square the net sees, over the longer side of the face's box: as it was trained."""
PASSES = 3
"""Each pass looks where the one before found the points. When the picture is turned, scaled or shifted, the
points move by 1.4 % of the eye distance after one pass, 0.8 % after two, 0.6 % after three (22 portraits)."""


def mesh(pixels: NDArray[np.uint8], detection: Detection) -> Face:
    """The points of the face at `detection` in a (h, w, 3) sRGB picture."""
    box = detection.box.astype(np.float64)
    centre, side = (box[:2] + box[2:]) / 2.0, detection.side * MARGIN
    angle = math.radians(detection.roll)
    for _ in range(PASSES):
        to_picture = _square(centre, side, angle)
        points, presence = _points(_look(pixels, to_picture))
        points[:, :2] = points[:, :2] @ to_picture[:, :2].T + to_picture[:, 2]
        points[:, 2] *= side / SIDE
        centre, side, angle = _around(points)
    return Face(points.astype(np.float32), detection.box, detection.score, presence)


def follow(pixels: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.float32]:
    """(478, 3) points of a face whose points are nearly known: one pass, where they are."""
    to_picture = _square(*_around(points.astype(np.float64)))
    found, _ = _points(_look(pixels, to_picture))
    found[:, :2] = found[:, :2] @ to_picture[:, :2].T + to_picture[:, 2]
    return found.astype(np.float32)


def _square(centre: NDArray[np.float64], side: float, angle: float) -> NDArray[np.float64]:
    """(2, 3) from the net's square to the picture."""
    turn = _rotation(angle) * (side / SIDE)
    return np.column_stack([turn, centre - turn @ [SIDE / 2.0, SIDE / 2.0]])


def _around(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, float]:
    """Centre, side and angle of the square in which the net expects a face with these points."""
    x, y = points[at.CORNERS_R[0], :2] - points[at.CORNERS_L[0], :2]
    angle = math.atan2(y, x)
    level = points[: at.SKIN_POINTS, :2] @ _rotation(angle)
    low, high = level.min(0), level.max(0)
    return _rotation(angle) @ ((low + high) / 2.0), float((high - low).max()) * MARGIN, angle


def _rotation(angle: float) -> NDArray[np.float64]:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _look(pixels: NDArray[np.uint8], to_picture: NDArray[np.float64]) -> NDArray[np.float32]:
    """(1, 192, 192, 3), 0..1: the picture through the square, black where the picture ends."""
    # A bilinear warp skips pixels when it shrinks: blocks of pixels are averaged before.
    factor = max(1, round(float(np.linalg.norm(to_picture[:, 0]))))
    corners = np.array([(0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE)]) @ to_picture[:, :2].T + to_picture[:, 2]
    size = np.array(pixels.shape[1::-1])
    x0, y0 = np.clip(np.floor(corners.min(0)).astype(int) - 2 * factor, 0, size - 1)
    x1, y1 = np.clip(np.ceil(corners.max(0)).astype(int) + 2 * factor, (x0 + 1, y0 + 1), size)
    part = pixels[y0:y1, x0:x1]
    factor = min(factor, *part.shape[:2])
    matrix = (to_picture - np.array([[0, 0, x0], [0, 0, y0]])) / factor
    part = shrunk(part, factor)
    matrix[:, 2] += matrix[:, :2].sum(1) * 0.5 - 0.5  # OpenCV counts from pixel centres
    square = cv2.warpAffine(part, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return square[None].astype(np.float32) / 255.0


def _points(square: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    """(478, 3) points in the net's square, and the presence of a face, 0..1."""
    plan = _plan()
    first, second = _half("mesh"), _half("refine")
    seen = first(square)
    crops: dict[str, NDArray[np.float32]] = {}
    for region in plan["regions"]:
        matrix = _crop_matrix(seen[region["landmarks"]][0], region)
        full = np.eye(4, dtype=np.float32)
        full[:2, [0, 1, 3]] = matrix
        crops[region["matrix"]] = full[None]
        crops[region["crop"]] = _sample(seen[region["features"]][0], matrix, region["size"])[None]
    refined = second(crops)
    points = np.zeros((at.POINTS, 3))
    points[: at.SKIN_POINTS] = seen["output_mesh_identity"].reshape(at.SKIN_POINTS, 3)
    for region, iris in zip(plan["regions"], (None, at.IRIS_L, at.IRIS_R), strict=True):
        for (name, matrix_name), indices in zip(region["results"], (region["points"], iris), strict=False):
            back = refined[matrix_name][0]
            points[indices, :2] = refined[name][0] @ back[:2, :2].T + back[:2, 3]
        if iris is not None:  # the net gives no depth for the iris: that of the rim of its eye
            points[iris, 2] = points[region["points"][:16], 2].mean()
    return points, 1.0 / (1.0 + math.exp(-float(seen["conv_faceflag"].item())))


def _crop_matrix(landmarks: NDArray[np.float32], region: dict[str, Any]) -> NDArray[np.float64]:
    """(2, 3) from a region's crop to the feature map: the box of its points along its axis, widened."""
    start, end = landmarks[region["axis"], :2].astype(np.float64)
    turn = _rotation(math.atan2(end[1] - start[1], end[0] - start[0]))
    level = landmarks[region["points"], :2].astype(np.float64) @ turn
    low, high = level.min(0), level.max(0)
    linear = turn * (region["scale"] * (high - low) / region["size"])
    middle = region["size"] / 2.0
    return np.column_stack([linear, turn @ ((low + high) / 2.0) - linear @ [middle, middle]])


def _sample(features: NDArray[np.float32], matrix: NDArray[np.float64], size: int) -> NDArray[np.float32]:
    """(size, size, channels) crop of a (h, w, channels) map, bilinear between cell centres, 0 outside."""
    height, width = features.shape[:2]
    grid = np.stack(np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5), -1)
    x, y = np.moveaxis(grid @ matrix[:, :2].T + matrix[:, 2] - 0.5, -1, 0)
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    left = np.clip(np.floor(x), 0, width - 2).astype(int)
    top = np.clip(np.floor(y), 0, height - 2).astype(int)
    right, below = (x - left)[..., None], (y - top)[..., None]
    upper = features[top, left] * (1.0 - right) + features[top, left + 1] * right
    lower = features[top + 1, left] * (1.0 - right) + features[top + 1, left + 1] * right
    crop = (upper * (1.0 - below) + lower * below) * inside[..., None]
    return np.asarray(crop, np.float32)


@cache
def _plan() -> dict[str, Any]:
    plan: dict[str, Any] = json.loads((nets.FOLDER / "attention.json").read_text(encoding="utf-8"))
    return plan


@cache
def _half(name: str) -> nets.Net:
    return nets.Net(cut(nets.read(NET), **_plan()[name]))
