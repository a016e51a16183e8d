"""Cut the canvas out of the photo: one resampling for level, crop and reduction, at native scale."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from . import dolly
from .crop import Placement, inverse
from .dolly import Lens


def cut(pixels: NDArray[np.uint8], placement: Placement) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(n, n, 3) uint8 canvas and (n, n) 0/1 where it lies inside the photo.

    With no turn and no reduction the pixels are copied as they are. Outside the photo the edge is repeated:
    nobody stands there (crop.solve), a backdrop covers it.
    """
    matrix, side = placement.matrix, placement.side
    inside = _inside(pixels.shape[:2], matrix, side)
    if placement.lens is not None:
        return _drawn(pixels, placement, placement.lens), inside
    if placement.scale == 1 and placement.turned == 0:
        x, y = int(-matrix[0, 2]), int(-matrix[1, 2])
        height, width = pixels.shape[:2]
        rows, columns = (
            np.clip(np.arange(y, y + side), 0, height - 1),
            np.clip(np.arange(x, x + side), 0, width - 1),
        )
        return np.ascontiguousarray(pixels[rows][:, columns]), inside
    source, to_photo = _reduced(pixels, placement.scale)
    matrix = matrix @ to_photo
    # Bicubic: 5 ms against 75 for Lanczos at 1024², and no visible difference at a scale of one.
    canvas = cv2.warpAffine(
        source, matrix, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(canvas, np.uint8), inside


def _reduced(pixels: NDArray[np.uint8], scale: float) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The photo at the canvas' scale, and (3, 3) from its pixels to the photo's. Averages away what a smaller
    canvas cannot show; the turn then works on a picture of its own scale."""
    if scale <= 1.05:
        return pixels, np.eye(3)
    size = (round(pixels.shape[1] / scale), round(pixels.shape[0] / scale))
    source = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    fx, fy = pixels.shape[1] / size[0], pixels.shape[0] / size[1]
    # Pixel centres: photo x = (small x + 0.5) * fx - 0.5.
    return source, np.array([[fx, 0, (fx - 1) / 2], [0, fy, (fy - 1) / 2], [0, 0, 1]])


def _drawn(pixels: NDArray[np.uint8], placement: Placement, lens: Lens) -> NDArray[np.uint8]:
    """Level, crop, reduction and the correction of the perspective in one resampling."""
    side = placement.side
    source, to_photo = _reduced(pixels, placement.scale)
    back = inverse(placement).astype(np.float32)
    axis = np.arange(side, dtype=np.float32)
    place = dolly.over(lens, placement.matrix, (side, side))
    for i in (0, 1):
        place[..., i] += axis * back[i, 0] + (axis * back[i, 1])[:, None] + back[i, 2]
        place[..., i] = (place[..., i] - np.float32(to_photo[i, 2])) / np.float32(to_photo[i, i])
    canvas = cv2.remap(source, place[..., 0], place[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(canvas, np.uint8)


def _inside(shape: tuple[int, ...], matrix: NDArray[np.float64], side: int) -> NDArray[np.uint8]:
    height, width = shape[0], shape[1]
    corners = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float64)
    there = corners @ matrix[:, :2].T + matrix[:, 2]
    mask = np.zeros((side, side), np.uint8)
    cv2.fillConvexPoly(mask, np.round(there * 16).astype(np.int32), 1, shift=4)
    return mask


def moved(points: NDArray[np.float32], placement: Placement) -> NDArray[np.float32]:
    """Landmarks (478, 3) of the photo, after its lens if there is one, on the canvas; depth scaled alike.

    Landmarks count from pixel corners, OpenCV from pixel centres: from here on the canvas uses the latter.
    """
    result = points.astype(np.float32).copy()
    result[:, :2] = (points[:, :2] - 0.5) @ placement.matrix[:, :2].T + placement.matrix[:, 2]
    result[:, 2] *= math.hypot(placement.matrix[0, 0], placement.matrix[1, 0])
    return result
