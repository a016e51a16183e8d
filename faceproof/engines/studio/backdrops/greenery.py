"""A garden in the sun, far out of focus: leaves with light through them, gaps of sky, a lawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import f32

from .matter import cloud, leaves, mix, ramp
from .place import Place

Floats = NDArray[np.float32]
GRASS = -1.5


def draw(rng: np.random.Generator) -> Place:
    """One view into a garden or a park."""
    place = Place(rng)
    sun = float(rng.uniform(-1, 1))
    sky = f32([1.0, 1.05, 1.05]) * rng.uniform(1.6, 3.2)
    leaf = mix(rng, ((0.060, 0.092, 0.026), (0.080, 0.100, 0.034), (0.055, 0.080, 0.036)), 0.1)
    lit = mix(rng, ((0.40, 0.47, 0.13), (0.50, 0.50, 0.17), (0.36, 0.44, 0.17)), 0.1)
    open_ = rng.uniform(0.0, 0.5)
    air = ramp((0, sky), (1, sky * f32([1.0, 0.96, 0.86])), size=32)
    place.sheet(air, [(-60, 50, 150), (60, 50, 150), (60, -20, 150), (-60, -20, 150)])
    _hedge(place, rng, leaf * 1.5 + 0.03, lit * 0.8)
    _grove(place, rng, 70, leaf * 1.6 + 0.05, lit * 0.75, sun, 0.62 - 0.3 * open_, (0.62, 0.42))
    _lawn(place, rng, leaf, lit, sun)
    _trunks(place, rng, sun)
    _grove(place, rng, 22, leaf, lit, sun, 0.30 - 0.35 * open_, (0.60, 0.55))
    _grove(place, rng, 9, leaf * 0.8, lit * 1.15, sun, -0.35 - 0.5 * open_, (0.50, 0.50))
    _glints(place, rng, lit, sky, sun)
    return place


def _grove(
    place: Place,
    rng: np.random.Generator,
    depth: float,
    leaf: Floats,
    lit: Floats,
    sun: float,
    density: float,
    reach: tuple[float, float],
) -> None:
    """Leaves at one depth as a sheet: where clumps are by one field, how they catch the light by others."""
    n = 160
    rows = np.linspace(0, 1, n, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, n, dtype=np.float32)[None]
    # Denser above and towards the sides: a view is usually through an opening.
    dense = 1.1 * np.abs(columns + 0.4 * rng.uniform(-1, 1)) ** 1.5 - 0.4 + 0.5 * (0.5 - rows) + density
    sunny = 0.45 * columns * sun + 0.4 * (0.5 - rows)
    texture = leaves(rng, n, leaf, lit, f32(dense), f32(sunny))
    wide = depth * 0.225
    middle = depth * (place.horizon - reach[0] + 0.12) / 2.9
    corners = [
        (-wide, middle + wide, depth),
        (wide, middle + wide, depth),
        (wide, middle - wide, depth),
        (-wide, middle - wide, depth),
    ]
    place.sheet(texture, corners)


def _hedge(place: Place, rng: np.random.Generator, leaf: Floats, lit: Floats) -> None:
    """Far trees and bushes that close the view above the lawn, in a little haze."""
    n = 128
    rows = np.linspace(1, 0, n, dtype=np.float32)[:, None]
    line = rng.uniform(0.3, 0.7) + 0.22 * cloud(rng, (1, n), 3, 4)
    texture = leaves(rng, n, leaf, lit, f32((line - rows) * 9), f32(0.4 + 0.3 * rows + 0 * line))
    place.sheet(texture, [(-30, 16, 100), (30, 16, 100), (30, GRASS - 1, 100), (-30, GRASS - 1, 100)])


def _lawn(place: Place, rng: np.random.Generator, leaf: Floats, lit: Floats, sun: float) -> None:
    """Grass with patches of sun that perspective draws out into bands; perhaps a path."""
    n = 128
    sunny = np.clip(cloud(rng, (n, n), 5, 4, 0.7) + rng.uniform(-0.3, 0.6), 0, 2)[..., None]
    grass = leaf * 2.0 + lit * 0.75 * sunny
    if rng.random() < 0.4:
        columns = np.linspace(-1, 1, n, dtype=np.float32)[None]
        path = np.clip(4 - 24 * np.abs(columns - rng.uniform(-0.12, 0.12)), 0, 1)[..., None]
        grass = grass * (1 - path) + path * f32([0.42, 0.36, 0.27]) * (0.35 + 0.8 * sunny)
    grass = f32(grass * (1 + 0.2 * rng.standard_normal((n, n, 1))))
    place.sheet(
        np.maximum(grass, 0.01), [(-14, GRASS, 60), (14, GRASS, 60), (14, GRASS, 6), (-14, GRASS, 6)], 40
    )


def _trunks(place: Place, rng: np.random.Generator, sun: float) -> None:
    for _ in range(int(rng.integers(0, 4))):
        z = rng.uniform(14, 34)
        x, wide, lean = rng.uniform(-0.2, 0.2) * z, rng.uniform(0.2, 0.6), rng.normal(0, 0.4)
        bark = mix(rng, ((0.055, 0.045, 0.035), (0.10, 0.09, 0.075), (0.03, 0.025, 0.02)), 0.3)
        place.flat([(x, GRASS, z), (x + wide, GRASS, z), (x + wide + lean, 9, z), (x + lean, 9, z)], bark)
        edge = x + (wide * 0.7 if sun > 0 else 0)
        place.flat(
            [
                (edge, GRASS, z - 0.1),
                (edge + wide * 0.3, GRASS, z - 0.1),
                (edge + wide * 0.3 + lean, 9, z - 0.1),
                (edge + lean, 9, z - 0.1),
            ],
            bark * 3.2,
            cover=0.7,
        )


def _glints(place: Place, rng: np.random.Generator, lit: Floats, sky: Floats, sun: float) -> None:
    """A few of the brightest leaves and smallest gaps, in swarms towards the sun, as whole discs."""
    for _ in range(int(rng.integers(2, 5))):
        z = float(rng.choice((12, 24, 60)))
        middle = np.array([rng.normal(0.08 * sun, 0.09), rng.uniform(0.0, 0.14)])
        for _ in range(int(rng.integers(2, 9))):
            x, y = (middle + rng.normal(0, 0.035, 2)) * z
            tint = lit * 0.8 if rng.random() < 0.75 else sky * 0.16
            place.lamp(
                (float(x), float(y), z),
                tint * 0.22 * np.exp(0.6 * rng.standard_normal()),
                0.004 * z * rng.random(),
            )
