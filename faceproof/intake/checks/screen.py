"""Was a screen photographed? Its dots leave a regular pattern on the skin, which has none of its own.

Seen only where the dots are 2 to 10 pixels apart and the file was not reduced much afterwards. A sharp screen
photographed from further away, or a print, passes (docs/intake.md).
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.intake.verdict import Finding
from faceproof.intake.view import View

PEAK = 5000.0
"""Power of the strongest frequency over the median of those of its length. At most 2,100 on the skin of 650
portraits, JPEG's own blocks left out; simulated screens have 2,000 to a million."""
CHEEKS_AND_FOREHEAD = (50, 280, 151)
SHORTEST, LONGEST = 0.1, 0.5
"""Cycles a pixel that are looked at: ten pixels a dot to two."""
RINGS = 20
HALF = 64
"""Pixels, at most, from the middle of a patch to its side; less where the face is small."""
SMALLEST = 12


def check(view: View) -> Iterator[Finding]:
    if view.face is None:
        return
    grey = cv2.cvtColor(view.frame.pixels, cv2.COLOR_RGB2GRAY)
    half = min(HALF, int(0.22 * view.face.iod))
    peaks = [0.0]
    for point in CHEEKS_AND_FOREHEAD:
        x, y = (int(at) for at in view.face.landmarks[point, :2])
        patch = grey[max(0, y - half) : y + half, max(0, x - half) : x + half]
        if half >= SMALLEST and patch.shape == (2 * half, 2 * half):
            peaks.append(_peak(patch.astype(np.float32)))
    if max(peaks) > PEAK:
        yield Finding("of_a_screen", "warn", max(peaks), PEAK)


def _peak(patch: NDArray[np.float32]) -> float:
    """Strongest frequency of a square patch over the others of about its length."""
    side = len(patch)
    window = np.hanning(side)
    fine = (patch - cv2.GaussianBlur(patch, (0, 0), 4.0)) * np.outer(window, window)
    power = np.abs(np.fft.fft2(fine)) ** 2
    down, across = np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side), indexing="ij")
    length = np.hypot(down, across)
    wanted = (length > SHORTEST) & (length < LONGEST)
    ring = np.round(length * RINGS).astype(int)
    usual = np.ones(ring.max() + 1)
    for number in np.unique(ring[wanted]):
        usual[number] = np.median(power[(ring == number) & wanted])
    counted = wanted & ~_blocks(down, across) & ~_blocks(across, down)
    return float((power / (usual[ring] + 1e-3))[counted].max())


def _blocks(along: NDArray[np.float64], beside: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The frequencies that a JPEG's blocks of eight pixels have along one side."""
    eighths = np.abs(along) * 8.0
    return (np.abs(eighths - np.round(eighths)) < 0.16) & (np.round(eighths) > 0) & (np.abs(beside) < 0.03)
