"""From how far was this photo taken? Too near, and the picture is drawn as from a portrait's distance.

Only with evidence: the focal length that the camera wrote and the size of both irises. Without it nothing
happens unless the person asks for it (`Brief.lens`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import topology as at
from faceproof.imaging.face import Face
from faceproof.imaging.frame import Frame

from . import depth, dolly
from .dolly import Lens
from .fields import f32

Floats = NDArray[np.float32]

TARGET = 1500.0
"""Millimetres: where portraits are taken from, and where moving back changes little more."""
STRENGTH = 0.7
"""How far an automatic correction goes: a wrong guess costs less, and people know themselves from selfies."""
NEAR, FLOOR = 900.0, 280.0
"""Millimetres: beyond the one nothing is done, and no photo is taken to be nearer than the other."""
ASSUMED = 400.0
"""Millimetres: an arm's length, for a wish without evidence."""
TURNED = 25.0
"""Degrees of yaw beyond which the depth of the far side is a guess."""
DIAGONAL = 43.27
"""Millimetres of the 36 × 24 frame that EXIF's equivalent focal length refers to."""
FOCAL = (13.0, 60.0)
"""Millimetres, 35 mm equivalent: what takes a face from an arm's length. Longer is a crop or a zoom."""
SHAPES = (4 / 3, 3 / 2, 16 / 9)
SHAPE_SLACK = 0.01
"""Sides of a picture as cameras give it; anything else was cut, and EXIF does not say where."""
STEP = 4
"""Sides of every sensor's picture divide by four; of one cut by hand to the same shape, one in sixteen."""
LONG_SIDE = 1600
"""Pixels, before any reduction of ours: a smaller picture comes from a program that may have cut it."""
IRISES_AGREE = 0.15
EYES_MM = (50.0, 84.0)
"""Between the irises by their own measure. Adults have 63 ± 4; the spread here is that of the iris net."""
IRIS_PIXELS = 8.0
EYE_OPEN = 0.1
CELLS, WIDE = 24, 3.8
"""Cells of the fields to one eye distance, and how many eye distances from the eyes they reach."""
RIM = 0.6
"""Eye distances from the rim of the photo over which the correction ends."""


@dataclass(frozen=True, slots=True)
class Optics:
    """What is known of the camera, and what is wished."""

    focal_35mm: float | None = None
    """Millimetres, 35 mm equivalent, as the camera wrote it."""
    original: tuple[int, int] | None = None
    """(width, height) before any reduction of ours; None when there was none."""
    wish: float | None = None
    """None: decide by evidence. 0: leave it. Up to 1: do it, this strongly."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether to correct, and why or why not."""

    reason: str
    measured: float | None = None
    """Millimetres from camera to irises, by the evidence; None without."""
    strength: float = 0.0

    @property
    def distance(self) -> float:
        """Millimetres that a correction reckons with."""
        return max(self.measured or ASSUMED, FLOOR)


def optics(frame: Frame, wish: float | None) -> Optics:
    """What a frame knows of its camera."""
    return Optics(frame.focal_35mm, frame.original_size, wish)


def report(finding: Ruling, lens: Lens | None) -> dict[str, float | str]:
    """Keys of a master's report (docs/studio.md)."""
    told: dict[str, float | str] = {"lens_reason": finding.reason, "lens_strength": 0.0}
    if finding.measured is not None:
        told["lens_distance_mm"] = finding.measured
    if lens is not None:
        told |= {"lens_strength": lens.strength, "lens_stretch": lens.stretch}
    return told


def straighten(
    pixels: NDArray[np.uint8], landmarks: Floats, person: Floats, optics: Optics
) -> tuple[Floats, Floats, Lens | None, Ruling]:
    """Landmarks (478, 3) and person (m, m) as they lie in the corrected photo, the way there (None: the photo
    stays as it is, and so do they), and the reason."""
    face = Face(landmarks, np.zeros(4, np.float32), 1.0, 1.0)
    finding = judge(face, pixels.shape[:2], optics)
    if finding.strength <= 0:
        return landmarks, person, None, finding
    lens = make(face, pixels.shape[:2], person, finding)
    return dolly.moved(landmarks, lens), dolly.field_moved(person, lens, pixels.shape), lens, finding


def judge(face: Face, shape: tuple[int, int], optics: Optics) -> Ruling:
    """What the evidence says. shape (h, w) of the upright photo."""
    if optics.wish == 0:
        return Ruling("not_wanted")
    doubt = _doubt(shape, optics)
    away = None if doubt else distance(face, shape, float(optics.focal_35mm or 0))
    if away is None and not doubt:
        doubt = "irises_unclear"
    if abs(face.yaw) > TURNED:
        return Ruling("turned", away)
    if optics.wish is not None:
        return Ruling("manual", away, min(optics.wish, 1.0))
    if away is None:
        return Ruling(doubt)
    if away >= NEAR:
        return Ruling("far_enough", away)
    return Ruling("corrected", away, STRENGTH)


