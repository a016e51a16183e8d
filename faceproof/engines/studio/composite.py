"""Put the person before the backdrop: in linear light, with grain that matches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .fields import blur, enlarge, f32, reduce

Floats = NDArray[np.float32]
LEAST_GRAIN, MOST_GRAIN = 0.0022, 0.012
TILE = 512


@lru_cache(maxsize=2)
def _grain(seed: int) -> Floats:
    """(512, 512) film-like grain, standard deviation 1, tileable."""
    noise = np.random.default_rng(seed).standard_normal((TILE, TILE), np.float32)
    noise = f32(cv2.GaussianBlur(np.tile(noise, (2, 2)), (0, 0), 0.6))[
        TILE // 2 : TILE * 3 // 2, TILE // 2 : TILE * 3 // 2
    ]
    return np.asarray(noise / noise.std(), np.float32)


def join(
    colours: Floats, alpha: Floats, backdrop: Floats, grain: float, grade: Mapping[str, float], seed: int
) -> Floats:
    """(n, n, 3) 0..1. With alpha 1 everywhere it returns `colours`. grain: standard deviation of the photo's
    noise. Only the edge is mixed; elsewhere one side is taken as it is."""
    side = alpha.shape[0]
    result = np.where(alpha[..., None] > 0, colours, backdrop)
    wrap = _wrap(alpha, backdrop, grade["wrap"])
    edge = np.flatnonzero((wrap > 1e-4) | ((alpha > 0) & (alpha < 1)))
    if len(edge):
        share, creep = alpha.ravel()[edge, None], wrap.ravel()[edge, None]
        front, behind = (picture.reshape(-1, 3)[edge] ** 2 for picture in (colours, backdrop))
        front += creep * (_glow(backdrop).reshape(-1, 3)[edge] - front)
        result.reshape(-1, 3)[edge] = np.sqrt(front * share + behind * (1 - share))
    noise = np.tile(_grain(seed), (-(-side // TILE), -(-side // TILE)))[:side, :side]
    noise = noise * (np.float32(np.clip(grain, LEAST_GRAIN, MOST_GRAIN)) * (1 - alpha))
    result += noise[..., None]
    return f32(np.clip(result, 0, 1, out=result))


def _glow(backdrop: Floats) -> Floats:
    """(n, n, 3) light of the backdrop as it falls on what stands before it, linear."""
    side = backdrop.shape[0]
    soft = blur(reduce(backdrop, (side // 8, side // 8)), side * 0.02 / 8)
    return enlarge(soft * soft, (side, side))


def _wrap(alpha: Floats, backdrop: Floats, amount: float) -> Floats:
    """(n, n) share of the backdrop's light that creeps round the edge; dark backdrops give none."""
    if amount == 0:
        return np.zeros_like(alpha)
    side = alpha.shape[0]
    power = f32(cv2.resize(_luma_of_light(backdrop), (side, side), interpolation=cv2.INTER_LINEAR))
    near = blur(reduce(alpha, (side // 4, side // 4)), side * 0.0008)
    rim = enlarge(4 * near * (1 - near), (side, side)) * alpha
    return f32(rim * np.clip(power * 1.6, 0, 1) * np.float32(amount))


def _luma_of_light(backdrop: Floats) -> Floats:
    small = reduce(backdrop, (32, 32))
    return f32((small * small).mean(-1))
