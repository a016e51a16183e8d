"""A street, far out of focus, from day (dusk 0) to the blue hour (dusk 1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import f32

from .matter import cloud, leaves, mix, ramp
from .place import Light, Place

Floats = NDArray[np.float32]
ROAD = -1.55
LIT = f32([(1.0, 0.60, 0.26), (1.0, 0.72, 0.42), (0.8, 0.88, 1.0)])
STONES = (
    (0.36, 0.32, 0.27),
    (0.30, 0.19, 0.14),
    (0.42, 0.41, 0.39),
    (0.22, 0.22, 0.24),
    (0.46, 0.38, 0.28),
    (0.27, 0.30, 0.33),
)


def draw(rng: np.random.Generator, dusk: float = 0.0) -> Place:
    """One street."""
    place = Place(rng, float(rng.uniform(0.42, 0.52)))
    left, right = -rng.uniform(3.5, 9), rng.uniform(3.5, 9)
    sun = 1.0 if rng.random() < 0.5 else -1.0
    turn = float(rng.uniform(-4, 4))
    _sky(place, rng, dusk)
    _far(place, rng, dusk, turn)
    _road(place, rng, dusk, left, right)
    for x in (left, right):
        _row(place, rng, dusk, x, sun)
    _trees(place, rng, dusk, left, right)
    _cars(place, rng, dusk, left, right)
    if dusk > 0.15:
        _lamps(place, rng, dusk, left, right)
    return place


def _sky(place: Place, rng: np.random.Generator, dusk: float) -> None:
    day, night = f32([[0.62, 0.80, 1.05], [0.95, 1.0, 1.05], [1.05, 1.0, 0.93]]) * 2.6, None
    night = f32([[0.05, 0.09, 0.20], [0.16, 0.20, 0.32], [0.62, 0.36, 0.22]]) * np.float32(
        rng.uniform(0.7, 1.1)
    )
    tones = day * (1 - dusk) + night * dusk if dusk < 1 else night
    sky = ramp((0, tones[0]), (0.6, tones[1]), (1, tones[2]), size=48) * (
        1 + 0.14 * cloud(rng, (48, 48), 2)[..., None]
    )
    place.sheet(f32(sky), [(-300, 220, 900), (300, 220, 900), (300, -30, 900), (-300, -30, 900)])


def _facade(
    rng: np.random.Generator, dusk: float, stone: Floats, floors: int, bays: int, sunny: bool
) -> Floats:
    """(floors*16, bays*12, 3) radiance of a front: windows, ledges, a shop below, some windows lit."""
    level = (1.0 if sunny else 0.42) * (1 - dusk) + 0.085 * dusk
    tone = f32([1.1, 1.0, 0.86]) if sunny else f32([0.85, 0.95, 1.1])
    tone = tone * (1 - dusk) + f32([0.8, 0.9, 1.25]) * dusk
    front = np.empty((floors * 16, bays * 12, 3), np.float32)
    front[:] = stone * level * tone
    front[::16] *= 1.25
    tall, wide = int(rng.integers(8, 12)), int(rng.integers(5, 9))
    glass = f32([0.5, 0.65, 0.85]) * rng.uniform(0.05, 0.75, (floors, bays, 1)) * (1 - dusk) + 0.02
    warm = LIT[rng.integers(len(LIT), size=(floors, bays))] * np.exp(
        0.6 * rng.standard_normal((floors, bays, 1))
    )
    glass = np.where(rng.random((floors, bays, 1)) < 0.06 + 0.22 * dusk, warm * (0.25 + 0.55 * dusk), glass)
    blind = np.where(rng.random((floors, bays)) < 0.3, rng.uniform(0, 1, (floors, bays)), 0)
    panes = front.reshape(floors, 16, bays, 12, 3)[
        :, 3 : 3 + tall, :, (12 - wide) // 2 : (12 - wide) // 2 + wide
    ]
    drawn = (np.arange(tall)[None, :, None] < blind[:, None] * tall)[..., None, None]
    panes[:] = glass[:, None, :, None] * np.where(drawn, np.float32(0.45), np.float32(1))
    shop = front[-16:]
    x = 0
    while x < shop.shape[1]:
        long = int(rng.integers(14, 40))
        glow = mix(rng, ((1.0, 0.75, 0.42), (0.9, 0.95, 1.0), (1.0, 0.6, 0.3), (0.9, 0.3, 0.2)), 0.4)
        shop[5:, x : x + long - 3] = glow * (0.22 + 0.5 * dusk) * (rng.random() < 0.75) + 0.04
        shop[1:5, x : x + long - 2] = mix(
            rng, (*STONES, (0.35, 0.05, 0.04), (0.04, 0.10, 0.08), (0.05, 0.06, 0.1)), 0.3
        ) * max(level, 0.2)
        x += long
    return f32(front * (1 + 0.10 * cloud(rng, front.shape[:2], 6, 3)[..., None]))


def _row(place: Place, rng: np.random.Generator, dusk: float, x: float, sun: float) -> None:
    """Houses along one side."""
    z = 5.0
    while z < 90:
        long, floors = rng.uniform(9, 20), int(rng.integers(3, 9))
        stone = mix(rng, STONES, 0.15)
        front = _facade(rng, dusk, stone, floors, int(long / 2.6), x * sun < 0)
        out = x + np.sign(x) * rng.uniform(0, 1.5)
        high = ROAD + floors * 3.3
        if x > 0:
            corners = [(out, high, z + long), (out, high, z), (out, ROAD, z), (out, ROAD, z + long)]
        else:
            corners = [(out, high, z), (out, high, z + long), (out, ROAD, z + long), (out, ROAD, z)]
        place.sheet(front, corners, 60 + z)
        end = z + long
        if rng.random() < 0.4:
            flank = [
                (out, ROAD, end),
                (out + np.sign(x) * 12, ROAD, end),
                (out + np.sign(x) * 12, high, end),
                (out, high, end),
            ]
            place.flat(flank, stone * (0.35 * (1 - dusk) + 0.05), 60 + end)
        z = end + rng.choice((0.0, 0.2, 5.0))


def _far(place: Place, rng: np.random.Generator, dusk: float, turn: float) -> None:
    """What closes the street: towers in haze, the nearer the darker."""
    for depth in (600, 380, 220):
        haze = depth / 800
        air = f32([1.0, 1.05, 1.12]) * 1.5 * (1 - dusk) + f32([0.22, 0.2, 0.26]) * dusk
        for _ in range(7):
            wide, high = rng.uniform(0.03, 0.10) * depth, rng.uniform(0.06, 0.24) * depth
            x = rng.uniform(-0.2, 0.2) * depth + turn
            tint = mix(rng, STONES, 0.2) * (0.8 * (1 - dusk) + 0.10 * dusk) * (1 - haze) + air * haze * 0.6
            place.wall(x, ROAD, depth + rng.uniform(0, 20), wide, high, tint)
            for _ in range(int(5 * dusk)):
                at = (x + rng.uniform(0, wide), rng.uniform(0, high), depth - 1.0)
                place.lamp(at, mix(rng, ((1.0, 0.6, 0.25), (0.9, 0.85, 0.7)), 0.4) * 0.07)


def _road(place: Place, rng: np.random.Generator, dusk: float, left: float, right: float) -> None:
    wet = rng.random() < 0.5
    grey = f32([0.26, 0.255, 0.25]) * (1 - dusk) + f32([0.045, 0.05, 0.07]) * dusk
    road = grey * (1 + 0.15 * cloud(rng, (64, 64), 6)[..., None])
    if wet:
        road = road * ramp((0, (2.0,) * 3), (1, (0.8,) * 3), size=64)
    place.sheet(
        f32(road),
        [(left * 3, ROAD, 300), (right * 3, ROAD, 300), (right * 3, ROAD, 4), (left * 3, ROAD, 4)],
        90,
    )
    for x in (left * 0.7, right * 0.7):
        kerb = [
            (x, ROAD + 0.1, 200),
            (x * 1.5, ROAD + 0.1, 200),
            (x * 1.5, ROAD + 0.1, 5),
            (x, ROAD + 0.1, 5),
        ]
        place.flat(kerb, grey * 1.5, 89)


def _trees(place: Place, rng: np.random.Generator, dusk: float, left: float, right: float) -> None:
    axis = np.linspace(-1, 1, 64, dtype=np.float32)
    away = axis**2 + axis[:, None] ** 2
    for x in (left * 0.75, right * 0.75):
        if rng.random() < 0.4:
            continue
        green = mix(rng, ((0.10, 0.14, 0.06), (0.14, 0.16, 0.07), (0.20, 0.15, 0.07)), 0.2) * (
            1 - 0.93 * dusk
        )
        for z in np.arange(rng.uniform(12, 16), 60, rng.uniform(7, 11)):
            size, base = rng.uniform(1.6, 2.8), rng.uniform(1.0, 2.0)
            place.wall(x - 0.12, ROAD, z, 0.24, base - ROAD + 0.5, green * 0.25)
            texture = leaves(rng, 64, green * 0.6, green * 1.6, f32(1.1 - 2.4 * away), f32(0.6 - away))
            left_, right_, top, foot = x - size, x + size, base + 1.8 * size, base - 0.2
            place.sheet(texture, [(left_, top, z), (right_, top, z), (right_, foot, z), (left_, foot, z)])


def _cars(place: Place, rng: np.random.Generator, dusk: float, left: float, right: float) -> None:
    """Parked along both kerbs and one or two on the road; the sun or their lights glint."""
    day = Light((0, 60, 40), (0.9, 0.9, 0.9), f32([0.35, 0.37, 0.4]) * (1 - 0.9 * dusk), 60 * (1 - dusk) + 1)
    paints = (
        (0.02, 0.02, 0.025),
        (0.40, 0.41, 0.42),
        (0.16, 0.17, 0.18),
        (0.16, 0.05, 0.045),
        (0.05, 0.07, 0.11),
        (0.5, 0.5, 0.49),
    )
    for x in (left * 0.55, right * 0.55, left * 0.2, right * 0.2):
        parked = abs(x) > 1.6
        for z in np.arange(rng.uniform(19, 26), 90, rng.uniform(7.0, 12.0)):
            if rng.random() < (0.35 if parked else 0.6):
                continue
            z, paint = float(z + rng.normal(0, 0.6)), mix(rng, paints, 0.2)
            place.box(x - 0.85, ROAD + 0.25, z, (1.7, 0.6, 4.0), paint, day)
            place.round(x - 0.7, ROAD + 0.75, z + 0.8, 1.4, 0.7, f32([0.10, 0.12, 0.15]) * (1 - 0.8 * dusk))
            place.wall(x - 0.9, ROAD, z, 1.8, 0.25, f32([0.01, 0.01, 0.01]))
            for lamp in (-0.65, 0.65):
                at = (x + lamp, ROAD + 0.65, z - 0.05)
                if dusk > 0.15 and not parked:
                    tint = f32([1.3, 1.15, 0.9]) if x < 0 else f32([0.7, 0.05, 0.025])
                    place.lamp(at, tint * rng.uniform(0.4, 0.9) * dusk)
                    place.lamp((at[0], 2 * ROAD - at[1], at[2]), tint * 0.10 * dusk)
            if dusk < 0.6 and rng.random() < 0.15:
                at = (x + rng.uniform(-0.8, 0.8), ROAD + rng.uniform(0.7, 1.4), z - 0.02)
                place.lamp(at, f32([1.0, 0.95, 0.86]) * rng.uniform(0.1, 0.4) * (1 - dusk))


def _lamps(place: Place, rng: np.random.Generator, dusk: float, left: float, right: float) -> None:
    """Street lamps in their rows, shop signs, signals, strings of small lights."""
    tint = mix(rng, ((1.0, 0.55, 0.20), (1.0, 0.66, 0.34), (0.92, 0.90, 0.86)), 0.1)
    for x in (left * 0.6, right * 0.6):
        for z in np.arange(rng.uniform(11, 20), 150, rng.uniform(12, 20)):
            at = (x + rng.normal(0, 0.2), rng.uniform(2.4, 3.2), float(z))
            place.lamp(at, tint * rng.uniform(0.25, 0.6) * dusk, 0.15)
            place.lamp((at[0], 2 * ROAD - at[1] + 1.5, at[2]), tint * 0.03 * dusk, 0.3)
    colours = (
        (1.0, 0.48, 0.14),
        (1.0, 0.62, 0.28),
        (1.0, 0.70, 0.38),
        (0.8, 0.12, 0.06),
        (0.3, 0.5, 0.9),
        (1.0, 0.85, 0.7),
    )
    for _ in range(int(rng.integers(22, 50))):
        z = float(np.exp(rng.uniform(np.log(16), np.log(150))))
        x = (
            rng.choice((left, right)) * rng.uniform(0.75, 1.0)
            if rng.random() < 0.7
            else rng.uniform(left, right)
        )
        y = float(rng.uniform(-0.6, 2.2) if rng.random() < 0.75 else rng.uniform(2, 9))
        place.lamp((float(x), y, z), mix(rng, colours, 0.5) * rng.uniform(0.04, 0.3) * dusk, 0.05)
    for _ in range(int(rng.integers(0, 3))):
        z = float(rng.uniform(18, 50))
        signal = f32([0.8, 0.06, 0.03]) if rng.random() < 0.5 else f32([0.05, 0.5, 0.28])
        place.lamp((float(rng.uniform(left, right) * 0.7), 1.4, z), signal * dusk, 0.1)
