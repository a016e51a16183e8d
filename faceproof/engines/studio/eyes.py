"""Eyes and teeth: a little less red and yellow, a little clarity in the iris. No shape changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

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
SMALL = 40.0
"""Eye distance in pixels below which an eye has too few of them to work on."""


def clear(colours: Floats, masks: Masks, points: Floats, policy: Mapping[str, float]) -> Floats:
    """(n, n, 3) 0..1. policy: eyes and teeth, 0..1, as in styles/schema.py; all 0 changes nothing."""
    if policy["eyes"] == policy["teeth"] == 0 or masks.iod < SMALL:
        return colours
    result = colours.copy()
    if policy["eyes"]:
        for lids, iris in ((face.EYE_L, face.IRIS_L), (face.EYE_R, face.IRIS_R)):
            where = _box(points, lids, masks.iod, colours.shape[0])
            _change(result, points, where, partial(_eye, masks.iod, policy["eyes"], lids, iris))
    if policy["teeth"] and _gap(points) > OPEN_MOUTH * masks.iod:
        where = _box(points, face.MOUTH, masks.iod, colours.shape[0])
        _change(result, points, where, partial(_teeth, masks.iod, policy["teeth"]))
    return result


def _gap(points: Floats) -> float:
    return float(np.linalg.norm(points[UPPER_LIP, :2] - points[LOWER_LIP, :2]))


def _box(points: Floats, ring: NDArray[np.intp], iod: float, side: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom around a ring, with room for the blurs."""
    low = np.clip(points[ring, :2].min(0) - 0.12 * iod, 0, side).astype(int)
    high = np.clip(points[ring, :2].max(0) + 0.12 * iod, 0, side).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _change(
    picture: Floats, points: Floats, box: tuple[int, int, int, int], work: Callable[[Floats, Floats], None]
) -> None:
    """Let `work` change the Lab values of a box in place, and add the difference to the picture."""
    left, top, right, bottom = box
    if right - left < 4 or bottom - top < 4:
        return
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    before = to_lab(part)
    lab = before.copy()
    work(lab, points - np.array([left, top, 0], np.float32))
    picture[top:bottom, left:right] = np.clip(part + (from_lab(lab) - from_lab(before)), 0, 1)


def _ring(shape: tuple[int, ...], points: Floats, ring: NDArray[np.intp], soft: float) -> Floats:
    side = max(shape[0], shape[1])
    return polygon(side, points, ring, wider=-1, soft=soft)[: shape[0], : shape[1]]


def _eye(
    iod: float, amount: float, lids: NDArray[np.intp], iris: NDArray[np.intp], lab: Floats, points: Floats
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


def _teeth(iod: float, amount: float, lab: Floats, points: Floats) -> None:
    """Only yellow is taken out, and only where bright and not red; no sharpening comes near them."""
    mouth = _ring(lab.shape, points, face.MOUTH, iod * 0.012)
    bright = np.clip((lab[..., 0] - 42) / 18, 0, 1) * np.clip((16 - lab[..., 1]) / 8, 0, 1)
    weight = blur((mouth * bright).astype(np.float32), iod * 0.008) * np.float32(amount)
    lab[..., 2] -= weight * 0.5 * np.clip(lab[..., 2] - 4, 0, 25)