def _doubt(shape: tuple[int, int], optics: Optics) -> str:
    """Why the focal length says nothing about this picture, or nothing."""
    if optics.focal_35mm is None:
        return "no_focal_length"
    if not FOCAL[0] <= optics.focal_35mm <= FOCAL[1]:
        return "unlikely_focal_length"
    width, height = optics.original or (shape[1], shape[0])
    long, short = max(width, height), min(width, height)
    if (
        long < LONG_SIDE
        or long % STEP
        or short % STEP
        or all(abs(long / short / known - 1) > SHAPE_SLACK for known in SHAPES)
    ):
        return "cropped"
    return ""


def distance(face: Face, shape: tuple[int, int], focal_35mm: float) -> float | None:
    """Millimetres from the camera to the irises; None where these cannot be believed.

    A 16:9 picture is cut from a 4:3 sensor by telephones, whose focal length still is the sensor's: the
    longer of both readings is taken, which corrects less.
    """
    sizes = [2 * float(np.linalg.norm(rim[1:] - rim[0], axis=1).mean()) for rim in _irises(face)]
    mean = sum(sizes) / 2
    if (
        mean < IRIS_PIXELS
        or abs(sizes[0] - sizes[1]) > IRISES_AGREE * mean
        or min(face.eye_openness) < EYE_OPEN
    ):
        return None
    apart = face.iod * depth.IRIS_MM / mean / max(math.cos(math.radians(face.yaw)), 0.5)
    if not EYES_MM[0] <= apart <= EYES_MM[1]:
        return None
    long, short = max(shape), min(shape)
    diagonal = max(math.hypot(long, short), long * 1.25 if long / short > 1.7 else 0)
    return focal_35mm / DIAGONAL * diagonal * depth.ruler(face.iod, mean, face.yaw)


def _irises(face: Face) -> tuple[Floats, Floats]:
    return face.landmarks[at.IRIS_L, :2], face.landmarks[at.IRIS_R, :2]


def make(face: Face, shape: tuple[int, int], person: Floats, finding: Ruling) -> Lens:
    """The correction for a face in a photo of `shape` (h, w); person (m, m) 0..1 over the whole photo."""
    points = face.landmarks.copy()
    points[:, :2] -= 0.5
    middle = (points[at.IRIS_L[0]] + points[at.IRIS_R[0]])[:2] / 2
    iod = face.iod
    cell = iod / CELLS
    side = round(2 * WIDE * CELLS)
    window = np.array(
        [[cell, 0, middle[0] - side / 2 * cell], [0, cell, middle[1] - side / 2 * cell]], np.float64
    )
    mesh_mm = depth.of_mesh(points, depth.ruler(face.iod, face.iris_px, face.yaw))
    points[:, :2] = (points[:, :2] - window[:, 2]) / cell
    points[:, 2] /= cell
    plane = depth.outline(mesh_mm)
    field = depth.field(points, mesh_mm, _seen(person, window, side, shape), float(CELLS))
    field = plane + (field - plane) * _room(window, side, shape, iod)
    centre = f32([side / 2, side / 2])
    back, forth, large, strength = dolly.build(
        f32(field), plane, finding.distance, TARGET, finding.strength, centre
    )
    head = field < plane - depth.EAR_MM
    stretch = max(1.0, float(np.percentile(large[head], 90)) if head.any() else 1.0)
    cell32 = np.float32(cell)
    return Lens(back * cell32, forth * cell32, window, strength, finding.measured, stretch)


def _seen(person: Floats, window: NDArray[np.float64], side: int, shape: tuple[int, int]) -> Floats:
    """The person on the cells of the window."""
    fx, fy = person.shape[1] / shape[1], person.shape[0] / shape[0]
    photo = np.array([[fx, 0, (fx - 1) / 2], [0, fy, (fy - 1) / 2], [0, 0, 1]])
    to_field = photo @ np.vstack([window, [0, 0, 1]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return f32(
        cv2.warpAffine(person, to_field[:2], (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    )


def _room(window: NDArray[np.float64], side: int, shape: tuple[int, int], iod: float) -> Floats:
    """(n, n) 1 where the correction may act, 0 at the rim of the photo and of the window, smooth between."""
    axis = np.arange(side)
    x, y = (window[i, 2] + window[i, i] * axis for i in (0, 1))
    room = [np.minimum.reduce([v, last - 1 - v]) / (RIM * iod) for v, last in ((x, shape[1]), (y, shape[0]))]
    own = np.minimum(axis, side - 1 - axis) / (RIM * CELLS)
    across, down = (np.clip(np.minimum(r, own), 0, 1) for r in room)
    share = np.minimum(across[None], down[:, None])
    return f32(share * share * (3 - 2 * share))
