"""A soft key light, deep shadows filled a little, a harsh side evened towards the key: within a quarter.

Shading is fitted to skin as second-order spherical harmonics over the mesh's normals (Ramamoorthi and
Hanrahan 2001: nine numbers hold 99 % of diffuse light). It is a fill, not a relight: hard shadows stay.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import face
from faceproof.imaging.colour import luma
from faceproof.styles import side_of_key

from .crop import CHIN, IRIS_LEFT, IRIS_RIGHT
from .fields import at_most_one, f32, fill, grow, reduce, times
from .masks import Masks

Floats = NDArray[np.float32]

GRID = 96
DARKEST, BRIGHTEST = float(np.log(0.75)), float(np.log(1.25))
"""Natural log of the least and the largest gain in light: beyond a quarter faces look pasted."""
BURNT = (0.92, 0.99)
"""Display value of the brightest channel from which less light is taken away, and from which none."""
DEEP = (0.25, 0.9)
"""Log of light below the middle of the skin from which a shadow is filled, and from which in full."""
CHEEKS = 1.1
"""Sideways distance of the normals of the two cheeks: what the key's sides differ by lies between them."""
UNEVEN, HARSH = (0.15, 0.50), (0.40, 0.90)
"""Log range of left-right shading from which it is evened, and from which in full; from which harder, and
from which twice as hard: then the limits hold it."""
NEAR = 0.10
"""Softness of the shading that is followed, in eye distances: broader than any mark that stays."""
STIFF = np.diag([1e-3, 0.01, 0.01, 0.01, 0.05, 0.05, 0.05, 0.05, 0.05])
ODD = [1, 4, 5]
"""The harmonics that change sign from left to right: x, xy, xz."""


def shape_light(
    colours: Floats, masks: Masks, points: Floats, policy: Mapping[str, float | tuple[float, ...]]
) -> tuple[Floats, float]:
    """(n, n, 3) 0..1 and the left-right imbalance that was evened, 0 where the policy evens none. policy:
    key, add, even, fill as in styles/schema.py; the last three 0 gives the very same array back."""
    add, even, shadow = (float(policy[key]) for key in ("add", "even", "fill"))  # type: ignore[arg-type]
    if add == even == shadow == 0:
        return colours, 0.0
    side = colours.shape[0]
    normal, seen = normals(points, side)
    small = reduce(colours, (GRID, GRID))
    light = 2 * np.log(np.maximum(luma(small), 0.03))
    weight = reduce(masks.skin, (GRID, GRID)) * seen
    base = _harmonics(normal)
    where = weight > 0.35
    if int(where.sum()) < 120:
        return colours, 0.0
    fitted = _fit(base[where], light[where], weight[where])
    odd = np.zeros_like(fitted)
    odd[ODD] = fitted[ODD]
    lopsided = base @ odd
    imbalance = _spread(lopsided[where])
    # Evened towards the side that the style's key lights, so that a team is lit from one side.
    key = np.asarray(policy["key"], np.float64)
    excess = lopsided + normal[..., 0] * (side_of_key(policy["key"]) / CHEEKS)  # type: ignore[arg-type]
    excess -= np.average(excess[where])
    there = _there(light, where, excess, masks.iod * GRID / side)
    hard = _ramp(max(imbalance, _spread(excess[where])), UNEVEN) * (1 + _ramp(imbalance, HARSH))
    gain = -even * hard * excess * there + add * _key(normal, key)
    if shadow:
        gain += shadow * _shadows(light, weight, points * np.float32(GRID / side), masks.iod * GRID / side)
    # The whole face counts, not surely skin alone: a deep shadow is not, and is what gets lighter.
    whole = seen > 0
    gain = _moved(gain, whole, (weight[whole] + 0.25) * np.exp(light[whole] / 3), small.max(2))
    gain = cv2.GaussianBlur(gain, (0, 0), GRID * 0.02) * _reach(points, side, masks.iod)
    rows, columns = (np.flatnonzero((np.abs(gain) > 1e-4).any(axis)) for axis in (1, 0))
    if not len(rows):
        return colours, 0.0
    cell = side / GRID
    full = f32(cv2.resize(np.exp(0.5 * gain), (side, side), interpolation=cv2.INTER_LINEAR))
    part = np.s_[
        max(0, int((rows[0] - 2) * cell)) : int((rows[-1] + 3) * cell),
        max(0, int((columns[0] - 2) * cell)) : int((columns[-1] + 3) * cell),
    ]
    result = colours.copy()
    result[part] = at_most_one(times(colours[part], full[part]))
    return result, imbalance if even else 0.0


