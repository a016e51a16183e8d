"""What the checks look at: the upright frame, its faces, and measurements that several checks share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import face as faces
from faceproof.imaging.colour import to_float, to_lab
from faceproof.imaging.face import IRIS_L, IRIS_R, OVAL, Detection, Face
from faceproof.imaging.frame import Frame
from faceproof.imaging.topology import SKIN_POINTS
from faceproof.intake import asking

WORKING_IOD = 96.0
"""Pixels between the irises at which texture is measured: about what a face has in an 800 px headshot. Larger
faces are reduced to it, smaller ones are never enlarged."""
SURE = 0.80
"""Detector scores of people start here: 0.87-0.97 in every portrait at hand, cats and dogs reach 0.72."""
PRESENT = 0.5
SPOT = 0.09


@dataclass(frozen=True, eq=False)
class View:
    """`detections` of the upright frame, largest first; `turns`: quarter turns that made it upright."""

    frame: Frame
    turns: int
    detections: tuple[Detection, ...]
    face: Face | None
    pointed: bool = False
    """Whether the person said which face is theirs: then it is the first of `detections`."""

    @cached_property
    def crop(self) -> NDArray[np.uint8]:
        """(h, w, 3) the face's bounding box at the working size."""
        return self._crop_and_oval[0]

    @cached_property
    def skin(self) -> NDArray[np.bool_]:
        """(h, w) of the crop: inside the oval of the face."""
        return self._crop_and_oval[1]

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """(478, 2) the points of the face in pixels of the crop."""
        return self._crop_and_oval[2]

    @cached_property
    def lab(self) -> NDArray[np.float32]:
        """(h, w, 3) of the crop: CIE L*a*b*."""
        return to_lab(to_float(self.crop))

    @cached_property
    def scale(self) -> float:
        """Pixels of the crop between the irises."""
        left, right = self.points[[IRIS_L[0], IRIS_R[0]]]
        return float(np.linalg.norm(right - left))

    def spot(self, point: int) -> NDArray[np.float32]:
        """(3,) median L*a*b* around a point of the mesh, nine hundredths of the eye distance to each side."""
        (x, y), reach = self.points[point], max(2, int(SPOT * self.scale))
        rows, columns = (slice(max(0, int(at) - reach), max(0, int(at)) + reach) for at in (y, x))
        part = self.lab[rows, columns].reshape(-1, 3)
        return np.asarray(np.median(part if len(part) else self.lab[self.skin], axis=0), np.float32)

    @cached_property
    def grey(self) -> NDArray[np.float32]:
        """(h, w) of the crop: luma 0..255."""
        return cv2.cvtColor(self.crop, cv2.COLOR_RGB2GRAY).astype(np.float32)

    @cached_property
    def person(self) -> NDArray[np.uint8]:
        """(n, 3) pixels of the whole person, clothes included, thinned; of all the frame if none is seen."""
        mask = faces.segment(self.frame.pixels) > 0.5
        height, width = mask.shape
        thinned = cv2.resize(self.frame.pixels, (width, height), interpolation=cv2.INTER_NEAREST)
        small = thinned.astype(np.uint8, copy=False)
        return small[mask] if mask.sum() > 100 else small.reshape(-1, 3)

    @cached_property
    def _crop_and_oval(self) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.float64]]:
        if self.face is None:
            raise ValueError("no face to look at")
        points = self.face.landmarks[:, :2].astype(np.float64)
        skin, size = points[:SKIN_POINTS], (self.frame.width, self.frame.height)
        first = np.clip(np.floor(skin.min(axis=0)).astype(int), 0, np.array(size) - 8)
        last = np.clip(np.ceil(skin.max(axis=0)).astype(int), first + 8, size)
        part = self.frame.pixels[first[1] : last[1], first[0] : last[0]]
        scale = min(1.0, WORKING_IOD / max(self.face.iod, 1.0))
        if scale < 1.0:
            reduced = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            part = reduced.astype(np.uint8, copy=False)
        mask = np.zeros(part.shape[:2], np.uint8)
        points = (points - first) * scale
        cv2.fillPoly(mask, [np.round(points[OVAL]).astype(np.int32)], 1)
        return part, mask.astype(bool) if mask.any() else np.ones(part.shape[:2], bool), points


def look(frame: Frame, spot: tuple[float, float] | None = None) -> View:
    """Turn the frame upright and find the faces in it; with `spot` (x and y as shares of the frame as it is)
    the one nearest to it is the person's."""
    turns, detections = faces.detect_upright(frame.pixels)
    upright = frame.rotated(turns)
    if spot is not None:
        where = asking.turned(spot, turns)
        detections = asking.nearest_first(detections, where, upright.width, upright.height)
    face = faces.mesh(upright.pixels, detections[0]) if detections else None
    if face is not None and face.presence < PRESENT:
        face = None
    return View(upright, turns, tuple(detections), face, spot is not None)
