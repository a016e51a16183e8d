"""Where a person is: MediaPipe Selfie Segmentation."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import nets
from faceproof.imaging.shrink import shrunk

SIDE = 256


def segment(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(256, 256), 0..1: how probably each spot of a (h, w, 3) sRGB picture belongs to a person.

    The whole picture is squashed into the square, whatever its shape, as the net was trained.
    """
    small = shrunk(pixels, min(pixels.shape[:2]) // (2 * SIDE))
    square = cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    (mask,) = nets.net("selfie_segmentation")(square[None].astype(np.float32) / 255.0).values()
    return mask[0, :, :, 0]
