"""A second pair of eyes, not ours: dlib's face detector, five points and identity net (all CC0-1.0).

Never its 68-point predictor: what it was trained on (iBUG 300-W) excludes commercial use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
SIDE = 640
"""Longest side that faces are looked for in; the points are found on the whole picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One face as dlib sees it."""

    points: NDArray[np.float64]
    """(5, 2): outer and inner corner of the eye on the right of the picture, of the one on the left, under
    the nose; px from the corner of the picture."""
    shape: Any

    @property
    def eyes(self) -> NDArray[np.float64]:
        """(2,) middle of the four corners."""
        return np.asarray(self.points[:4].mean(0))

    @property
    def apart(self) -> float:
        """Pixels between the middles of the two eyes."""
        return float(np.linalg.norm(self.points[:2].mean(0) - self.points[2:4].mean(0)))


class Second:
    """The nets in `folder`. Raises ImportError without dlib, FileNotFoundError without the nets."""

    def __init__(self, folder: Path) -> None:
        import dlib

        files = {
            name: folder / f"{name}.dat"
            for name in (
                "mmod_human_face_detector",
                "shape_predictor_5_face_landmarks",
                "dlib_face_recognition_resnet_model_v1",
            )
        }
        for file in files.values():
            if not file.is_file():
                raise FileNotFoundError(file)
        self.dlib = dlib
        self.quick = dlib.get_frontal_face_detector()
        self.thorough = dlib.cnn_face_detection_model_v1(str(files["mmod_human_face_detector"]))
        self.five = dlib.shape_predictor(str(files["shape_predictor_5_face_landmarks"]))
        self.net = dlib.face_recognition_model_v1(str(files["dlib_face_recognition_resnet_model_v1"]))

    def look(self, pixels: Bytes) -> Seen | None:
        """The largest face, or None."""
        zoom = min(1.0, SIDE / max(pixels.shape[:2]))
        small = (
            cv2.resize(pixels, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA) if zoom < 1 else pixels
        )
        small = np.ascontiguousarray(small)
        boxes = list(self.quick(small)) or [found.rect for found in self.thorough(small)]
        if not boxes:
            return None
        box = max(boxes, key=lambda b: b.area())
        large = self.dlib.rectangle(
            *(round(v / zoom) for v in (box.left(), box.top(), box.right(), box.bottom()))
        )
        shape = self.five(np.ascontiguousarray(pixels), large)
        points = np.array([(p.x + 0.5, p.y + 0.5) for p in shape.parts()], np.float64)
        return Seen(points, shape)

    def identity(self, pixels: Bytes, seen: Seen) -> NDArray[np.float64]:
        """(128,) of the face; two of one person lie under 0.6 apart. Kept in memory only."""
        return np.array(self.net.compute_face_descriptor(np.ascontiguousarray(pixels), seen.shape))


@cache
def eyes(folder: Path) -> Second | None:
    """The second pair of eyes, or None where dlib or its nets are not installed."""
    try:
        return Second(folder)
    except (ImportError, FileNotFoundError):
        return None
