"""The development portraits and what the product makes of them: whole pictures are measured from here."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof import styles
from faceproof.engines import Brief, Master
from faceproof.engines.studio import Studio, asked, stages
from faceproof.imaging import face, pipeline
from faceproof.imaging.colour import to_bytes, to_lab
from faceproof.styles import Style

from .cutting import brief_of

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Portrait:
    """One photo of the manifest."""

    name: str
    expected: str
    pixels: Bytes

    @cached_property
    def brief(self) -> Brief:
        """Raises LookupError without a face."""
        return brief_of(self.pixels)

    @cached_property
    def front(self) -> dict[str, Any]:
        """Every value of the product's front half."""
        return pipeline.run(stages.FRONT, asked(self.brief))

    @property
    def canvas(self) -> Bytes:
        """The plain crop: levelled and cut like the master, nothing else."""
        return to_bytes(self.front["picture"])

    @cached_property
    def lightness(self) -> float:
        """Median L* of the face as photographed: the axis that drift and verdicts are held against."""
        picture = self.front["picture"]
        return float(np.median(to_lab(picture)[skin(picture.shape[:2], self.front["points"])][:, 0]))

    def masters(self, wanted: tuple[Style, ...] | None = None) -> Iterator[Master]:
        yield from Studio().develop(replace(self.brief, styles=wanted or styles.all_styles()))


def all_of(folder: Path) -> list[Portrait]:
    """Every photo of the manifest in `folder`."""
    found = []
    with (folder / "manifest.csv").open(newline="") as manifest:
        for row in csv.DictReader(manifest):
            pixels = cv2.imread(str(folder / row["file"]))[..., ::-1]
            found.append(Portrait(row["file"], row["expected"], np.ascontiguousarray(pixels, np.uint8)))
    return found


def of_people(folder: Path) -> list[Portrait]:
    """Those that are of one person."""
    return [portrait for portrait in all_of(folder) if portrait.expected != "reject"]


def skin(shape: tuple[int, ...], points: NDArray[Any]) -> NDArray[np.bool_]:
    """(h, w) the face inside its oval without eyes, brows and lips, by landmarks alone, not colour."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round(points[face.OVAL, :2]).astype(np.int32)], 1)
    size = float(np.linalg.norm(points[468, :2] - points[473, :2]))
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8), iterations=max(1, round(0.06 * size)))
    for ring in (face.EYE_L, face.EYE_R, face.BROW_L, face.BROW_R, face.LIPS):
        part = np.zeros(shape, np.uint8)
        cv2.fillPoly(part, [cv2.convexHull(np.round(points[ring, :2]).astype(np.int32))], 1)
        inner[cv2.dilate(part, np.ones((3, 3), np.uint8), iterations=max(1, round(0.06 * size))) > 0] = 0
    return inner > 0
