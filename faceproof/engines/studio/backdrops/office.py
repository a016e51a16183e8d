"""A working office, far out of focus: three plans of a room, furnished by chance, lit by its windows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import f32

from .furniture import FLOOR, WOODS, desk, halo, pendants, picture, plant, things_on
from .matter import cloud, mix, outside, ramp
from .place import Light, Place

Floats = NDArray[np.float32]


def draw(rng: np.random.Generator) -> Place:
    """One room."""
    place = Place(rng)
    hand = 1.0 if rng.random() < 0.5 else -1.0
    plan = (_hall, _bay, _study)[rng.choice(3, p=(0.45, 0.3, 0.25))]
    plan(place, rng, hand)
    return place


def _hall(place: Place, rng: np.random.Generator, hand: float) -> None:
    """A long floor: windows along one side, lights overhead, desks into the depth."""
    end, side, ceiling = rng.uniform(12, 20), hand * rng.uniform(1.1, 2.1), rng.uniform(1.2, 1.7)
    other = -hand * rng.uniform(2.2, 4.0)
    light = Light((side, 0.6, end * 0.55), (0.75, 0.80, 0.86), (0.34, 0.33, 0.31), 5.0)
    wall = mix(rng, ((0.72, 0.70, 0.66), (0.60, 0.61, 0.60), (0.45, 0.40, 0.33), (0.30, 0.36, 0.38)), 0.1)
    _shell(place, rng, light, (side, other, ceiling, end), wall)
    _windows_along(place, rng, (side, ceiling, end), light)
    for row in np.arange(5.0, end, rng.uniform(2.0, 2.8)):
        for x in (-1.9, -0.6, 0.7, 2.0):
            if rng.random() < 0.62:
                wide, tall = rng.uniform(0.7, 1.3), rng.uniform(0.04, 0.07)
                glow = rng.uniform(5, 11) * f32([1.0, 0.95, 0.86])
                x0, z0 = x + rng.normal(0, 0.05), row + rng.normal(0, 0.1)
                corners = [(x0, ceiling - tall, z0), (x0 + 0.28, ceiling - tall, z0)]
                place.flat(
                    [*corners, (x0 + 0.28, ceiling - tall, z0 + wide), (x0, ceiling - tall, z0 + wide)], glow
                )
    for z in np.sort(rng.uniform(5.5, end - 1.5, int(rng.integers(6, 11)))):
        x = float(rng.uniform(-0.36, 0.30) * z)
        desk(place, rng, light, x, float(z))
    if rng.random() < 0.7:
        z = rng.uniform(6, end - 3)
        place.box(other + hand * 0.7, FLOOR, z, (0.5, ceiling - FLOOR, 0.5), wall * 1.05, light)
    if rng.random() < 0.6:
        pendants(place, rng, ceiling, float(rng.uniform(5, 9)), -hand * 0.1)
    for _ in range(int(rng.integers(1, 4))):
        z = rng.uniform(5.5, 10)
        plant(place, rng, light, float(rng.uniform(-0.17, 0.17) * z), float(z), rng.uniform(0.9, 1.9))


def _bay(place: Place, rng: np.random.Generator, hand: float) -> None:
    """A wall of glass across part of the picture, the town beyond it, a sill, a sofa or desks before it."""
    depth, ceiling = rng.uniform(7, 10), rng.uniform(1.1, 1.6)
    from_x = hand * rng.uniform(-0.35, 0.25) * depth / 3
    sky = rng.uniform(7, 16)
    light = Light((hand * 1.2, 0.5, depth), (0.9, 0.95, 1.0), (0.30, 0.29, 0.27), 3.0)
    wall = mix(rng, ((0.66, 0.64, 0.60), (0.52, 0.50, 0.46), (0.25, 0.30, 0.33), (0.36, 0.26, 0.18)), 0.1)
    shade = ramp((0, (0.62, 0.60, 0.57)), (0.5, (0.5, 0.49, 0.48)), (1, (0.36, 0.34, 0.32)))
    texture = shade * wall * (1 + 0.05 * cloud(rng, (64, 64), 3)[..., None])
    glow = np.linspace(0, 1, 64, dtype=np.float32)[None, :, None]
    texture = texture * (1 + 0.9 * (glow if hand > 0 else 1 - glow) ** 2)
    low, high, wide = FLOOR, ceiling + 0.5, depth * 0.4
    near, far = sorted((from_x, -hand * wide))
    place.sheet(texture, [(near, high, depth), (far, high, depth), (far, low, depth), (near, low, depth)])
    near, far = sorted((from_x, hand * wide))
    view = outside(rng, sky)
    top, sill = ceiling, rng.choice((FLOOR, -0.65))
    place.sheet(view, [(near * 5, 12, 45), (far * 9, 12, 45), (far * 9, -9, 45), (near * 5, -9, 45)])
    place.wall(near, sill - 3, depth, far - near, 3, wall * 0.55)
    place.wall(near, top, depth, far - near, 1.2, wall * 0.6)
    x, frame = near, mix(rng, ((0.06, 0.06, 0.07), (0.3, 0.3, 0.3), (0.20, 0.13, 0.08)), 0.2)
    while x < far:
        place.wall(x - 0.03, sill, depth - 0.02, rng.uniform(0.05, 0.09), top - sill, frame)
        if rng.random() < 0.35:
            fall = rng.uniform(0.3, 1.2)
            place.wall(x, top - fall, depth + 0.02, 1.0, fall, f32([1.9, 1.8, 1.65]) * rng.uniform(0.7, 1.2))
        x += rng.uniform(0.8, 1.3)
    for _ in range(int(rng.integers(3, 7))):
        z = rng.uniform(5, depth - 0.5)
        desk(place, rng, light, float(rng.uniform(-0.2, 0.12) * z), float(z))
    if rng.random() < 0.7:
        plant(place, rng, light, -hand * rng.uniform(0.2, 0.8), depth - 0.8, rng.uniform(1.2, 2.2))
    picture(place, rng, light, -hand * rng.uniform(0.45, 0.8), depth - 0.05)
    if rng.random() < 0.6:
        pendants(place, rng, ceiling, depth - 1.5, -hand * 0.5)


def _study(place: Place, rng: np.random.Generator, hand: float) -> None:
    """A wall with shelves and a lamp; the window is beside the picture, its light on the wall."""
    depth = rng.uniform(6, 8.5)
    light = Light((hand * 2.0, 0.7, depth - 1), (1.15, 1.2, 1.25), (0.26, 0.24, 0.21), 1.8)
    wall = mix(rng, ((0.70, 0.67, 0.62), (0.48, 0.50, 0.47), (0.20, 0.26, 0.30), (0.42, 0.32, 0.24)), 0.12)
    axis = np.linspace(-1, 1, 64, dtype=np.float32) * hand
    beam = 0.30 + 0.75 / (1 + ((1.1 - axis) / 0.75) ** 2)
    slope = np.linspace(1.05, 0.8, 64, dtype=np.float32)[:, None]
    texture = f32((slope * beam)[..., None] * wall * (1 + 0.06 * cloud(rng, (64, 64), 3)[..., None]))
    wide = depth * 0.3
    place.sheet(
        texture, [(-wide, 1.5, depth), (wide, 1.5, depth), (wide, FLOOR, depth), (-wide, FLOOR, depth)]
    )
    wood = mix(rng, WOODS, 0.15)
    left = -hand * rng.uniform(0.05, 0.45) - 0.5
    for shelf in np.arange(-1.0, 1.0, rng.uniform(0.32, 0.42)):
        long = rng.uniform(0.8, 1.5)
        place.box(left, shelf, depth - 0.28, (long, 0.03, 0.26), wood, light)
        place.wall(left, shelf - 0.16, depth - 0.01, long, 0.16, wall * 0.35)
        things_on(place, rng, light, (left, left + long, shelf + 0.03, depth - 0.25))
    if rng.random() < 0.8:
        x, y = hand * rng.uniform(0.3, 0.75), rng.uniform(-0.7, -0.1)
        wide, glow = rng.uniform(0.10, 0.19), f32([3.4, 2.4, 1.3]) * rng.uniform(0.7, 1.3)
        foot, top = y + 0.1, y + 0.1 + rng.uniform(0.18, 0.3)
        near = depth - 0.7
        place.flat(
            [
                (x - wide, foot, near),
                (x + wide, foot, near),
                (x + wide * 0.6, top, near),
                (x - wide * 0.6, top, near),
            ],
            glow,
        )
        place.wall(x - 0.012, y - 0.7, depth - 0.7, 0.024, 0.8, (0.03, 0.03, 0.03))
        place.hang(halo((2.2, 1.4, 0.6)), x - 0.7, x + 0.7, y - 0.5, y + 0.9, depth - 0.02)
    picture(place, rng, light, hand * rng.uniform(0.35, 0.7), depth - 0.05)
    plant(place, rng, light, hand * rng.uniform(0.4, 0.9), depth - 1.0, rng.uniform(0.7, 1.5))
    desk(place, rng, light, float(rng.uniform(-0.9, 0.3)), depth - 1.6)


def _shell(
    place: Place,
    rng: np.random.Generator,
    light: Light,
    room: tuple[float, float, float, float],
    wall: Floats,
) -> None:
    """Back wall, ceiling, floor and the wall without windows, each uneven and lighter towards the windows."""
    side, other, ceiling, end = room
    left, right = min(side, other), max(side, other)
    across = np.linspace(0, 1, 48, dtype=np.float32)[None, :, None]
    across = across if side > other else 1 - across

    def skin(tint: Floats, near: float, level: float) -> Floats:
        rough = 1 + 0.07 * cloud(rng, (48, 48), 4)[..., None]
        return f32(tint * (level * (0.55 + near * across**1.5)) * rough)

    floor = mix(rng, ((0.20, 0.19, 0.18), (0.34, 0.27, 0.19), (0.13, 0.14, 0.16), (0.42, 0.40, 0.37)), 0.15)
    gloss = np.linspace(1.5, 0.7, 48, dtype=np.float32)[:, None, None]
    place.sheet(
        skin(wall, 0.7, 0.85),
        [(left, ceiling, end), (right, ceiling, end), (right, FLOOR, end), (left, FLOOR, end)],
        40,
    )
    place.sheet(
        skin(f32([0.70, 0.69, 0.67]), 0.9, 0.7),
        [(left, ceiling, 3), (right, ceiling, 3), (right, ceiling, end), (left, ceiling, end)],
        30,
    )
    place.sheet(
        skin(floor, 1.3, 0.8) * gloss,
        [(left, FLOOR, end), (right, FLOOR, end), (right, FLOOR, 3), (left, FLOOR, 3)],
        30,
    )
    blank = skin(wall, 0.1, 1.0)
    place.sheet(
        blank, [(other, ceiling, end), (other, ceiling, 3), (other, FLOOR, 3), (other, FLOOR, end)], 29
    )
    for _ in range(int(rng.integers(2, 6))):
        x, wide = rng.uniform(left, right), rng.uniform(0.6, 1.8)
        tall = rng.choice((2.1, 1.2, ceiling - FLOOR))
        tint = mix(rng, ((0.10, 0.09, 0.08), (0.30, 0.22, 0.15), (0.55, 0.55, 0.54), (0.15, 0.20, 0.24)), 0.3)
        place.box(x, FLOOR, end - 0.4, (wide, tall, 0.3), tint, light)


def _windows_along(
    place: Place, rng: np.random.Generator, room: tuple[float, float, float], light: Light
) -> None:
    side, ceiling, end = room
    sky, z = rng.uniform(6, 13), 3.0
    top, sill = ceiling - rng.uniform(0.05, 0.4), rng.choice((FLOOR + 0.1, -0.7))
    view = outside(rng, sky)
    place.sheet(
        f32(np.full((8, 8, 3), 0.42)),
        [(side, ceiling, end), (side, ceiling, 3), (side, FLOOR, 3), (side, FLOOR, end)],
        28,
    )
    while z < end - 0.4:
        wide = rng.uniform(1.1, 1.6)
        dim = rng.uniform(0.15, 0.35) if rng.random() < 0.2 else rng.uniform(0.8, 1.1)
        first = int(rng.integers(0, 60))
        pane = view[:, first : first + 30] * np.float32(dim)
        far = min(z + wide - 0.12, end - 0.2)
        place.sheet(pane, [(side, top, far), (side, top, z), (side, sill, z), (side, sill, far)], 27)
        z += wide
