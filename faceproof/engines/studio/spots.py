"""Small inflamed spots, told from what is permanent. When unsure, a spot is not one.

Colour is judged as absorbed light (logarithms of the channels), where it does not depend on how dark the
skin is or how bright the light: blood takes green and blue, melanin takes red too (Tsumura et al. 2003). A
mole, a freckle or a shadow darkens red; a scar, vitiligo or shine lightens it; an inflamed spot hardly
moves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import face

from .fields import blur, f32, grow, shrink

Floats = NDArray[np.float32]

INNER, OUTER = 0.010, 0.045
"""Sigmas in eye distances: a spot against the skin around it."""
LEAST, MOST = 0.030, 0.40
"""Redness of a spot as log(R/G) above its surroundings. Less is noise or a flush; more is paint, blood or an
angioma."""
ABOVE_NOISE = 4.3
"""... and that many standard deviations of this skin's own unevenness."""
NARROW, WIDE = 0.014, 0.085
"""Diameter at half height, in eye distances (63 mm): 0.9 to 5.4 mm."""
LONG = 1.8
"""Length over width from which it is a line: a scar, a scratch, a vessel, a fold."""
CRISP = 0.36
"""Width of the border over the diameter below which it is sharp: permanent marks and jewels end so."""
SEEN = 5.0
"""Diameter in working pixels from which a border's sharpness can be judged at all."""
UNSURE = 0.20
"""Redness above which a spot too small to judge its border is kept."""
ALONE = 0.5
"""Redness around a spot, as a share of its own, from which it is part of something larger."""
EVEN = 0.06
"""Standard deviation of absorbed red around it, as a logarithm, from which it is a shadow or an edge."""
CANDIDATES = 40
NOSTRILS = (98, 327, 2)
"""Mesh points beside and between the nostrils."""


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """What was found, at the working size."""

    count: int
    where: Floats
    """(h, w) 0..1, 1 in the middle of each spot."""


def find(picture: Floats, cover: Floats, points: Floats, iod: float) -> Spots:
    """picture (h, w, 3) 0..1, cover (h, w) skin 0..1, points in its pixels, iod in its pixels."""
    low, high = points[face.OVAL, :2].min(0), points[face.OVAL, :2].max(0)
    left, top = (max(0, int(v - iod * 0.1)) for v in low)
    part = np.s_[top : max(top + 1, int(high[1] + iod * 0.1)), left : max(left + 1, int(high[0] + iod * 0.1))]
    inside = np.array([left, top, 0], np.float32)
    found = _in_face(np.ascontiguousarray(picture[part]), cover[part], points - inside, iod)
    where = np.zeros(cover.shape, np.float32)
    where[part] = found.where
    return Spots(found.count, where)


