"""Eyes and teeth: a little less red and yellow, a little more clarity in the iris. Nothing changes its
shape."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import face
from faceproof.imaging.colour import from_lab, to_lab

from .fields import blur, polygon
from .masks import Masks

Floats = NDArray[np.float32]
OPEN_MOUTH = 0.06
"""Gap of the lips in eye distances from which teeth may be seen."""
UPPER_LIP, LOWER_LIP = 13, 14


def clear(colours: Floats, masks: Masks, points: Floats, policy: Mapping[str, float]) -> Floats:
    """(n, n, 3) 0..1. policy: eyes and teeth, 0..1, as in styles/schema.py; all 0 changes nothing."""
    if policy["eyes"] == policy["teeth"] == 0 or masks.iod < 40:
        return colours
    side = colours.shape[0]
    low = np.clip(np.floor(points[:468, :2].min(0)).astype(int) - 4, 0, side)
    high = np.clip(np.ceil(points[:468, :2].max(0)).astype(int) + 4, 0, side)
    rows, columns = slice(low[1], high[1]), slice(low[0], high[0])
    part = np.ascontiguousarray(colours[rows, columns])
    local = points - np.array([low[0], low[1], 0], np.float32)
    before = to_lab(part)
    lab = before.copy()
    if policy["eyes"]:
        for lids, iris in ((face.EYE_L, face.IRIS_L), (face.EYE_R, face.IRIS_R)):
            _eye(lab, local, masks.iod, lids, iris, policy["eyes"])
    if policy["teeth"]:
        _teeth(lab, local, masks.iod, policy["teeth"])
    result = colours.copy()
    result[rows, columns] = np.clip(part + (from_lab(lab) - from_lab(before)), 0, 1)
    return result


def _ring(shape: tuple[int, ...], points: Floats, ring: NDArray[np.intp], soft: float) -> Floats:
    side = max(shape[0], shape[1])
    return polygon(side, points, ring, wider=-1, soft=soft)[: shape[0], : shape[1]]


def _eye(
    lab: Floats, points: Floats, iod: float, lids: NDArray[np.intp], iris: NDArray[np.intp], amount: float
) -> None:
    """The white loses up to a fifth of its colour cast, the iris gains an eighth of local contrast."""
    opening = _ring(lab.shape, points, lids, iod * 0.012)
    middle = points[iris[0], :2]
    radius = float(np.mean(np.linalg.norm(points[iris[1:], :2] - middle, axis=1)))
    circle = np.zeros(lab.shape[:2], np.float32)
    centre = (round(float(middle[0]) * 8), round(float(middle[1]) * 8))
    cv2.circle(circle, centre, round(radius * 8), 1.0, -1, cv2.LINE_AA, 3)
    circle = blur(circle, iod * 0.01) * opening
    white = opening * (1 - blur((circle > 0.1).astype(np.float32), iod * 0.012))
    white = np.clip(white, 0, 1) * np.clip((lab[..., 0] - 25) / 30, 0, 1) * np.float32(amount)
    lab[..., 1] *= 1 - 0.35 * white
    lab[..., 2] *= 1 - 0.30 * white
    light = np.ascontiguousarray(lab[..., 0])
    lab[..., 0] += circle * np.float32(0.2 * amount) * (light - blur(light, iod * 0.03))


def _teeth(lab: Floats, points: Floats, iod: float, amount: float) -> None:
    """Only yellow is taken out, and only where bright and not red; no sharpening comes near them."""
    if float(np.linalg.norm(points[UPPER_LIP, :2] - points[LOWER_LIP, :2])) < OPEN_MOUTH * iod:
        return
    mouth = _ring(lab.shape, points, face.MOUTH, iod * 0.012)
    bright = np.clip((lab[..., 0] - 42) / 18, 0, 1) * np.clip((16 - lab[..., 1]) / 8, 0, 1)
    weight = blur((mouth * bright).astype(np.float32), iod * 0.008) * np.float32(amount)
    lab[..., 2] -= weight * 0.5 * np.clip(lab[..., 2] - 4, 0, 25)
