"""A portrait as if taken from near: a truth for the correction of perspective that does not share its model.

The head is built anew: the mesh's own triangles with depths of their own, everything else of the head a
plain ellipsoid, neck and chest a board behind a sharp jaw, the wall 80 cm behind; what hides is hidden. It
proves that finding the face again, reading the distance and drawing it back fit together, and how much a
wrong depth costs. That heads are built so is assumed, by both sides in different ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import face
from faceproof.imaging import topology as at

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

FAR = 1500.0
"""Millimetres: where the portraits are taken to be from."""
WALL = 800.0
FOCAL = 26.0
"""Millimetres, 35 mm equivalent: a telephone's front camera."""
EYE_PIXELS = 96.0


@dataclass(frozen=True)
class Truth:
    """One drawn head; the numbers in millimetres or as factors."""

    eyes_mm: float
    front: float
    """Times the mesh's own depth before the irises."""
    tragus: float
    """Behind the irises."""
    iris: float
    """How far the irises are set forward of where the mesh has them."""
    deep: float
    """Half the ellipsoid's depth."""
    neck: float
    seed: int


def truth(seed: int) -> Truth:
    """A head at random: eyes 63 ± 3.6 apart, tragus 90 ± 25 %, nose and brows 0.78 ± 25 % of the mesh's."""
    rng = np.random.default_rng(seed)
    return Truth(
        eyes_mm=float(np.clip(rng.normal(63, 3.6), 54, 72)),
        front=float(0.78 * rng.uniform(0.75, 1.25)),
        tragus=float(90 * rng.uniform(0.75, 1.25)),
        iris=float(rng.uniform(0, 6)),
        deep=float(rng.uniform(80, 120)),
        neck=float(rng.uniform(50, 100)),
        seed=seed,
    )


@dataclass(frozen=True)
class Closeup:
    """A portrait and the same head from near."""

    far: Pixels
    near: Pixels
    landmarks: Floats
    """(478, 3) in `far`."""
    original: tuple[int, int]
    focal: float
    """What the camera writes: `FOCAL` with its own error."""
    distance: float


def taken(pixels: Pixels, distance: float, head: Truth, focal_error: float = 0.0) -> Closeup | None:
    """A portrait drawn as from `distance` mm by a camera of FOCAL; None when no face is found in it."""
    found = face.detect(pixels)
    if not found:
        return None
    shrink = EYE_PIXELS / face.mesh(pixels, found[0]).iod
    how = cv2.INTER_AREA if shrink < 1 else cv2.INTER_CUBIC
    small = np.asarray(cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=how), np.uint8)
    found = face.detect(small)
    if not found:
        return None
    known = face.mesh(small, found[0])
    person = np.asarray(cv2.resize(face.segment(small), small.shape[1::-1]), np.float32)
    depth = _depth(known, person, head)
    f = known.iod * distance / head.eyes_mm
    tall = f * 43.27 / FOCAL * 0.8
    size = (round(tall * 0.75), round(tall))
    near = _seen(small, person, depth, known, distance, size)
    # Written as the reduced copy of a picture of twelve million pixels.
    return Closeup(small, near, known.landmarks.copy(), (3024, 4032), FOCAL * (1 + focal_error), distance)


def _depth(known: face.Face, person: Floats, head: Truth) -> Floats:
    """Millimetres behind the irises for every pixel."""
    rng = np.random.default_rng(head.seed)
    points = known.landmarks
    mm = head.eyes_mm / known.iod
    z = (points[:468, 2] - points[[468, 473], 2].mean()) * mm
    sides = float(z[[at.SIDE_L, at.SIDE_R]].mean())
    z = np.where(z < 0, z * head.front, z * (head.tragus - head.iris) / sides) + head.iris
    middle = points[[at.FOREHEAD, at.CHIN], :2].mean(0)
    wave = rng.normal(0, 1, (3, 2))
    z = z + 2.0 * np.sin(((points[:468, :2] - middle) / known.iod) @ wave.T).sum(1)
    height, width = person.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    chin = float(points[at.CHIN, 1])
    rows, columns = np.nonzero(
        (person > 0.5) & (y < chin - 0.4 * known.iod) & (np.abs(x - middle[0]) < 2.2 * known.iod)
    )
    wide = max(float(np.abs(columns - middle[0]).max()), 1.0) if len(columns) else 1.5 * known.iod
    high = max(float(middle[1] - rows.min()), 1.0) if len(rows) else 2.0 * known.iod
    round_ = 1 - ((x - middle[0]) / wide) ** 2 - ((y - middle[1]) / high) ** 2
    centre = head.tragus + 5
    depth = (centre - head.deep * np.sqrt(np.clip(round_, 0, 1))).astype(np.float32)
    depth[y > middle[1] + 0.35 * (chin - middle[1])] = head.neck
    for triangle in at.TRIANGLES[np.argsort(-z[at.TRIANGLES].mean(1))]:
        corners = np.round(points[triangle, :2] * 16 - 8).astype(np.int32)
        cv2.fillConvexPoly(depth, corners, float(z[triangle].mean()), shift=4)
    for rim in (at.EYE_L, at.EYE_R, at.MOUTH):
        corners = np.round(points[rim, :2] * 16 - 8).astype(np.int32)
        cv2.fillPoly(depth, [corners], float(z[rim].mean()), shift=4)
    return np.asarray(cv2.GaussianBlur(depth, (0, 0), 1.5), np.float32)