def normals(points: Floats, side: int) -> tuple[Floats, Floats]:
    """(GRID, GRID, 3) unit normals, z away from the camera, and 0/1 where the mesh lies.

    Vertices are dense at this size, so their normals are splatted and the gaps filled: no rasteriser needed.
    """
    mesh = points[:468] * np.float32(GRID / side)
    first, second, third = (mesh[face.TRIANGLES[:, k]] for k in range(3))
    flat = np.cross(second - first, third - first)
    normal = np.zeros_like(mesh)
    for corner in range(3):
        np.add.at(normal, face.TRIANGLES[:, corner], flat)
    if normal[:, 2].mean() > 0:
        normal = -normal
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    seen = np.zeros((GRID, GRID), np.uint8)
    cv2.fillPoly(seen, [np.round(mesh[face.OVAL, :2]).astype(np.int32)], 1)
    field, weight = _beyond(mesh)
    cell = np.clip(np.round(mesh[:, :2]).astype(int), 0, GRID - 1)
    splat, count = np.zeros((GRID, GRID, 3), np.float32), np.zeros((GRID, GRID), np.float32)
    np.add.at(splat, (cell[:, 1], cell[:, 0]), normal)
    np.add.at(count, (cell[:, 1], cell[:, 0]), 1)
    hit = count > 0
    field[hit], weight[hit] = splat[hit] / count[hit][:, None], 1
    field[(seen > 0) & ~hit], weight[(seen > 0) & ~hit] = 0, 0
    smooth = f32(cv2.GaussianBlur(fill(field, weight), (0, 0), 2.2))
    smooth /= np.linalg.norm(smooth, axis=-1, keepdims=True) + 1e-9
    return np.asarray(smooth, np.float32), seen.astype(np.float32)


def _beyond(mesh: Floats) -> tuple[Floats, Floats]:
    """Normals around the mesh: the head goes on like an ellipsoid, far away everything faces the camera."""
    rim = mesh[face.OVAL, :2]
    centre, radius = rim.mean(0), np.ptp(rim, axis=0) / 2 * 1.55
    y, x = np.mgrid[:GRID, :GRID].astype(np.float32)
    x, y = (x - centre[0]) / radius[0], (y - centre[1]) / radius[1]
    away = x * x + y * y
    field = np.stack([x, y, -np.sqrt(np.clip(1 - away, 0.05, 1))], -1)
    field /= np.linalg.norm(field, axis=-1, keepdims=True)
    weight = np.where(away < 1, 0.5, 0).astype(np.float32)
    far = away >= 1.6
    field[far], weight[far] = (0, 0, -1), 0.3
    return np.asarray(field, np.float32), weight


def _harmonics(normal: Floats) -> NDArray[np.float64]:
    x, y, z = np.moveaxis(normal.astype(np.float64), -1, 0)
    return np.stack([np.ones_like(x), x, y, z, x * y, x * z, y * z, x * x - y * y, 3 * z * z - 1], -1)


def _fit(base: NDArray[np.float64], light: Floats, weight: Floats) -> NDArray[np.float64]:
    """Ridge regression, reweighted four times so that beards, glasses and highlights count little."""
    now = weight.astype(np.float64)
    stiff = STIFF * len(light)
    found = np.zeros(9)
    for _ in range(4):
        weighted = (base * now[:, None]).T
        found = np.linalg.solve(weighted @ base + stiff, weighted @ light)
        now = weight / (1 + (np.abs(base @ found - light) / 0.12) ** 2)
    return found


