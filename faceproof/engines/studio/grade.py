"""The last touch: contrast and saturation of the whole picture, on luma. Sharpening belongs to the exit."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import luma

Floats = NDArray[np.float32]


def finish(picture: Floats, policy: Mapping[str, float]) -> Floats:
    """(n, n, 3) 0..1. policy: contrast and saturation as in styles/schema.py; 0 and 1 change nothing.

    The contrast curve is the same for everybody and symmetric round the middle, so it moves light and
    dark skin by the same small amount in opposite directions: at the shipped 0.05 less than 1 in L*.
    """
    contrast, saturation = np.float32(policy["contrast"]), np.float32(policy["saturation"])
    if contrast == 0 and saturation == 1:
        return picture
    grey = luma(picture)
    # The curve is grey + contrast * (2 grey - 1) * grey * (1 - grey); all channels share its gain.
    gain = 1 + contrast * (2 * grey - 1) * (1 - grey)
    if saturation != 1:
        picture = grey[..., None] + (picture - grey[..., None]) * saturation
    return np.clip(cv2.multiply(picture, cv2.merge([gain, gain, gain])), 0, 1)
