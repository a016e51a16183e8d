"""A face as 478 points, and what can be measured on them: size, direction, open eyes. Never who it is.

Coordinates are continuous: pixel (row i, column j) covers y in [i, i + 1) and x in [j, j + 1), so its
centre is at (j + 0.5, i + 0.5). OpenCV's warps count from pixel centres instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import topology as at

PITCH_AT_REST = 4.0
"""Degrees by which the line from forehead to chin leans back in a face that looks straight into the camera:
medians of 1 and of 7 on two sets of portraits. Anatomy alone moves it by 5, so pitch is a coarse measure."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """The mesh of one face in one picture. Arrays are read-only; faces compare by identity."""

    landmarks: NDArray[np.float32]
    """(478, 3): x and y in pixels of the picture; z on the same scale, smaller is nearer the camera, 0 at
    about the middle of the head. 468..477 are the irises (see topology)."""
    box: NDArray[np.float32]
    """(4,) x0, y0, x1, y1 in pixels, as the detector saw the face; may reach outside the picture."""
    score: float
    """The detector's confidence, 0..1."""
    presence: float
    """The mesh net's own opinion that this is a face, 0..1. It stays near 1 under masks and for dogs."""

    def __post_init__(self) -> None:
        for name, shape in (("landmarks", (at.POINTS, 3)), ("box", (4,))):
            array = np.array(getattr(self, name), np.float32)
            if array.shape != shape:
                raise ValueError(f"{name} of a face is {shape}, not {array.shape}")
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def eyes(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(x, y) of the two iris centres, the picture's left one first."""
        return self.landmarks[at.IRIS_L[0], :2], self.landmarks[at.IRIS_R[0], :2]

    @property
    def iod(self) -> float:
        """Pixels between the iris centres."""
        left, right = self.eyes
        return float(np.linalg.norm(right - left))

    @property
    def iris_px(self) -> float:
        """Mean diameter of the irises in pixels; a human iris measures 11.7 mm, whoever it is (s = 0.5
        mm)."""
        rims = [
            np.linalg.norm(self._xy(iris[1:]) - self._xy(iris[:1]), axis=1) for iris in (at.IRIS_L, at.IRIS_R)
        ]
        return 2.0 * float(np.mean(rims))

    @property
    def roll(self) -> float:
        """Degrees by which the eye line is turned clockwise in the picture, -180..180."""
        left, right = self.eyes
        return math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))

    @property
    def yaw(self) -> float:
        """Degrees by which the head is turned; positive towards the picture's right."""
        x, y, z = self.landmarks[at.SIDE_R] - self.landmarks[at.SIDE_L]
        return math.degrees(math.atan2(z, math.hypot(x, y)))

    @property
    def pitch(self) -> float:
        """Degrees by which the head is bent back; negative when the chin is drawn in. About 0 into the
        camera."""
        x, y, z = self.landmarks[at.CHIN] - self.landmarks[at.FOREHEAD]
        return PITCH_AT_REST - math.degrees(math.atan2(z, math.hypot(x, y)))

    @property
    def eye_openness(self) -> tuple[float, float]:
        """Height over width of each eye, the picture's left one first: open 0.24..0.38, smiling from 0.2,
        closed below about 0.15 (eye aspect ratio: Soukupová and Čech, 2016)."""
        return self._openness(at.CORNERS_L, at.LIDS_L), self._openness(at.CORNERS_R, at.LIDS_R)

    def moved(self, matrix: NDArray[np.floating]) -> Face:
        """The face in a picture warped by `matrix`: (2, 3), old to new coordinates; a rotation, a uniform
        scale and a shift. z is scaled along. A mirror is refused: it would swap left and right."""
        linear, shift = np.asarray(matrix, np.float64)[:, :2], np.asarray(matrix, np.float64)[:, 2]
        area = float(np.linalg.det(linear))
        if area <= 0.0:
            raise ValueError("a face cannot be moved by a mirror or into a line")
        points = self.landmarks.astype(np.float64)
        points[:, :2] = points[:, :2] @ linear.T + shift
        points[:, 2] *= math.sqrt(area)
        x0, y0, x1, y1 = self.box.astype(np.float64)
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) @ linear.T + shift
        box = np.concatenate([corners.min(0), corners.max(0)])
        return replace(self, landmarks=points.astype(np.float32), box=box.astype(np.float32))

    def _xy(self, points: at.Indices) -> NDArray[np.float32]:
        return self.landmarks[points, :2]

    def _openness(self, corners: tuple[int, int], lids: tuple[tuple[int, int], ...]) -> float:
        def gap(pair: tuple[int, int]) -> float:
            return float(np.linalg.norm(self.landmarks[pair[0], :2] - self.landmarks[pair[1], :2]))

        return sum(gap(pair) for pair in lids) / (len(lids) * max(gap(corners), 1e-6))
