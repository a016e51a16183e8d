"""The lens and the film of the drawn places: discs of confusion, cat's eyes at the rim, soft highlights."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import enlarge, f32, reduce
from faceproof.imaging.colour import REC709

Floats = NDArray[np.float32]
EDGE = 0.7
"""Pixels (Gaussian) that a disc's rim is soft by: no lens is perfect, and a hard rim enlarged shows steps."""
CAT = 0.55
"""How far, in radii, the second rim of the lens has moved over the disc at a corner of the picture."""


@lru_cache(maxsize=12)
def _spectrum(radius: float, side: int) -> Floats:
    """Fourier transform (OpenCV's packed form) of a disc, a little brighter at its rim, its sum 1."""
    reach = int(radius) + 4
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    away = np.hypot(x, y)
    kernel = np.clip(radius + 0.5 - away, 0, 1) * (1 + 0.25 * (away / max(radius, 1)) ** 4)
    kernel = f32(cv2.GaussianBlur(f32(kernel), (0, 0), EDGE))
    whole = np.zeros((side, side), np.float32)
    whole[: 2 * reach + 1, : 2 * reach + 1] = kernel / kernel.sum()
    return f32(cv2.dft(np.roll(whole, (-reach, -reach), (0, 1))))


def defocus(planes: Floats, radius: float) -> Floats:
    """(k, n, n) linear light, every point a disc of `radius` pixels. Wraps round: draw with a margin."""
    if radius < 1:
        return planes
    lens = _spectrum(round(radius, 1), planes.shape[-1])
    back = cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT
    return np.stack([f32(cv2.dft(cv2.mulSpectrums(cv2.dft(plane), lens, 0), flags=back)) for plane in planes])


def disc(light: Floats, at: tuple[float, float], radius: float, colour: NDArray[Any], whole: float) -> None:
    """Add to `light` (3, n, n), in place, what a lens makes of a point: a disc of radiance `colour`, cut to a
    cat's eye away from the middle. `whole`: pixels from the picture's middle to its corner."""
    side = light.shape[-1]
    x, y = at
    left, top = max(0, int(x - radius) - 2), max(0, int(y - radius) - 2)
    right, bottom = min(side, int(x + radius) + 4), min(side, int(y + radius) + 4)
    if left >= right or top >= bottom:
        return
    across = np.arange(left, right, dtype=np.float32) - np.float32(x)
    down = (np.arange(top, bottom, dtype=np.float32) - np.float32(y))[:, None]
    away = np.hypot(across, down)
    shape = np.clip((radius - away) / 3.6 + 0.5, 0, 1) * (0.85 + 0.2 * np.minimum(away / radius, 1) ** 3)
    towards = np.float32(-CAT * radius / whole)
    second = np.hypot(across - towards * (x - side / 2), down - towards * (y - side / 2))
    shape *= np.clip((1.12 * radius - second) / 3.6 + 0.5, 0, 1)
    light[:, top:bottom, left:right] += f32(colour)[:, None, None] * shape


def expose(light: Floats, *, brightness: float, warmth: float, middle: float, veil: float = 0.04) -> Floats:
    """(n, n, 3) radiance to display 0..1: stray light in the lens, darker corners, colour balance and a
    film's curve, on which windows roll off to white instead of clipping. The shutter is set as a photographer
    would, most of the way to a picture whose median is `middle`."""
    side = light.shape[0]
    median = float(np.median(light[::3, ::3] @ REC709))
    light = light * np.float32((middle / max(median, 1e-3)) ** 0.75)
    glare = reduce(light, (side // 10, side // 10))
    glare = f32(cv2.GaussianBlur(np.minimum(glare, 4), (0, 0), 3.5))
    light = light * np.float32(1 - veil) + enlarge(glare, (side, side)) * np.float32(veil)
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    corners = f32(1 - 0.13 * np.clip((axis**2 + axis[:, None] ** 2) / 2, 0, 1))[..., None]
    balance = np.array([1 + 0.07 * warmth, 1, 1 - 0.09 * warmth]) * brightness
    light = f32(np.maximum(light, 0) * corners * f32(balance))
    # Narkowicz's fit (2016) of the Academy's film curve.
    film = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14)
    return f32(cv2.pow(np.clip(film, 0, 1), 1 / 2.2))
