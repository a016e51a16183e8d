"""How a lens blurs: every point becomes a disc."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def bokeh(light: Floats, radius: float) -> Floats:
    """Blur linear light (h, w, k) by a disc of `radius` pixels, a little brighter at its rim."""
    if radius < 1:
        return light
    count = 2 * int(radius) + 3
    y, x = np.mgrid[:count, :count] - count // 2
    away = np.hypot(x, y)
    kernel = np.clip(radius + 0.5 - away, 0, 1) * (1 + 0.2 * (away / radius) ** 2)
    kernel = (kernel / kernel.sum()).astype(np.float32)
    return np.asarray(cv2.filter2D(light, -1, kernel, borderType=cv2.BORDER_REFLECT_101), np.float32)
