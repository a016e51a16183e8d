"""Restrained retouch of skin: passing blotches and redness soften, what is the person stays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import from_lab, to_lab

from .fields import blur, enlarge, polygon, reduce
from .masks import Masks

Floats = NDArray[np.float32]

FINE, COARSE = 0.016, 0.075
"""The band touched, as Gaussian sigmas in shares of the eye distance: finer is pores, coarser is shape."""
UNDER_EYES = (
    (
        [226, 31, 228, 229, 230, 231, 232, 233, 244, 112, 26, 22, 23, 24, 110, 25],
        [117, 118, 119, 100, 36, 205],
    ),
    (
        [446, 261, 448, 449, 450, 451, 452, 453, 464, 341, 256, 252, 253, 254, 339, 255],
        [346, 347, 348, 329, 266, 425],
    ),
)
"""Rings of mesh points under each eye, and points on the cheek that they are compared with."""
SMALL, LARGE = 55.0, 95.0
"""Eye distance in pixels below which nothing is touched, and from which the full amount is: small faces have
no pores left to protect, and softening them looks painted."""


def _knee(value: Floats, limit: float) -> Floats:
    """Small amplitudes pass, large ones (moles, folds, scars) do not: they are not blotches."""
    return np.asarray(value / (1 + (value / np.float32(limit)) ** 2), np.float32)


def soften(colours: Floats, masks: Masks, points: Floats, policy: Mapping[str, float]) -> Floats:
    """(n, n, 3) 0..1. policy: skin, redness, under_eye as in styles/schema.py; all 0 changes nothing.

    Only the difference is computed, at half size (it is band-limited), and added: pores are never resampled.
    """
    amount = float(np.clip((masks.iod - SMALL) / (LARGE - SMALL), 0, 1))
    skin, redness, under = (policy[key] * amount for key in ("skin", "redness", "under_eye"))
    if skin == redness == under == 0:
        return colours
    side = colours.shape[0]
    half = side // 2
    top, bottom, left, right = _window(masks.skin, masks.iod)
    small = reduce(colours, (half, half))[top:bottom, left:right]
    cover = reduce(masks.skin, (half, half))[top:bottom, left:right] * np.float32(0.95)
    local = points / np.float32(2) - np.array([left, top, 0], np.float32)
    change = _change(small, cover, local, masks.iod / 2, (skin, redness, under))
    full = np.zeros((half, half, 3), np.float32)
    full[top:bottom, left:right] = change
    return np.asarray(np.clip(colours + enlarge(full, (side, side)), 0, 1), np.float32)


def _window(skin: Floats, iod: float) -> tuple[int, int, int, int]:
    """Half-size rows and columns that hold all skin, with a margin for the blurs."""
    half = skin.shape[0] // 2
    where = skin[::2, ::2] > 0.01
    rows, columns = np.flatnonzero(where.any(1)), np.flatnonzero(where.any(0))
    if not len(rows):
        return 0, half, 0, half
    margin = int(iod * 0.15) + 4
    return (
        max(0, int(rows[0]) - margin),
        min(half, int(rows[-1]) + margin),
        max(0, int(columns[0]) - margin),
        min(half, int(columns[-1]) + margin),
    )


def _change(
    small: Floats, cover: Floats, points: Floats, iod: float, policy: tuple[float, float, float]
) -> Floats:
    """What to add to `small`, computed in Lab."""
    skin, redness, under = policy
    lab = to_lab(small)
    band = blur(lab, iod * FINE) - blur(lab, iod * COARSE)
    light, red, yellow = (np.ascontiguousarray(band[..., k]) for k in range(3))
    after = lab.copy()
    after[..., 0] -= cover * skin * (_knee(np.minimum(light, 0), 5) + 0.8 * _knee(np.maximum(light, 0), 8))
    after[..., 1] -= cover * (
        redness * _knee(np.maximum(red, 0), 8) + 0.3 * skin * _knee(np.minimum(red, 0), 7)
    )
    after[..., 2] -= cover * 0.5 * skin * _knee(yellow, 7)
    if under > 0:
        after[..., 0] += _under_eyes(after, cover, points, iod) * under
    return from_lab(after) - from_lab(lab)


def _under_eyes(lab: Floats, cover: Floats, points: Floats, iod: float) -> Floats:
    """Gap in lightness to the same person's cheek, smooth, at most 9, only where it is darker."""
    height, width = lab.shape[:2]
    smooth = blur(np.ascontiguousarray(lab[..., 0]), iod * 0.06)
    total = np.zeros((height, width), np.float32)
    for ring, cheek in UNDER_EYES:
        spots = np.clip(points[cheek, :2].astype(int), 0, [width - 1, height - 1])
        reference = float(np.median(smooth[spots[:, 1], spots[:, 0]]))
        mask = polygon(max(height, width), points, ring, soft=iod * 0.05)[:height, :width]
        total += mask * cover * np.clip(reference - smooth - 1, 0, 9)
    return total
