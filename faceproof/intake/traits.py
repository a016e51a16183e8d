"""What makes one photo of a person better than another of the same person, as measures with a range each.

Only what the photographer could have done better counts: focus, light, which way the head and the eyes point,
a mouth that speaks, pixels. Nothing here judges a face, and no measure depends on how light or dark skin is.
Every measure becomes a score from 0 (as bad as is still admitted) to 1 (no better needed): straight between
the two ends, or straight in the logarithm for measures that people notice as ratios.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from faceproof.imaging import topology as at
from faceproof.imaging.colour import linear, luma, to_float
from faceproof.imaging.face import Face
from faceproof.intake.checks import blur, exposure, size, texture, turned
from faceproof.intake.view import View

IRIS_MM = 11.7
"""Diameter of a human iris, whoever it is (s = 0.5 mm)."""
EYEBALL_MM = 12.0
"""Radius of the eyeball: how far the iris travels sideways for a radian of gaze."""
CENTRE_MM = 2.0
"""By how much the iris moves in its opening when the head turns by a radian and the eyes stay on the camera:
1.6 +- 2 mm, fitted on 435 official portraits, most of which look into it."""
FEW = 50
"""Pixels below which half a face is not there to be measured."""
CORNERS_OF_LIPS, INNER_LIPS, INNER_CORNERS = (61, 291), (13, 14), (78, 308)


@dataclass(frozen=True, slots=True)
class Trait:
    """`worst` scores 0 and `best` 1; beyond them the score stays. `weight`: its part in the whole."""

    name: str
    weight: float
    measure: Callable[[View], float]
    worst: float
    best: float
    unit: str
    ratio: bool = False

    def score(self, value: float) -> float:
        """0..1, never falling towards `best`."""
        worst, best = self.worst, self.best
        if self.ratio:
            value, worst, best = (math.log(max(each, 1e-9)) for each in (value, worst, best))
        return min(1.0, max(0.0, (value - worst) / (best - worst)))


def sharpness(view: View) -> float:
    """Energy of fine detail over the contrast of the face, without noise; less where it runs one way only."""
    detail = texture.detail(view.grey, view.skin, texture.LAPLACIAN)
    return detail * min(1.0, blur.evenness(view) / blur.SOME_MOTION)


def away(view: View) -> float:
    """Degrees between where the face points and the camera; half of the pitch, which anatomy moves by 5."""
    face = _face(view)
    return math.hypot(face.yaw, 0.5 * face.pitch)


def openness(view: View) -> float:
    """Height over width of the narrower eye."""
    return min(_face(view).eye_openness)


def gaze(view: View) -> float:
    """Degrees by which the eyes look past the camera to a side, from both irises in their openings."""
    face = _face(view)
    points = face.landmarks[:, :2].astype(np.float64)
    shifts = []
    for corners, iris in ((at.CORNERS_L, at.IRIS_L), (at.CORNERS_R, at.IRIS_R)):
        first, last = sorted((points[corner] for corner in corners), key=lambda point: float(point[0]))
        along = (last - first) / max(float(np.linalg.norm(last - first)), 1e-6)
        shifts.append(float((points[iris[0]] - (first + last) / 2.0) @ along))
    shift = sum(shifts) / 2.0 / max(face.iris_px, 1e-6) * IRIS_MM
    shift -= CENTRE_MM * math.sin(math.radians(face.yaw))
    return abs(math.degrees(math.asin(min(1.0, max(-1.0, shift / EYEBALL_MM)))))


def unevenness(view: View) -> float:
    """Stops between the light on the two halves of the face."""
    light = luma(linear(to_float(view.crop)))
    (top_x, top_y), (chin_x, chin_y) = view.points[[at.FOREHEAD, at.CHIN]]
    rows, columns = np.mgrid[: light.shape[0], : light.shape[1]]
    on_right = (columns - top_x) * (chin_y - top_y) > (rows - top_y) * (chin_x - top_x)
    halves = [light[view.skin & half] for half in (on_right, ~on_right)]
    if min(half.size for half in halves) < FEW:
        return 0.0
    left, right = (max(float(np.median(half)), 1e-3) for half in halves)
    return abs(math.log2(left / right))


def clipping(view: View) -> float:
    """Share of the face where a channel ran out of values, at either end."""
    brightest = view.crop.max(axis=2)[view.skin]
    return float(((brightest <= exposure.LOST) | (brightest >= exposure.FULL)).mean())


def grain(view: View) -> float:
    """Contrast of the face over its noise: little light is noise."""
    return exposure.over_noise(view)


def mouth(view: View) -> float:
    """Height of the open mouth over its width: a smile with teeth has 0.3 at most, a spoken vowel more."""
    points = _face(view).landmarks[:, :2]
    width = float(np.linalg.norm(points[INNER_CORNERS[1]] - points[INNER_CORNERS[0]]))
    return float(np.linalg.norm(points[INNER_LIPS[1]] - points[INNER_LIPS[0]])) / max(width, 1e-6)


def crookedness(view: View) -> float:
    """Height between the two corners of the mouth along the axis of the face, over the eye distance."""
    face = _face(view)
    left, right = face.eyes
    across = (right - left) / max(face.iod, 1e-6)
    down = np.array([-across[1], across[0]])
    corners = face.landmarks[list(CORNERS_OF_LIPS), :2]
    return abs(float((corners[1] - corners[0]) @ down)) / max(face.iod, 1e-6)


def pixels(view: View) -> float:
    """Pixels between the irises."""
    return _face(view).iod


def _face(view: View) -> Face:
    if view.face is None:
        raise ValueError("no face to look at")
    return view.face


TRAITS: tuple[Trait, ...] = (
    Trait("sharp", 3.0, sharpness, blur.SHARPNESS, 0.10, "detail over contrast", ratio=True),
    # Narrow eyes that are open reach 0.11 (435 official portraits); above 0.22 wider is not better.
    Trait("eyes", 3.0, openness, 0.08, 0.22, "height over width"),
    Trait("pose", 2.0, away, turned.YAW, 5.0, "degrees"),
    # Nine in ten people who look into the camera measure under 14 degrees: coarse, hence a small weight.
    Trait("gaze", 1.0, gaze, 35.0, 12.0, "degrees"),
    # A main light from one side is a style: only beyond a stop does it cost.
    Trait("even", 1.0, unevenness, 3.0, 1.0, "stops"),
    Trait("clipped", 1.5, clipping, exposure.NEARLY_BLOWN, 0.02, "share of the face"),
    Trait("grain", 1.0, grain, exposure.GRAIN, 15.0, "contrast over noise", ratio=True),
    Trait("mouth", 1.0, mouth, 0.60, 0.30, "height over width"),
    Trait("crooked", 0.5, crookedness, 0.25, 0.08, "share of the eye distance"),
    Trait("pixels", 2.0, pixels, size.REFUSED_IOD, 240.0, "px between the irises", ratio=True),
)
"""In the order in which they are told when they matter equally. The ends are the limits of the checks where
there is one, and else the 5th and 95th percentile of the portraits in `docs/intake.md`."""
