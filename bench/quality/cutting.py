"""What cuts people out: the product's own stages, run through its pipeline, and others beside them.

Each contender is a function of `Shot` that returns alpha (n, n) 0..1 and the person's colours (n, n, 3),
display-referred. To try an idea, write one more and name it in CONTENDERS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines import Brief
from faceproof.engines.studio import asked, stages
from faceproof.imaging import face, pipeline
from faceproof.imaging.frame import Frame

from .scenes import Truth

Floats = NDArray[np.float32]
GIVES = ("placement", "inside", "person", "confidence", "points", "picture", "alpha", "recovered")


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A made photo as the product's front half left it, and its truth on the same canvas."""

    values: dict[str, Any]
    """The pipeline's values, `GIVES` among them."""
    alpha: Floats
    light: Floats
    inside: NDArray[np.bool_]

    @property
    def picture(self) -> Floats:
        """(n, n, 3) 0..1, what was photographed."""
        return np.asarray(self.values["picture"], np.float32)

    @property
    def mask(self) -> Floats:
        """(n, n) 0..1, the net's opinion, the same that the product starts from."""
        size = (self.picture.shape[1], self.picture.shape[0])
        large = cv2.resize(self.values["person"], size, interpolation=cv2.INTER_CUBIC)
        return np.clip(large, 0, 1).astype(np.float32)


def brief_of(pixels: NDArray[np.uint8]) -> Brief:
    """An order for one photo. Raises LookupError without a face."""
    found = face.detect(pixels)
    if not found:
        raise LookupError("no face")
    return Brief(Frame(pixels), face.mesh(pixels, found[0]), ())


def shoot(truth: Truth) -> Shot:
    """Run the product's front half on the photo and take the truth along to its canvas."""
    order = brief_of(truth.photo)
    values = pipeline.run(stages.FRONT, asked(order))
    placement = values["placement"]
    cover = carried(truth.alpha, placement.matrix, placement.side)
    front = carried(truth.light * truth.alpha[..., None], placement.matrix, placement.side)
    plain = carried(truth.light, placement.matrix, placement.side)
    light = np.where((cover > 0.05)[..., None], front / np.maximum(cover, 0.05)[..., None], plain)
    inside = cv2.erode(np.asarray(values["inside"], np.uint8), np.ones((5, 5), np.uint8)) > 0
    return Shot(values, np.clip(cover, 0, 1), np.clip(light, 0, 1).astype(np.float32), inside)


def carried(values: Floats, matrix: NDArray[np.float64], side: int) -> Floats:
    """From the photo to the canvas; averaged first where the canvas is smaller."""
    scale = 1 / float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale > 1.05:
        values = cv2.GaussianBlur(values, (0, 0), 0.45 * scale)
    moved = cv2.warpAffine(
        values, matrix, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.float32)


Cut = tuple[Floats, Floats]


def ours(shot: Shot) -> Cut:
    return shot.values["alpha"], shot.values["recovered"]


def raw_mask(shot: Shot) -> Cut:
    """The net's mask as it is, pixels as they are: what most free tools do."""
    return shot.mask, shot.picture


def guided(shot: Shot) -> Cut:
    """The mask through a colour guided filter (He, Sun and Tang 2010), radius 1 % of the canvas, 1e-4."""
    picture, mask = shot.picture, shot.mask
    side = 2 * round(0.01 * picture.shape[0]) + 1

    def box(values: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(cv2.blur(np.asarray(values, np.float64), (side, side)))

    mean, mean_mask = box(picture), box(mask)
    cross = box(picture * mask[..., None]) - mean * mean_mask[..., None]
    spread = np.empty((*mask.shape, 3, 3))
    for i in range(3):
        for j in range(i, 3):
            both = (
                box(picture[..., i] * picture[..., j]) - mean[..., i] * mean[..., j] + (1e-4 if i == j else 0)
            )
            spread[..., i, j] = spread[..., j, i] = both
    slope = np.linalg.solve(spread, cross[..., None])[..., 0]
    offset = mean_mask - (slope * mean).sum(-1)
    found = (box(slope) * picture).sum(-1) + box(offset)
    return np.clip(found, 0, 1).astype(np.float32), picture


CONTENDERS: dict[str, Callable[[Shot], Cut]] = {
    "Faceproof": ours,
    "raw mask": raw_mask,
    "guided filter": guided,
}