def _in_face(picture: Floats, cover: Floats, points: Floats, iod: float) -> Spots:
    height, width = cover.shape
    log_red, log_green, _ = cv2.split(cv2.log(np.maximum(picture, 0.02)))
    allowed = _allowed(points, iod, height, width)
    red, absorbed = f32(log_red - log_green), f32(-log_red)
    weight = blur(cover, iod * OUTER) + np.float32(1e-3)
    # The mask of skin has holes where colour is unlike the rest, which is just where spots are.
    across = 2 * round(iod * WIDE * 0.6) + 1
    sure = (cv2.morphologyEx(cover, cv2.MORPH_CLOSE, np.ones((across, across), np.uint8)) > 0.5) & allowed
    peak = np.where(sure, blur(red, iod * INNER) - blur(red * cover, iod * OUTER) / weight, np.float32(0))
    skin = peak[sure]
    where = np.zeros((height, width), np.float32)
    if skin.size < 200:
        return Spots(0, where)
    floor = max(LEAST, ABOVE_NOISE * 1.4826 * float(np.median(np.abs(skin - np.median(skin)))))
    dark = f32(blur(absorbed, iod * INNER) - blur(absorbed * cover, iod * OUTER) / weight)
    count, reach = 0, int(iod * WIDE) + 2
    for y, x in _candidates(peak, floor, dark, iod):
        part = np.s_[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
        middle = (y - part[0].start, x - part[1].start)
        if where[y, x] > 0.3:
            continue
        shape = _shape(peak[part], middle, iod)
        if shape is None or not _on_even_skin(shape, peak[part], dark[part], cover[part], iod):
            continue
        if _inflamed(shape, peak[part], red[part], dark[part]):
            count += 1
            where[part] = np.maximum(where[part], shape)
    return Spots(count, np.clip(1.6 * blur(f32(grow(where, iod * 0.012)), iod * 0.010), 0, 1))


def _candidates(peak: Floats, floor: float, dark: Floats, iod: float) -> NDArray[np.intp]:
    """(k, 2) rows and columns of the strongest tops that are not brown, and have no second beside them."""
    tops = (peak > floor) & (peak >= cv2.dilate(peak, np.ones((3, 3), np.uint8))) & (dark < peak + 0.02)
    places = np.argwhere(tops)
    heights = peak[tuple(places.T)]
    turn = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    ring = np.round(iod * 0.065 * np.stack([np.sin(turn), np.cos(turn)], 1)).astype(np.intp)
    beside = np.clip(places[:, None] + ring, 0, np.array(peak.shape) - 1)
    alone = (peak[beside[..., 0], beside[..., 1]] < 0.75 * heights[:, None]).all(1)
    order = np.argsort(-heights[alone])[:CANDIDATES]
    return np.asarray(places[alone][order])


def _allowed(points: Floats, iod: float, height: int, width: int) -> NDArray[np.bool_]:
    """(h, w) the face without lips, eyes, nostrils and rim, where red is at home."""
    side = max(height, width)

    def drawn(ring: NDArray[np.intp]) -> NDArray[np.uint8]:
        mask = np.zeros((side, side), np.uint8)
        cv2.fillPoly(mask, [np.round(points[ring, :2]).astype(np.int32)], 1)
        return mask

    oval = shrink(drawn(face.OVAL), iod * 0.05)
    not_here = grow(drawn(face.LIPS), iod * 0.07) | grow(drawn(face.EYE_L) | drawn(face.EYE_R), iod * 0.10)
    for index in NOSTRILS:
        at = (round(float(points[index, 0])), round(float(points[index, 1])))
        cv2.circle(not_here, at, max(1, round(iod * 0.19)), 1, -1)
    return np.asarray((oval > 0) & (not_here == 0))[:height, :width]


def _shape(peak: Floats, middle: tuple[int, int], iod: float) -> Floats | None:
    """(h, w) 0/1 of what lies above half height round the middle; None unless it is a small round island."""
    top = peak[middle]
    _, labels = cv2.connectedComponents((peak > 0.5 * top).astype(np.uint8), connectivity=4)
    island = labels == labels[middle]
    if island[[0, -1]].any() or island[:, [0, -1]].any():
        return None
    if not NARROW * iod <= _diameter(island) <= WIDE * iod:
        return None
    y, x = np.nonzero(island)
    xx, yy, xy = (float((u * v).mean() - u.mean() * v.mean()) for u, v in ((x, x), (y, y), (x, y)))
    round_, apart = (xx + yy) / 2 + 1 / 12, float(np.hypot((xx - yy) / 2, xy))  # a pixel is no point: 1 / 12
    return f32(island) if round_ + apart < LONG**2 * (round_ - apart) else None


def _diameter(island: NDArray[np.bool_]) -> float:
    return float(2 * np.sqrt(island.sum() / np.pi))


def _on_even_skin(shape: Floats, peak: Floats, dark: Floats, cover: Floats, iod: float) -> bool:
    """True when skin without an edge, a shadow or other redness lies all round it."""
    rim = grow(shape, iod * 0.045) > 0
    rim &= grow(shape, iod * 0.018) == 0
    if float(np.percentile(cover[rim], 10)) < 0.6:
        return False
    return (
        float(np.percentile(peak[rim], 90)) < ALONE * peak[shape > 0].max() and float(dark[rim].std()) < EVEN
    )


def _inflamed(shape: Floats, peak: Floats, red: Floats, dark: Floats) -> bool:
    """Red without being brown, pale or painted, and soft at its border."""
    inside = shape > 0
    redness, mean, darkness = (
        float(peak[inside].max()),
        float(peak[inside].mean()),
        float(dark[inside].mean()),
    )
    if redness > MOST or not -0.9 * mean - 0.02 < darkness < 0.9 * mean + 0.015:
        return False
    wide = _diameter(inside)
    if wide < SEEN:
        return redness < UNSURE
    smooth = blur(red, 0.6)
    slope = np.hypot(*np.gradient(smooth)).max(where=grow(shape, 2) > 0, initial=1e-6)
    beside = (grow(shape, wide * 0.7) > 0) & (grow(shape, wide * 0.35) == 0)
    level = float(np.percentile(smooth[inside], 90) - np.median(smooth[beside]))
    return level / float(slope) > CRISP * wide
