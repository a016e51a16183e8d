"""What one finished picture looks like, in the seven values by which the pictures of a team are compared."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.finishing import Cuttable, Rendition
from faceproof.finishing.crop import HEAD_OF_FACE
from faceproof.finishing.sharpen import softness
from faceproof.imaging.colour import luma, to_float, to_lab

LIGHT, FINE = 256, 512
"""Pixels of the height at which light and sharpness are compared: a face on a team page."""
PERSON, BEHIND = 250, 5
"""Matte levels from which and up to which a pixel is surely the one or the other."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Values of one picture: no pixels, no points of the face, nothing of its skin.

    eye_line, head_share, off: shares of the picture, as in `Rendition`. backdrop: mean L* behind the
    person, 0..100, None where nothing of it is seen. key: natural logarithm of the light on the left half
    of the face over that on the right. contrast: L* from the darkest to the lightest twentieth of the
    person. softness: of the edges in the face, pixels at FINE. held_by: edges at which the photo held no
    more.
    """

    eye_line: float
    head_share: float
    off: float
    backdrop: float | None
    key: float
    contrast: float
    softness: float
    held_by: tuple[str, ...] = ()


def observe(master: Cuttable, picture: Rendition) -> Observed:
    """Measure a rendition of a master. Where the master has no matte, everything counts as the person."""
    small = _reduced(picture.pixels, LIGHT)
    matte = np.full(small.shape[:2], 255, np.uint8)
    if master.matte is not None:
        left, top, width, height = (round(v) for v in picture.box)
        part = np.ascontiguousarray(master.matte[top : top + height, left : left + width])
        size = (small.shape[1], small.shape[0])
        matte = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    colours = to_float(small)
    light = to_lab(colours)[..., 0]
    person, behind = light[matte >= PERSON], light[matte <= BEHIND]
    low, high = np.percentile(person, (5, 95)) if person.size else (0.0, 0.0)
    return Observed(
        eye_line=picture.eye_line,
        head_share=picture.head_share,
        off=picture.off,
        backdrop=float(behind.mean()) if behind.size >= LIGHT else None,
        key=_key(np.asarray(luma(colours), np.float32), picture),
        contrast=float(high - low),
        softness=_softness(picture),
        held_by=picture.held_by,
    )


def _reduced(pixels: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    """(h, w, 3) of at most that height; never enlarged."""
    if pixels.shape[0] <= height:
        return np.ascontiguousarray(pixels)
    size = (round(pixels.shape[1] * height / pixels.shape[0]), height)
    return np.asarray(cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA), np.uint8)


def _key(grey: NDArray[np.float32], picture: Rendition) -> float:
    """Cheek and brow of one side against the other, in linear light (gamma 2); 0 is even light."""
    height, width = grey.shape
    face = picture.head_share * height / HEAD_OF_FACE
    y, x = np.mgrid[:height, :width].astype(np.float32)
    down = (y - picture.eye_line * height) / face
    aside = (x - (0.5 + picture.aside) * width) / face
    rows = (down > 0.05) & (down < 0.7)
    halves = [grey[rows & (side * aside > 0.12) & (side * aside < 0.45)] for side in (-1, 1)]
    if not all(half.size for half in halves):
        return 0.0
    left, right = (max(float(np.median(half)), 0.03) for half in halves)
    return 2 * float(np.log(left / right))


def _softness(picture: Rendition) -> float:
    """Softness of the face's edges at one size for all: what is smaller is seen enlarged."""
    small = _reduced(picture.pixels, FINE)
    height, width = small.shape[:2]
    face = picture.head_share * height / HEAD_OF_FACE
    eyes, middle = picture.eye_line * height, (0.5 + picture.aside) * width
    top, bottom = int(max(eyes - 0.25 * face, 0)), int(eyes + face)
    left, right = int(max(middle - 0.5 * face, 0)), int(middle + 0.5 * face)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.float32)
    return float(softness(grey[top:bottom, left:right]) * FINE / height)
