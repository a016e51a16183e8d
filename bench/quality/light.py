"""The exact sRGB curve: the truth is mixed in real linear light, not in the product's stand-in for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def to_light(display: NDArray[Any]) -> Floats:
    """sRGB 0..1 to linear light 0..1 (IEC 61966-2-1)."""
    low = display / 12.92
    high = ((np.maximum(display, 0.0) + 0.055) / 1.055) ** 2.4
    return np.where(display <= 0.04045, low, high).astype(np.float32)


def to_display(light: NDArray[Any]) -> Floats:
    """Linear light 0..1 to sRGB 0..1, clipped."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055).astype(np.float32)


def over(colours: Floats, alpha: Floats, backdrop: Floats) -> Floats:
    """Display-referred `colours` before a display-referred `backdrop`, mixed as light: display-referred."""
    cover = alpha[..., None]
    return to_display(to_light(colours) * cover + to_light(backdrop) * (1 - cover))
