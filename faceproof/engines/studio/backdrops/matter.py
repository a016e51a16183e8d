"""What things are made of: uneven fields, rows of books, leaves, views from a window."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import f32

Floats = NDArray[np.float32]


def cloud(
    rng: np.random.Generator, size: tuple[int, int], coarse: float, octaves: int = 4, fade: float = 0.55
) -> Floats:
    """(height, width) uneven field, mean 0, deviation 1: `coarse` cells across, each octave twice as fine."""
    height, width = size
    field = np.zeros((height, width), np.float32)
    share = 1.0
    for octave in range(octaves):
        cells = coarse * 2**octave
        across, down = int(cells) + 3, int(cells * height / width) + 3
        noise = rng.standard_normal((down, across)).astype(np.float32)
        field += share * f32(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC))
        share *= fade
    return f32((field - field.mean()) / (field.std() + 1e-6))


def ramp(*stops: tuple[float, Any], size: int = 64) -> Floats:
    """(size, 1, 3) colours down a column, between stops (share from the top, colour)."""
    places, colours = [s[0] for s in stops], np.array([s[1] for s in stops], np.float32)
    axis = np.linspace(0, 1, size)
    return f32(np.stack([np.interp(axis, places, colours[:, k]) for k in range(3)], -1))[:, None]


def mix(rng: np.random.Generator, colours: Any, spread: float = 0.25) -> Floats:
    """One of the colours, lighter or darker by chance."""
    choice = np.array(colours, np.float32)[rng.integers(len(colours))]
    return f32(choice * np.exp(spread * rng.standard_normal()))


def outside(rng: np.random.Generator, sky: float) -> Floats:
    """(48, 96, 3) what windows show by day: pale sky of radiance `sky`, roofs and trees below it."""
    rows = np.linspace(0, 1, 48, dtype=np.float32)[:, None]
    line = 0.52 + 0.10 * cloud(rng, (1, 96), 5, 3)[0] + rng.uniform(-0.15, 0.1)
    far = np.clip((rows - line) * 14, 0, 1)[..., None]
    air = ramp((0, (0.86, 0.95, 1.08)), (1, (1.0, 1.0, 0.98)), size=48) * (
        1 + 0.12 * cloud(rng, (48, 96), 3)[..., None]
    )
    town = f32([0.40, 0.41, 0.40]) + 0.16 * cloud(rng, (48, 96), 14, 3, 0.8)[..., None]
    trees = np.clip((rows - line - 0.22) * 8 + 0.4 * cloud(rng, (48, 96), 9), 0, 1)[..., None]
    below = town * (1 - trees) + trees * f32([0.15, 0.21, 0.10]) * (
        1 + 0.4 * cloud(rng, (48, 96), 20, 2)[..., None]
    )
    return f32(np.maximum(air * (1 - far) + below * far, 0.03) * sky)


CLOTHS = f32(
    [
        *((0.24, 0.10, 0.075), (0.10, 0.125, 0.175), (0.10, 0.135, 0.105), (0.37, 0.31, 0.21)),
        *((0.52, 0.48, 0.42), (0.10, 0.085, 0.075), (0.17, 0.115, 0.075), (0.34, 0.34, 0.34)),
        *((0.33, 0.19, 0.11), (0.17, 0.19, 0.22)),
    ]
)
"""Albedo of bindings: mostly dull, as cloth and leather are."""


def books(rng: np.random.Generator, shelves: int, metres: float, wood: Any) -> Floats:
    """(shelves*22, metres*62, 3) albedo of a wall of books, 16 mm a texel: runs of kin, gaps, dark above."""
    width = int(metres * 62)
    count = shelves * width
    thick = rng.integers(1, 4, count)
    kin = np.repeat(np.arange(count), rng.integers(1, 14, count))[:count]
    tint = CLOTHS[rng.integers(len(CLOTHS), size=count)] * np.exp(0.4 * rng.standard_normal((count, 1)))
    tint = tint[kin] * np.exp(0.22 * rng.standard_normal((count, 1)))
    tall = np.minimum(rng.uniform(11, 18, count)[kin] * rng.uniform(0.88, 1.08, count), 18.5)
    gap = rng.random(count) < 0.04
    tall[gap], thick[gap] = 0, rng.integers(2, 13, int(gap.sum()))
    band = np.where(rng.random(count) < 0.35, tall * rng.uniform(0.6, 0.9, count), -9)
    which = np.repeat(np.arange(count), thick)[: shelves * width].reshape(shelves, 1, width)
    up = np.arange(20, -2, -1)[None, :, None]
    lower = 1 - 0.55 * (np.abs(up - band[which]) < 1)
    colour = f32(tint)[which[:, 0]][:, None] * f32(lower)[..., None]
    wall = np.where((up <= tall[which])[..., None], colour, f32(wood) * np.float32(0.28))
    wall = np.where((up <= 0)[..., None], f32(wood), wall)
    wall *= np.interp(np.arange(22), (0, 10, 20), (0.45, 1, 1.05)).astype(np.float32)[None, :, None, None]
    return f32(np.maximum(wall.reshape(shelves * 22, width, 3), 0.004))


def leaves(
    rng: np.random.Generator, n: int, leaf: Floats, lit: Floats, dense: Floats, sunny: Floats
) -> Floats:
    """(n, n, 4) foliage as radiance and cover. dense, sunny: (n, n) about -1..1, where it is thick and where
    the sun comes in. Clumps at every scale, a few leaves far brighter than the rest."""
    clump = cloud(rng, (n, n), 4, 5, 0.72) + dense
    cover = np.clip(clump * 2.2, 0, 1) * (rng.random((n, n), np.float32) < 0.55 + 0.45 * np.clip(clump, 0, 1))
    shade = np.exp(0.45 * cloud(rng, (n, n), 7, 4, 0.7) - 0.3 * np.clip(clump, -1, 2))
    patch = np.clip(cloud(rng, (n, n), 6, 3, 0.6) + sunny, 0, 3)
    catch = np.minimum(patch * np.exp(1.15 * rng.standard_normal((n, n), np.float32) - 0.9), 7)
    hue = 1 + 0.12 * cloud(rng, (n, n), 5, 3)[..., None] * f32([1, 0.15, -0.4])
    colour = (leaf * shade[..., None] + lit * catch[..., None]) * hue
    return np.dstack([np.maximum(colour, 0.003), cover]).astype(np.float32)
