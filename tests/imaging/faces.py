"""The two public-domain portraits that every installation has, and ways to move a picture about."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import cv2
import matplotlib
import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


@cache
def astronaut() -> Pixels:
    """512 x 512, smiling, 43 px between the eyes."""
    return _frozen(skimage.data.astronaut())


@cache
def hopper() -> Pixels:
    """512 x 600, glasses and cap, 84 px between the eyes."""
    path = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    return _frozen(np.array(Image.open(path).convert("RGB")))


PORTRAITS = {"astronaut": astronaut, "hopper": hopper}


def warped(
    pixels: Pixels, scale: float, degrees: float, shift: tuple[float, float]
) -> tuple[Pixels, NDArray[np.float64]]:
    """The picture scaled and turned (clockwise) about its middle and shifted by shares of its size; and the
    (2, 3) matrix that takes coordinates along."""
    height, width = pixels.shape[:2]
    new = round(width * scale), round(height * scale)
    a, b = scale * math.cos(math.radians(degrees)), scale * math.sin(math.radians(degrees))
    linear = np.array([[a, -b], [b, a]])
    goal = np.array(new) * (0.5 + np.array(shift))
    matrix = np.column_stack([linear, goal - linear @ (width / 2.0, height / 2.0)])
    centred = matrix.copy()
    centred[:, 2] += linear.sum(1) * 0.5 - 0.5
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    moved = cv2.warpAffine(pixels, centred, new, flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8), matrix


def mirrored(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[:, ::-1])


def _frozen(pixels: Pixels) -> Pixels:
    pixels.setflags(write=False)
    return pixels
