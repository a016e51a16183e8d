"""What stands in rooms: desks and what people leave on them, shelves, pictures, lamps, plants."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import f32

from .matter import cloud, mix
from .place import Light, Place

Floats = NDArray[np.float32]
WOODS = ((0.42, 0.28, 0.16), (0.55, 0.42, 0.28), (0.24, 0.15, 0.09), (0.60, 0.57, 0.52))
CLOTHS = (
    (0.10, 0.11, 0.13),
    (0.22, 0.24, 0.26),
    (0.09, 0.16, 0.22),
    (0.35, 0.20, 0.12),
    (0.20, 0.24, 0.17),
    (0.5, 0.48, 0.44),
)
FLOOR, DESK = -1.5, -0.78
"""Heights under the camera, metres."""


def desk(place: Place, rng: np.random.Generator, light: Light, x: float, z: float) -> None:
    """A desk or a screen of cloth, with what people leave on it."""
    wood, cloth = mix(rng, WOODS, 0.2), mix(rng, CLOTHS, 0.3)
    wide = rng.uniform(0.9, 1.7)
    for leg in (x + 0.03, x + wide - 0.08):
        place.box(leg, FLOOR, z, (0.05, DESK - FLOOR, 0.6), (0.10, 0.10, 0.11), light)
    if rng.random() < 0.5:
        place.box(
            x + 0.1,
            FLOOR,
            z + 0.1,
            (0.42, 0.6, 0.5),
            mix(rng, ((0.5, 0.5, 0.49), (0.1, 0.1, 0.1)), 0.2),
            light,
        )
    place.box(x, DESK - 0.04, z, (wide, 0.04, 0.75), wood, light)
    if rng.random() < 0.4:
        place.box(x, DESK, z + 0.7, (wide, rng.uniform(0.3, 0.5), 0.04), cloth, light)
    for _ in range(int(rng.integers(1, 4))):
        at = x + rng.uniform(0, wide - 0.3)
        if rng.random() < 0.5:
            screen = rng.uniform(0.45, 0.65)
            lit = rng.random() < 0.3
            place.box(at, DESK + 0.12, z + 0.3, (screen, 0.36, 0.05), (0.03, 0.03, 0.035), light)
            if lit:
                glow = mix(rng, ((0.9, 1.0, 1.2), (0.5, 0.7, 1.0), (1.1, 1.1, 1.1)), 0.2)
                place.wall(at + 0.02, DESK + 0.14, z + 0.29, screen - 0.04, 0.32, glow)
            place.wall(at + screen / 2 - 0.03, DESK, z + 0.3, 0.06, 0.14, (0.10, 0.10, 0.10))
        else:
            tint = mix(rng, (*CLOTHS, (0.7, 0.69, 0.66), (0.5, 0.12, 0.08), (0.6, 0.42, 0.1)), 0.3)
            place.box(at, DESK, z + 0.2, (rng.uniform(0.06, 0.25), rng.uniform(0.04, 0.28), 0.2), tint, light)
    if rng.random() < 0.7:
        seat = x + rng.uniform(0, wide - 0.4)
        back = cloth * light.at((seat, DESK, z), (0, 0.3, -1))
        place.round(seat, DESK - 0.3, z - 0.35, rng.uniform(0.42, 0.5), rng.uniform(0.45, 0.7), back)
        place.wall(seat + 0.2, FLOOR, z - 0.35, 0.06, 0.5, (0.03, 0.03, 0.03))


def things_on(
    place: Place, rng: np.random.Generator, light: Light, shelf: tuple[float, float, float, float]
) -> None:
    x, end, y, z = shelf
    x += rng.uniform(0, 0.2)
    while x < end - 0.06:
        wide, high = rng.uniform(0.02, 0.06), rng.uniform(0.14, 0.27)
        if rng.random() < 0.25:
            wide, high = rng.uniform(0.08, 0.22), rng.uniform(0.05, 0.25)
        tint = mix(rng, (*CLOTHS, (0.62, 0.58, 0.50), (0.32, 0.08, 0.05), (0.45, 0.33, 0.15)), 0.35)
        place.box(x, y, z, (min(wide, end - x), high, 0.18), tint, light)
        x += wide + (rng.uniform(0.05, 0.25) if rng.random() < 0.22 else 0.003)


def picture(place: Place, rng: np.random.Generator, light: Light, x: float, z: float) -> None:
    wide, high = rng.uniform(0.4, 0.9), rng.uniform(0.4, 0.8)
    low = rng.uniform(-0.25, 0.15)
    place.box(
        x - wide / 2, low, z, (wide, high, 0.03), mix(rng, ((0.04, 0.04, 0.04), (0.5, 0.4, 0.25)), 0.1), light
    )
    tint = mix(rng, ((0.6, 0.58, 0.54), (0.25, 0.34, 0.40), (0.50, 0.30, 0.18), (0.2, 0.2, 0.2)), 0.2)
    art = tint * np.exp(0.5 * cloud(rng, (24, 24), 3, 3))[..., None] * light.at((x, low, z), (0, 0, -1))
    left, right, foot, top = x - wide / 2 + 0.05, x + wide / 2 - 0.05, low + 0.05, low + high - 0.05
    place.hang(f32(art), left, right, foot, top, z - 0.01)


def pendants(place: Place, rng: np.random.Generator, ceiling: float, z: float, x: float) -> None:
    for number in range(int(rng.integers(1, 4))):
        at = (
            x + number * rng.uniform(0.5, 0.8),
            ceiling - rng.uniform(0.35, 0.9),
            z + number * rng.uniform(0, 1.2),
        )
        place.lamp(at, f32([3.4, 2.5, 1.45]) * rng.uniform(0.5, 1.2), rng.uniform(0.03, 0.09))


def plant(place: Place, rng: np.random.Generator, light: Light, x: float, z: float, high: float) -> None:
    """A pot and a hundred leaves, some in the light."""
    place.box(
        x - 0.16,
        FLOOR,
        z,
        (0.32, 0.35, 0.3),
        mix(rng, ((0.5, 0.48, 0.45), (0.12, 0.12, 0.12), (0.35, 0.18, 0.1))),
        light,
    )
    base = FLOOR + 0.35
    green = mix(rng, ((0.07, 0.13, 0.04), (0.05, 0.11, 0.06), (0.12, 0.17, 0.05)), 0.15)
    for _ in range(int(70 * high)):
        up = rng.uniform(0.15, 1) ** 0.8
        reach = 0.42 * high * (0.35 + 0.65 * np.sin(np.pi * up * 0.85)) * 0.6
        cx, cy = x + reach * rng.normal(0, 0.6), base + up * high
        turn, long = rng.uniform(0, np.pi), rng.uniform(0.05, 0.14)
        dx, dy = long * np.cos(turn), long * np.sin(turn)
        shine = light.at((cx, cy, z), (float(rng.uniform(-1, 1)), 0.5, -0.3))
        ring = [(-dx, -dy), (dy * 0.3, -dx * 0.3), (dx, dy), (-dy * 0.3, dx * 0.3)]
        tint = green * shine * np.exp(0.6 * rng.standard_normal())
        place.flat([(cx + a, cy + b, z) for a, b in ring], tint, z + float(rng.uniform(-0.2, 0.2)))


def halo(colour: tuple[float, float, float]) -> Floats:
    """(32, 32, 4) light of a lamp on the wall behind it, as a thin cover."""
    axis = np.linspace(-1, 1, 32, dtype=np.float32)
    away = np.hypot(axis, axis[:, None])
    share = 0.5 * np.clip(1 - away, 0, 1) ** 2
    return np.dstack([np.broadcast_to(f32(colour), (32, 32, 3)), share]).astype(np.float32)
