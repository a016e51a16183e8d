"""Colour as the stages use it: float32 sRGB pictures in 0..1, a cheap linear light, Lab, and colour
difference."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
"""(h, w, 3) sRGB, display-referred, 0..1."""
Field = NDArray[np.float32]
"""(h, w) one number a pixel."""

REC709 = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Luma weights of ITU-R BT.709, which sRGB shares."""


def to_float(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """uint8 0..255 to float32 0..1, any shape."""
    return np.multiply(pixels, np.float32(1 / 255), dtype=np.float32)


def to_bytes(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """float32 0..1 to uint8 0..255, rounded and clipped, any shape."""
    scaled = cv2.addWeighted(picture, 255.0, picture, 0.0, 0.0, dtype=cv2.CV_8U)
    return np.ascontiguousarray(scaled, np.uint8).reshape(picture.shape)


def linear(picture: NDArray[Any]) -> NDArray[Any]:
    """Display-referred to light. Gamma 2 stands in for the sRGB curve: ten times cheaper than a power, and
    within 0.045 of it over the whole range, which is enough for blending and gains."""
    return np.asarray(picture * picture)


def display(light: NDArray[Any]) -> NDArray[Any]:
    """Inverse of `linear`."""
    return np.asarray(np.sqrt(np.maximum(light, 0)))


def luma(picture: Picture) -> Field:
    """BT.709 luma of a display-referred picture, 0..1."""
    return np.asarray(cv2.transform(picture, REC709.reshape(1, 3)), np.float32).reshape(picture.shape[:2])


def to_lab(picture: Picture) -> Picture:
    """sRGB 0..1 to CIE L*a*b* (D65): L 0..100, a and b about -128..127."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2Lab), np.float32)


def from_lab(lab: Picture) -> Picture:
    """Inverse of `to_lab`, clipped to 0..1."""
    return np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), 0, 1)


def delta_e(one: NDArray[Any], two: NDArray[Any]) -> NDArray[np.float64]:
    """CIEDE2000 between Lab arrays (..., 3). Sharma, Wu and Dalal 2005, equations 2 to 22."""
    first, second = np.asarray(one, np.float64), np.asarray(two, np.float64)
    l1, a1, b1 = np.moveaxis(first, -1, 0)
    l2, a2, b2 = np.moveaxis(second, -1, 0)
    mean7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(mean7 / (mean7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = (h2 - h1 + 180) % 360 - 180
    dl, dc = l2 - l1, c2 - c1
    dh = np.where(grey, 0.0, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2))
    hue = np.where(grey, h1 + h2, (h1 + ((h2 - h1 + 180) % 360 - 180) / 2) % 360)
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    s_l = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    c7 = chroma**7
    twist = np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    r_t = -2 * np.sqrt(c7 / (c7 + 25.0**7)) * twist
    x, y, z = dl / s_l, dc / s_c, dh / s_h
    return np.asarray(np.sqrt(np.maximum(x * x + y * y + z * z + r_t * y * z, 0)))