def _spread(field: NDArray[np.float64]) -> float:
    low, high = np.percentile(field, (5, 95))
    return float(high - low)


def _ramp(value: float, ends: tuple[float, float]) -> float:
    """0 up to the first end, 1 from the second."""
    return float(np.clip((value - ends[0]) / (ends[1] - ends[0]), 0, 1))


def _there(light: Floats, where: NDArray[np.bool_], lopsided: Floats, iod: float) -> Floats:
    """More where the darker half is dark indeed and the lighter one light, less where they are not: the
    harmonics know no shadow's edge."""
    known = where.astype(np.float32)
    shade = fill(f32(light - np.median(light[where]))[..., None], known)[..., 0]
    shade = f32(cv2.GaussianBlur(shade, (0, 0), max(1.0, NEAR * iod)))
    return f32(np.clip(0.8 + 0.8 * np.sign(lopsided) * shade, 0.3, 1.4))


def _moved(gain: Floats, where: NDArray[np.bool_], share: Floats, peak: Floats) -> Floats:
    """Within the limits, and light is moved, not added: the skin keeps its mean lightness (`share`: lightness
    goes with the cube root of light). Burnt skin made darker would be grey: it stays."""
    low, high = BURNT
    loose = np.clip((high - peak) / (high - low), 0, 1)
    result, offset = f32(gain), 0.0
    for _ in range(4):
        offset -= float(np.average(result[where], weights=share))
        result = f32(np.clip(gain + offset, DARKEST, BRIGHTEST))
        result = f32(np.where(result < 0, result * loose, result))
    return f32(np.maximum(result - max(0.0, float(np.average(result[where], weights=share))), DARKEST))


def _key(normal: Floats, key: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half-Lambert of the key, relative to a surface that faces the camera."""
    unit = key / (np.linalg.norm(key) + 1e-9)
    lit = np.clip(normal @ unit * 0.5 + 0.5, 0, 1) ** 1.3
    ahead = np.clip(-unit[2] * 0.5 + 0.5, 0.05, 1) ** 1.3
    return np.asarray((lit / ahead - 1) * 1.4, np.float64)


def _shadows(light: Floats, weight: Floats, points: Floats, iod: float) -> Floats:
    """0..1 where brows and chin throw a shadow deeper than the face's form: eye sockets and upper neck."""
    y, x = np.mgrid[:GRID, :GRID].astype(np.float32)
    zone = np.zeros((GRID, GRID), np.float32)
    for index in (IRIS_LEFT, IRIS_RIGHT):
        across, down = (x - points[index, 0]) / (0.34 * iod), (y - points[index, 1]) / (0.30 * iod)
        zone = np.maximum(zone, np.exp(-((across * across + down * down) ** 2)))
    across, down = (x - points[CHIN, 0]) / (0.75 * iod), (y - points[CHIN, 1] - 0.32 * iod) / (0.26 * iod)
    zone = np.maximum(zone, np.exp(-((across * across + down * down) ** 2)) * np.clip(weight * 2, 0, 1))
    reference = np.median(light[weight > 0.35])
    low, high = DEEP
    smooth = cv2.GaussianBlur(light, (0, 0), max(0.6, iod * 0.06))
    return f32(zone * np.clip((reference - smooth - low) / (high - low), 0, 1))


def _reach(points: Floats, side: int, iod: float) -> Floats:
    """1 on the face, fading over the head to 0."""
    scale = GRID / side
    mask = np.zeros((GRID, GRID), np.float32)
    cv2.fillPoly(mask, [np.round(points[face.OVAL, :2] * scale * 8).astype(np.int32)], 1.0, shift=3)
    return np.asarray(cv2.GaussianBlur(grow(mask, iod * scale * 0.5), (0, 0), max(1.0, iod * scale * 0.25)))
