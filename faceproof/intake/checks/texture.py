"""Fine structure of a face, told apart from noise."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

CELL = 9
"""Pixels a side of the cells in which noise is looked for."""
QUIET = 20
"""Percentile of the cells that are taken to hold nothing but noise: cheek and forehead."""
QUIET_TO_MEAN = 1.15
"""The mean of white noise over that percentile of cells of 81 samples (measured on noise alone)."""
FLAT = 20.0
"""Squared grey levels, added to the variance so that an empty picture is not infinitely sharp."""
IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6.0
"""J. Immerkaer, Fast Noise Variance Estimation, CVIU 64 (1996): blind to planes and gentle edges, sigma 1."""
ALONG: dict[str, NDArray[np.float32]] = {
    "across": np.array([[0, 0, 0], [1, -2, 1], [0, 0, 0]], np.float32),
    "down": np.array([[0, 1, 0], [0, -2, 0], [0, 1, 0]], np.float32),
    "rising": np.array([[0, 0, 1], [0, -2, 0], [1, 0, 0]], np.float32),
    "falling": np.array([[1, 0, 0], [0, -2, 0], [0, 0, 1]], np.float32),
}
LAPLACIAN = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float32)


def noise(grey: NDArray[np.float32]) -> float:
    """Standard deviation of the noise of a (h, w) picture in grey levels, as its quiet cells show it."""
    return float(np.sqrt(_quiet(_energy(grey, IMMERKAER))))


def detail(grey: NDArray[np.float32], inside: NDArray[np.bool_], kernel: NDArray[np.float32]) -> float:
    """Energy of a second derivative inside the mask, without the noise, over the variance of the picture."""
    energy = _energy(grey, kernel)
    return max(0.0, float(energy[inside].mean()) - _quiet(energy)) / (float(grey[inside].var()) + FLAT)


def _energy(grey: NDArray[np.float32], kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.square(cv2.filter2D(grey, cv2.CV_32F, kernel), dtype=np.float32)


def _quiet(energy: NDArray[np.float32]) -> float:
    """What noise contributes to a squared filter response: the quietest fifth of the cells have nothing else.
    Measured on the response itself, so that noise that a reduction or a JPEG has coloured is covered too."""
    half = CELL // 2
    cells = cv2.blur(energy, (CELL, CELL))[half:-half:half, half:-half:half]
    return float(np.percentile(cells, QUIET)) * QUIET_TO_MEAN if cells.size else 0.0