def _seen(
    pixels: Pixels, person: Floats, depth: Floats, known: face.Face, distance: float, size: tuple[int, int]
) -> Pixels:
    """The near picture (height, width), twice as fine while it is drawn; nearest wins."""
    centre = known.landmarks[[468, 473], :2].mean(0) - 0.5
    goal = np.array([size[0] / 2, size[1] * 0.45])
    near = np.zeros((size[1] * 2, size[0] * 2, 3), np.uint8)
    wall = (FAR + WALL) / (distance + WALL) * distance / FAR
    plain = cv2.inpaint(
        pixels, (cv2.dilate(person, np.ones((9, 9))) > 0.2).astype(np.uint8), 3, cv2.INPAINT_TELEA
    )
    matrix = np.array([[wall, 0, goal[0] - wall * centre[0]], [0, wall, goal[1] - wall * centre[1]]]) * 2
    cv2.warpAffine(plain, matrix, near.shape[1::-1], near, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
    finer = 3
    there = np.mgrid[: pixels.shape[0] * finer, : pixels.shape[1] * finer][::-1].reshape(2, -1).T / finer
    there = there.astype(np.float32) - np.float32(1 / 3)
    x, y = there[None, :, 0], there[None, :, 1]

    def at_(values: NDArray[Any]) -> NDArray[Any]:
        # In slices: OpenCV maps at most 32,767 columns at once.
        parts = [
            cv2.remap(values, x[:, k : k + 32000], y[:, k : k + 32000], cv2.INTER_LINEAR)[0]
            for k in range(0, x.shape[1], 32000)
        ]
        return np.concatenate(parts)

    solid = (at_(person) > 0.5) & (there > 2).all(1) & (there < np.array(pixels.shape[1::-1]) - 3).all(1)
    there, z, colour = there[solid], at_(depth)[solid], at_(pixels)[solid]
    scale = (FAR + z) / (distance + z) * distance / FAR
    place = np.round((goal + (there - centre) * scale[:, None]) * 2).astype(int)
    on = ((place >= 0) & (place < near.shape[1::-1])).all(1)
    order = np.argsort(-z[on], kind="stable")
    column, row = place[on][order].T
    near[row, column] = colour[on][order]
    return np.asarray(cv2.resize(near, size, interpolation=cv2.INTER_AREA), np.uint8)


def apart(first: Floats, second: Floats) -> float:
    """Root mean square distance of the skin's landmarks (478, >=2) after the best shift, turn and scale, in
    per cent of the second's eye distance."""
    a, b = first[:468, :2].astype(np.float64), second[:468, :2].astype(np.float64)
    eyes = float(np.linalg.norm(second[468, :2] - second[473, :2]))
    a, b = a - a.mean(0), b - b.mean(0)
    u, s, v = np.linalg.svd(a.T @ b)
    fit = a @ (u @ v) * s.sum() / (a**2).sum()
    return float(np.sqrt(((fit - b) ** 2).sum(1).mean())) / eyes * 100


def nose_share(points: Floats) -> float:
    """Width of the nose over the width of the face, which nearness makes larger."""
    return float(
        np.linalg.norm(points[129, :2] - points[358, :2]) / np.linalg.norm(points[234, :2] - points[454, :2])
    )
