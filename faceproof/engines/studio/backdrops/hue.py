"""OKLab (Björn Ottosson, 2020): lightness moves while hue and strength of a colour stay as they look."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_CONES, _FROM_LAB = np.linalg.inv(_CONES), np.linalg.inv(_LAB)


def oklab(srgb: Any) -> Floats:
    """sRGB (..., 3) 0..1 to L 0..1, a, b."""
    value = np.asarray(srgb, np.float64)
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(light @ _CONES.T) @ _LAB.T)


def srgb(lab: Any) -> Floats:
    """Inverse of `oklab`; outside 0..1 where the screen cannot show the colour."""
    light = (np.asarray(lab, np.float64) @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T
    bright = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    return np.asarray(np.where(light <= 0.0031308, 12.92 * light, bright))


def shown(lightness: float, chroma: float, angle: float) -> Floats:
    """sRGB (3,) 0..1 of that lightness and hue, with as much of the chroma as the screen can show."""
    way = np.array([np.cos(angle), np.sin(angle)])

    def colour(strength: float) -> Floats:
        return srgb(np.array([lightness, *(strength * way)]))

    low, high = 0.0, chroma
    if _fits(colour(high)):
        return np.clip(colour(high), 0, 1)
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if _fits(colour(middle)) else (low, middle)
    return np.clip(colour(low), 0, 1)


def _fits(colour: Floats) -> bool:
    return bool(colour.min() >= -1e-4 and colour.max() <= 1 + 1e-4)
