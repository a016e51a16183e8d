"""Where there is skin, for light and retouch; never to judge it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import face
from faceproof.imaging.colour import to_lab

from .crop import CHIN, IRIS_LEFT, IRIS_RIGHT
from .fields import blur, dot, enlarge, f32, grow, polygon, reduce

Floats = NDArray[np.float32]


Box = tuple[int, int, int, int]
"""Top, bottom, left, right in canvas pixels."""

FINEST = 80.0
"""Eye distance in pixels at which masks are worked out: they are smooth, more pixels would only cost."""
COARSER = 2
"""Working pixels per pixel of what is broader still: samples of the face, shine (shine.py)."""
PARTS = (
    ((face.EYE_L, face.EYE_R, face.BROW_L, face.BROW_R), 0.055),
    ((face.LIPS,), 0.02),
)
"""What is not skin, and by how many eye distances each is widened."""


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """Fields over the canvas and the face's own yardstick."""

    skin: Floats
    """(n, n) 0..1, without eyes, brows and lips."""
    iod: float
    """Canvas pixels between the iris centres."""
    box: Box
    """Holds all skin with room for the widest blur of retouch."""
    step: int
    """Canvas pixels per working pixel inside the box, at least 1."""

    def working(self) -> tuple[int, int]:
        """Width and height of the box at the working size."""
        top, bottom, left, right = self.box
        return max(1, (right - left) // self.step), max(1, (bottom - top) // self.step)

    def local(self, points: Floats) -> Floats:
        """Landmarks (478, 3) of the canvas in working pixels of the box."""
        top, bottom, left, right = self.box
        wide, high = self.working()
        ratio = np.array([wide / (right - left), high / (bottom - top), 1 / self.step], np.float32)
        return np.asarray((points - np.array([left, top, 0], np.float32)) * ratio, np.float32)


def find(colours: Floats, points: Floats, alpha: Floats) -> Masks:
    """Skin by likeness to the middle of this very face, in face, ears and neck."""
    side = colours.shape[0]
    iod = float(np.linalg.norm(points[IRIS_LEFT, :2] - points[IRIS_RIGHT, :2]))
    step = max(1, int(iod / FINEST))
    box = _box(points, iod, side, COARSER * step)
    top, bottom, left, right = box
    part = np.s_[top:bottom, left:right]
    masks = Masks(np.zeros((side, side), np.float32), iod, box, step)
    small, cover = (reduce(picture[part], masks.working()) for picture in (colours, alpha))
    skin = _skin(small, cover, masks.local(points), iod / masks.step)
    masks.skin[part] = enlarge(skin, (right - left, bottom - top))
    return masks


def _box(points: Floats, iod: float, side: int, unit: int) -> Box:
    """The oval, the ears beside it and the neck below it, in whole units: a picture is reduced three times as
    fast by a whole number."""
    low, high = points[face.OVAL, :2].min(0), points[face.OVAL, :2].max(0)
    left, top = np.clip(low - iod * 0.55, 0, side - 2).astype(int)
    right = np.clip(high[0] + iod * 0.55, left + 2, side)
    bottom = np.clip(max(high[1], points[CHIN, 1]) + iod * 1.75, top + 2, side)
    top, bottom, left, right = int(top), int(bottom), int(left), int(right)
    high, wide = bottom - top, right - left
    return top + high % unit * (high > unit), bottom, left + wide % unit * (wide > unit), right


def _skin(small: Floats, cover: Floats, points: Floats, iod: float) -> Floats:
    """The mask inside the box, at the working size."""
    height, width = cover.shape
    side = max(height, width)
    oval = polygon(side, points, face.OVAL)[:height, :width]
    parts = np.zeros((side, side), np.float32)
    for rings, wider in PARTS:
        drawn = np.zeros((side, side), np.uint8)
        for ring in rings:
            cv2.fillPoly(drawn, [np.round(points[ring, :2] * 8).astype(np.int32)], 255, cv2.LINE_AA, 3)
        parts = np.maximum(parts, grow(drawn, max(1.0, iod * wider)) * np.float32(1 / 255))
    parts = parts[:height, :width]
    around = polygon(side, points, face.OVAL, wider=iod * 0.35)[:height, :width]
    rows = np.arange(height, dtype=np.float32)[:, None]
    neck = ((rows > points[CHIN, 1]) & (rows < points[CHIN, 1] + iod * 1.6)).astype(np.float32)
    like = _likeness(to_lab(small), (oval > 0) & (parts == 0))
    feather = iod * 0.03
    skin = like * np.maximum(oval, 0.9 * np.maximum(around, neck)) * cover * (1 - blur(parts, feather * 0.6))
    return np.clip(blur(f32(skin), feather * 0.5), 0, 1)


def _likeness(lab: Floats, core: NDArray[np.bool_]) -> Floats:
    """0..1 by Mahalanobis distance to the colours of the face's middle tones; nothing is assumed about
    skin."""
    samples = lab[::COARSER, ::COARSER][core[::COARSER, ::COARSER]]
    if len(samples) < 50:
        return np.zeros(lab.shape[:2], np.float32)
    low, high = np.percentile(samples[:, 0], (25, 95))
    middle = samples[(samples[:, 0] > low) & (samples[:, 0] < high)]
    spread = np.cov(middle.T) + np.diag([60.0, 6.0, 6.0])
    # The distance is a length once the axes are turned and scaled by the spread's own root.
    root = np.linalg.cholesky(np.linalg.inv(spread)).T
    turned = cv2.transform(lab, np.hstack([root, -root @ middle.mean(0)[:, None].astype(np.float64)]))
    distance = dot(f32(turned), f32(turned))
    return f32(np.exp(np.minimum(0, np.float32(0.375) - np.float32(0.125) * distance)))
