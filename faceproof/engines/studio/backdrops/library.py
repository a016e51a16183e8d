"""A library: walls of books, a far window, warm lamps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import f32

from .matter import books, cloud, mix, outside, ramp
from .place import Light, Place

Floats = NDArray[np.float32]
WOODS = ((0.20, 0.11, 0.06), (0.30, 0.18, 0.10), (0.11, 0.07, 0.045), (0.38, 0.26, 0.16))
FLOOR, LAMP = -1.5, (1.0, 0.62, 0.30)


def draw(rng: np.random.Generator) -> Place:
    """One corner of a library."""
    place = Place(rng)
    hand = 1.0 if rng.random() < 0.5 else -1.0
    wood = mix(rng, WOODS, 0.15)
    plan = (_aisle, _wall, _corner)[rng.integers(3)]
    plan(place, rng, hand, wood)
    return place


def _lit(rng: np.random.Generator, albedo: Floats, along: NDArray[Any], warm: Floats) -> Floats:
    """A wall of books in light that changes along it, with pools of lamplight."""
    height, width = albedo.shape[:2]
    along = np.interp(np.linspace(0, 1, width), np.linspace(0, 1, len(along)), along).astype(np.float32)
    pools = np.zeros((height, width), np.float32)
    x, y = np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32)[:, None]
    for _ in range(int(rng.integers(1, 4))):
        far = ((x - rng.uniform(0, 1)) / rng.uniform(0.08, 0.25)) ** 2 + (
            (y - rng.uniform(0.1, 0.7)) / 0.3
        ) ** 2
        pools += np.exp(-far) * np.float32(rng.uniform(0.5, 1.6))
    light = along[None, :, None] * f32([0.95, 0.98, 1.0]) + pools[..., None] * warm
    return f32(albedo * light * (1 + 0.08 * cloud(rng, (height, width), 5, 3)[..., None]))


def _aisle(place: Place, rng: np.random.Generator, hand: float, wood: Floats) -> None:
    """Between two stacks: they meet at a bright window or a far wall."""
    left, right = -rng.uniform(0.8, 1.5), rng.uniform(0.8, 1.5)
    end, top = rng.uniform(10, 16), rng.uniform(1.0, 2.0)
    warm = f32(LAMP) * rng.uniform(0.5, 0.9)
    sky = rng.uniform(4, 9)
    dim = f32([0.16, 0.13, 0.10])
    place.flat([(-20, 20, 60), (20, 20, 60), (20, -20, 60), (-20, -20, 60)], dim)
    view, back = outside(rng, sky)[:, 30:66], end + 2
    place.sheet(view, [(-1.8, 3.4, back), (1.8, 3.4, back), (1.8, -0.9, back), (-1.8, -0.9, back)])
    frame = wood * 0.6
    wide = rng.uniform(0.7, 1.3)
    for x in (left - 2, wide * -0.5 - 2.0, wide * 0.5):
        place.wall(x, FLOOR, end, 2.0, top - FLOOR + 2, f32([0.42, 0.38, 0.33]) * rng.uniform(0.7, 1))
    place.wall(-wide, FLOOR, end, 2 * wide, rng.uniform(0.5, 1.2), f32([0.35, 0.3, 0.25]))
    place.wall(-0.03, FLOOR, end - 0.05, 0.06, 4, frame)
    floor = mix(rng, ((0.16, 0.10, 0.06), (0.22, 0.20, 0.18)), 0.2)
    shine = ramp((0, floor * 2.6), (0.25, floor), (1, floor * 0.5))
    place.sheet(shine, [(left, FLOOR, end), (right, FLOOR, end), (right, FLOOR, 3), (left, FLOOR, 3)], 50)
    ceiling = ramp((0, f32([0.30, 0.28, 0.25])), (1, f32([0.55, 0.5, 0.44])))
    place.sheet(
        ceiling,
        [
            (left - 1, top + 0.6, 3),
            (right + 1, top + 0.6, 3),
            (right + 1, top + 0.6, end),
            (left - 1, top + 0.6, end),
        ],
        50,
    )
    for x in (left, right):
        z = rng.uniform(2.6, 3.2)
        shelves = int((top - FLOOR) / 0.35)
        while z < end - 1:
            long = min(rng.uniform(2.2, 5), end - z)
            albedo = books(rng, shelves, long, wood)
            rows = _lit(rng, albedo, 0.28 + 0.75 * np.linspace(0, 1, 8) ** 2 * (z + long) / end, warm)
            far, high = z + long, FLOOR + shelves * 0.352
            corners = [(x, high, z), (x, high, far), (x, FLOOR, far), (x, FLOOR, z)]
            place.sheet(rows, corners, 0.5 * (z + far) if far < 8 else 8)
            post = [
                (x, high + 0.06, far),
                (x, high + 0.06, far + 0.1),
                (x, FLOOR, far + 0.1),
                (x, FLOOR, far),
            ]
            place.flat(post, wood * 0.5, far + 0.05)
            z = far + rng.choice((0.1, 0.1, 1.0))
    for number in range(int(rng.integers(2, 5))):
        z = 4.5 + number * rng.uniform(1.8, 2.6)
        size = rng.uniform(0.06, 0.12)
        x, y = rng.normal(0, 0.1), top + rng.uniform(-0.1, 0.3)
        place.round(x - size, y, z, 2 * size, 2 * size, f32([4.2, 2.8, 1.5]) * rng.uniform(0.7, 1.3))
    _reader(place, rng, hand, rng.uniform(5.5, 8), wood)


def _wall(place: Place, rng: np.random.Generator, hand: float, wood: Floats) -> None:
    """One wall of books that runs away into the depth, a table with a lamp before it."""
    near, far = rng.uniform(5, 6.5), rng.uniform(7, 11)
    shelves = 9
    albedo = books(rng, shelves, 6.0, wood)
    fall = np.linspace(0.25, 1.15, 8) if rng.random() < 0.5 else np.linspace(1.1, 0.3, 8)
    rows = _lit(rng, albedo, fall, f32(LAMP) * rng.uniform(0.7, 1.1))
    left, right = (near, far) if hand > 0 else (far, near)
    high = FLOOR + shelves * 0.352
    place.sheet(rows, [(-2.6, high, left), (2.6, high, right), (2.6, FLOOR, right), (-2.6, FLOOR, left)], 7)
    for x in np.arange(-2.4, 2.4, rng.uniform(0.9, 1.3)):
        z = left + (right - left) * (x + 2.6) / 5.2 - 0.06
        place.wall(float(x), FLOOR, z, 0.05, high - FLOOR, wood * rng.uniform(0.5, 0.9))
    if rng.random() < 0.6:
        x = -hand * rng.uniform(0.5, 1.0)
        place.sheet(
            outside(rng, rng.uniform(5, 9))[:, 40:58],
            [
                (x - 0.35, 1.3, near - 0.2),
                (x + 0.35, 1.3, near - 0.2),
                (x + 0.35, -0.7, near - 0.2),
                (x - 0.35, -0.7, near - 0.2),
            ],
        )
        for side in (-0.42, 0.35, -0.03):
            place.wall(x + side, -0.8, near - 0.3, 0.07, 2.2, wood * 0.8)
    _reader(place, rng, hand, near - 1.0, wood)
    _reader(place, rng, -hand, near - 0.6, wood)


def _corner(place: Place, rng: np.random.Generator, hand: float, wood: Floats) -> None:
    """Books on one side, a tall window with its reveal on the other, light raking over the backs."""
    depth = rng.uniform(6, 8.5)
    cut = hand * rng.uniform(0.0, 0.35)
    high = FLOOR + 10 * 0.352
    long = 2.4
    albedo = books(rng, 10, long, wood)
    fall = np.linspace(0.30, 1.2, 8) ** 1.4
    rows = _lit(rng, albedo, fall if hand > 0 else fall[::-1], f32(LAMP) * 0.7)
    left, right = sorted((cut, cut - hand * long))
    place.sheet(
        rows, [(left, high, depth), (right, high, depth), (right, FLOOR, depth), (left, FLOOR, depth)]
    )
    wall = mix(rng, ((0.50, 0.46, 0.40), (0.20, 0.24, 0.20), (0.30, 0.20, 0.15)), 0.1)
    left, right = sorted((cut, cut + hand * 2.5))
    texture = wall * (0.55 + 0.06 * cloud(rng, (32, 32), 3)[..., None])
    place.sheet(
        f32(texture), [(left, high, depth), (right, high, depth), (right, FLOOR, depth), (left, FLOOR, depth)]
    )
    start, wide = cut + hand * rng.uniform(0.2, 0.35), rng.uniform(0.6, 0.9)
    left, right = sorted((start, start + hand * wide))
    sill, top = rng.uniform(-0.9, -0.5), rng.uniform(0.9, 1.6)
    view = outside(rng, rng.uniform(5, 10))[:, 20:44]
    place.sheet(
        view,
        [
            (left, top, depth - 0.02),
            (right, top, depth - 0.02),
            (right, sill, depth - 0.02),
            (left, sill, depth - 0.02),
        ],
    )
    for y in np.linspace(sill, top, int(rng.integers(4, 6))):
        place.wall(left, float(y), depth - 0.05, wide, 0.05, wood * 1.2)
    for x in (left - 0.04, (left + right) / 2 - 0.02, right):
        place.wall(x, sill, depth - 0.05, 0.05, top - sill, wood * 1.2)
    light = Light((start, 0.3, depth), (0.9, 0.95, 1.0), (0.25, 0.22, 0.18), 1.5)
    place.box(
        left - 0.2,
        sill - 0.5,
        depth - 0.6,
        (wide + 0.4, 0.35, 0.5),
        mix(rng, ((0.3, 0.1, 0.07), (0.12, 0.18, 0.16), (0.4, 0.34, 0.26)), 0.2),
        light,
    )
    _reader(place, rng, -hand, depth - 1.5, wood)


def _reader(place: Place, rng: np.random.Generator, hand: float, z: float, wood: Floats) -> None:
    """A table with a shaded lamp and books in piles."""
    z = max(z, 4.2)
    x = hand * rng.uniform(0.10, 0.24) * z
    light = Light((x, -0.3, z), (1.0, 0.7, 0.4), (0.32, 0.29, 0.26), 0.8)
    place.box(x - 0.9, -0.82, z, (1.8, 0.06, 0.8), wood * 1.3, light)
    place.box(x - 0.85, FLOOR, z + 0.1, (1.7, 0.6, 0.6), wood * 0.4, light)
    for _ in range(int(rng.integers(2, 6))):
        at, wide = x + rng.uniform(-0.8, 0.6), rng.uniform(0.12, 0.28)
        y = -0.76
        for _ in range(int(rng.integers(1, 6))):
            thick = rng.uniform(0.02, 0.05)
            tint = mix(rng, ((0.3, 0.1, 0.06), (0.1, 0.14, 0.2), (0.5, 0.46, 0.4), (0.12, 0.15, 0.1)), 0.3)
            place.box(at + rng.uniform(-0.02, 0.02), y, z + 0.2, (wide, thick, 0.2), tint, light)
            y += thick
    if rng.random() < 0.75:
        glow = f32(rng.choice([(3.6, 2.4, 1.2), (0.35, 0.75, 0.40), (3.0, 2.2, 1.3)])) * rng.uniform(0.7, 1.2)
        at, wide, foot = x + rng.uniform(-0.3, 0.3), rng.uniform(0.10, 0.17), -0.76 + rng.uniform(0.28, 0.4)
        place.wall(at - 0.012, -0.76, z + 0.3, 0.024, 0.4, f32([0.25, 0.17, 0.07]))
        place.flat(
            [
                (at - wide, foot, z + 0.3),
                (at + wide, foot, z + 0.3),
                (at + wide * 0.55, foot + 0.17, z + 0.3),
                (at - wide * 0.55, foot + 0.17, z + 0.3),
            ],
            glow,
        )
