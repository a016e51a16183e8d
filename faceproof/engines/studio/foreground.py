"""The person's own colours at soft edges, free of the background that shone through."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import matte

from .fields import blur, enlarge, reduce

Floats = NDArray[np.float32]
SPILL = 0.85
"""Share of the background's hue taken out where a soft edge still carries it."""


def recover(picture: Floats, alpha: Floats) -> Floats:
    """(n, n, 3) 0..1 colours of the person; equal to the picture where alpha is 1 and no soft edge is near."""
    side = picture.shape[0]
    colours, near, far = matte.foreground(picture, alpha, radius=max(8, side // 22))
    return _despill(colours, near, far, alpha)


def _despill(colours: Floats, near: Floats, far: Floats, alpha: Floats) -> Floats:
    """Pull edge colours that lean from the person's smooth colour towards the background's back along that axis."""
    side = alpha.shape[0]
    quarter = reduce(alpha, (side // 4, side // 4))
    band = enlarge(np.clip(4 * blur(quarter * (1 - quarter) * 4, 1.2), 0, 1), (side, side))
    band = band * np.clip((1 - alpha) * 6, 0, 1)
    axis = far - near
    square = np.einsum("ijk,ijk->ij", axis, axis) + 0.004
    lean = np.einsum("ijk,ijk->ij", colours - near, axis) / square
    take = np.clip(lean, 0, 1) * band * SPILL
    return np.clip(colours - take[..., None] * axis, 0, 1).astype(np.float32)


def grain_level(picture: Floats) -> float:
    """Standard deviation of the photo's noise, 0..1: a low percentile of local high-pass energy."""
    grey = cv2.transform(picture, np.array([[0.2126, 0.7152, 0.0722]], np.float32))
    fine = (grey - cv2.GaussianBlur(grey, (0, 0), 1.0)) ** 2
    blocks = max(4, picture.shape[0] // 16)
    level = cv2.resize(fine, (blocks, blocks), interpolation=cv2.INTER_AREA)
    return float(np.sqrt(np.percentile(level, 12)) * 1.15)
