"""Restrained retouch of skin: redness, blotches and inflamed spots fade, what is the person stays."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import from_lab, to_lab

from . import spots
from .fields import blur, enlarge, f32, polygon, reduce, times
from .masks import Masks

Floats = NDArray[np.float32]

FINE, COARSE = 0.016, 0.075
"""The band touched, as Gaussian sigmas in shares of the eye distance (63 mm): finer is pores and fine lines,
coarser is shape."""
FINE_RED = 0.040
"""The same for redness: vessels and red scars are narrower."""
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
SOFT = 0.05
"""Sigma of their borders, in eye distances."""
SMALL, LARGE = 55.0, 95.0
"""Eye distance in pixels below which nothing is touched, and from which colour is in full."""
LIGHT_SMALL, LIGHT_LARGE = 95.0, 150.0
"""The same for lightness: with fewer pixels this band is all the texture that the photo holds, and
softening it looks painted."""
MARK = (0.020, 0.050)
"""How much more light a place takes (or gives back) than blood explains, as a logarithm: below the first it
is unevenness and may fade, from the second it is a mark, a line or a shadow and stays."""


def soften(colours: Floats, masks: Masks, points: Floats, policy: Mapping[str, float]) -> tuple[Floats, int]:
    """(n, n, 3) 0..1 and the number of spots that faded. policy: skin, redness, blemish, under_eye as in
    styles/schema.py; all 0 gives the very same array back.

    Only the difference is computed, at the working size (it is band-limited), and added: pores are never
    resampled.
    """
    amount = np.clip((masks.iod - SMALL) / (LARGE - SMALL), 0, 1)
    light = np.clip((masks.iod - LIGHT_SMALL) / (LIGHT_LARGE - LIGHT_SMALL), 0, 1)
    keys = ("skin", "redness", "blemish", "under_eye")
    wanted = {key: float(policy[key] * amount) for key in keys}
    if not any(wanted.values()):
        return colours, 0
    top, bottom, left, right = masks.box
    part = np.s_[top:bottom, left:right]
    size, iod = masks.working(), masks.iod / masks.step
    small, cover = reduce(colours[part], size), reduce(masks.skin[part], size)
    local = masks.local(points)
    lab = to_lab(small)
    found = spots.find(small, cover, local, iod) if wanted["blemish"] and light else None
    after = lab + _evened(lab, cover, iod, wanted["skin"], wanted["redness"], float(light))
    if found is not None and found.count:
        after += _faded(lab, after, cover, iod, found) * np.float32(wanted["blemish"])
    if wanted["under_eye"]:
        after[..., 0] += _under_eyes(after, cover, local, iod) * np.float32(wanted["under_eye"])
    change = from_lab(after) - from_lab(lab)
    result = colours.copy()
    result[part] += enlarge(change, (right - left, bottom - top))
    np.clip(result[part], 0, 1, out=result[part])
    return result, 0 if found is None else found.count


def _around(values: Floats, cover: Floats, sigma: float) -> Floats:
    """Blur that only skin takes part in, so that lips, brows and hair do not colour what is beside them."""
    weight = cover + np.float32(0.01)
    return times(blur(times(values, weight), sigma), 1 / blur(weight, sigma))


def _evened(lab: Floats, cover: Floats, iod: float, skin: float, redness: float, light: float) -> Floats:
    """What to add so that blotches and redness fade in the band, and marks and lines do not."""
    base, fine = _around(lab, cover, iod * COARSE), blur(lab, iod * FINE)
    plain = cover * _unmarked(fine, base)
    grey, red, yellow = (f32(plane) for plane in cv2.split(fine - base))
    red = blur(red, iod * float(np.sqrt(FINE_RED**2 - FINE**2)))
    share = np.where(red > 0, np.float32(redness), np.float32(0.3 * skin))
    return f32(
        cv2.merge(
            [
                np.float32(-skin * light) * plain * _knee(grey, 2.5),
                -share * plain * _knee(red, 7),
                np.float32(-0.5 * skin) * plain * _knee(yellow, 6),
            ]
        )
    )


def _knee(value: Floats, limit: float) -> Floats:
    """Amplitudes below `limit` pass, larger ones do not: what stands out that much is part of the person."""
    ratio = value * np.float32(1 / limit)
    ratio *= ratio
    return f32(value / (1 + ratio * ratio))


def _unmarked(fine: Floats, base: Floats) -> Floats:
    """1 where the skin is only uneven or flushed, 0 on moles, freckles, lines, scars and pale patches.

    Blood takes little red light (78 parts of it to 100 of redness), melanin and shadow take more, scars and
    vitiligo give some back; see spots.py.
    """
    size = (fine.shape[1], fine.shape[0])
    red, green, _ = cv2.split(_log(fine))
    # The base is so smooth that a quarter of its size holds it.
    small = reduce(base, (-(-size[0] // 4), -(-size[1] // 4)))
    red_base, green_base, _ = cv2.split(enlarge(_log(small), size))
    red = f32(red - red_base)
    redness = np.maximum(red - (green - green_base), 0)
    low, high = MARK
    taken = np.maximum(-red - redness, red - np.float32(0.8) * redness)
    return f32(np.clip((high - taken) * np.float32(1 / (high - low)), 0, 1))


def _log(lab: Floats) -> Floats:
    return f32(cv2.log(np.maximum(from_lab(lab), np.float32(0.02))))


def _faded(before: Floats, now: Floats, cover: Floats, iod: float, found: spots.Spots) -> Floats:
    """What is left of a spot's colour and darkness against the skin around it, negative."""
    around = _around(before, cover * (1 - found.where), iod * 0.06)
    gap = around - blur(now, iod * 0.008)
    gap[..., 0] = np.maximum(gap[..., 0], 0)
    return f32(gap * found.where[..., None])


def _under_eyes(lab: Floats, cover: Floats, points: Floats, iod: float) -> Floats:
    """Gap in lightness to the same person's cheek, smooth, at most 9, only where it is darker."""
    height, width = lab.shape[:2]
    smooth = blur(np.ascontiguousarray(lab[..., 0]), iod * 0.06)
    total = np.zeros((height, width), np.float32)
    for ring, cheek in UNDER_EYES:
        spots = np.clip(points[cheek, :2].astype(int), 0, [width - 1, height - 1])
        reference = float(np.median(smooth[spots[:, 1], spots[:, 0]]))
        room = 4 * SOFT * iod
        left, top = np.clip(points[ring, :2].min(0) - room, 0, [width - 1, height - 1]).astype(int)
        right, bottom = np.clip(points[ring, :2].max(0) + room, [left + 1, top + 1], [width, height]).astype(
            int
        )
        part, inside = np.s_[top:bottom, left:right], points[:, :2] - f32([left, top])
        mask = polygon(max(bottom - top, right - left), inside, ring, soft=SOFT * iod)
        mask = mask[: bottom - top, : right - left]
        total[part] += mask * cover[part] * np.clip(reference - smooth[part] - 1, 0, 9)
    return total
