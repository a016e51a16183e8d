"""What retouch added to a finished picture, so that it can be taken out when the photo is long gone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

STILL = 128
"""Stored value that means no change."""


@dataclass(frozen=True, slots=True, eq=False)
class Retouch:
    """One rectangle of a square canvas; outside of it nothing was retouched."""

    plane: NDArray[np.int8]
    """(h, w, 3) picture minus the same picture without retouch, in 8-bit sRGB values."""
    left: int
    top: int
    side: int
    """Pixels of the canvas that the rectangle lies on; a larger master is decided at it."""

    def taken_from(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(n, n, 3) as it would be without retouch."""
        high, wide = self.plane.shape[:2]
        result = pixels.copy()
        if pixels.shape[0] == self.side:
            part = np.s_[self.top : self.top + high, self.left : self.left + wide]
            result[part] = cv2.subtract(np.ascontiguousarray(pixels[part]), self.plane, dtype=cv2.CV_8U)
            return result
        whole = np.zeros((self.side, self.side, 3), np.int16)
        whole[self.top : self.top + high, self.left : self.left + wide] = self.plane
        size = (pixels.shape[1], pixels.shape[0])
        large = cv2.resize(whole, size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.subtract(result, large, dtype=cv2.CV_8U), np.uint8)

    def stored(self) -> NDArray[np.uint8]:
        """(h, w, 3), STILL where nothing changed."""
        return (self.plane.astype(np.int16) + STILL).astype(np.uint8)

    @classmethod
    def read(cls, stored: NDArray[np.uint8], left: int, top: int, side: int) -> Retouch:
        """From what `stored` gave."""
        return cls((stored.astype(np.int16) - STILL).astype(np.int8), left, top, side)
