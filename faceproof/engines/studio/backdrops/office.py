"""A bright office far out of focus, drawn by the program from a seed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import f32
from faceproof.imaging.colour import display

from .lens import bokeh
from .scene import Scene

Floats = NDArray[np.float32]
SMALL = 256
"""Side that the room is drawn at: nothing in it is sharper."""


def room(scene: Scene) -> Floats:
    """A wall of windows on one side, deep room on the other, light and things between, in three depths."""
    small = _room(scene.seed, scene.number("brightness"), scene.number("warmth"), scene.number("blur"))
    return np.clip(cv2.resize(small, (scene.side, scene.side), interpolation=cv2.INTER_CUBIC), 0, 1)


class _Canvas:
    """Radiance in linear light, 1 = white wall, in shares of the picture."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.light = np.zeros((SMALL, SMALL, 3), np.float32)
        self.cover = np.zeros((SMALL, SMALL), np.float32)
        self.rng = rng

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: NDArray[Any] | tuple[float, ...]
    ) -> None:
        first, second = (int(left * SMALL), int(top * SMALL)), (int(right * SMALL), int(bottom * SMALL))
        cv2.rectangle(self.light, first, second, tuple(float(c) for c in colour), -1)
        cv2.rectangle(self.cover, first, second, 1.0, -1)

    def spot(self, x: float, y: float, size: float, colour: NDArray[Any] | tuple[float, ...]) -> None:
        centre, radius = (int(x * SMALL), int(y * SMALL)), max(1, int(size * SMALL))
        cv2.circle(self.light, centre, radius, tuple(float(c) for c in colour), -1)
        cv2.circle(self.cover, centre, radius, 1.0, -1)

    def over(self, below: Floats, blur: float) -> Floats:
        """This layer, blurred by `blur` of the side, over another."""
        both = bokeh(np.dstack([self.light, self.cover]), blur * SMALL)
        return below * (1 - both[..., 3:]) + both[..., :3]


@lru_cache(maxsize=8)
def _room(seed: int, brightness: float, warmth: float, blur: float) -> Floats:
    rng = np.random.default_rng(seed)
    flip = bool(rng.random() < 0.5)
    light = _walls(rng)
    far, near = _Canvas(rng), _Canvas(rng)
    _windows(far)
    light = far.over(light, blur * 1.25)
    _things(near)
    light = near.over(light, blur)
    light = light + bokeh(_lamps(rng), blur * SMALL * 0.6)
    light = f32(cv2.GaussianBlur(light, (0, 0), SMALL * 0.012))
    light = light * f32([1 + 0.07 * warmth, 1, 1 - 0.09 * warmth]) * np.float32(brightness)
    # A film's shoulder: windows roll off to white instead of clipping.
    light = f32(light * (1 + light / 6) / (1 + light) * 1.05)
    result = display(np.clip(light, 0, 1)).astype(np.float32)
    result = np.ascontiguousarray(result[:, ::-1]) if flip else result
    result.setflags(write=False)
    return result


def _walls(rng: np.random.Generator) -> Floats:
    """Ceiling, back wall and floor in soft daylight that comes from the right."""
    axis = np.linspace(0, 1, SMALL, dtype=np.float32)
    x, y = np.meshgrid(axis, axis)
    day = 0.60 + 0.50 * np.exp(-(((x - 0.95) / 0.55) ** 2)) + 0.06 * np.float32(rng.uniform(-1, 1))
    wall = np.array([0.84, 0.81, 0.77], np.float32)
    light = day[..., None] * wall * (1.05 - 0.25 * y[..., None])
    floor = np.clip((y - 0.80) / 0.05, 0, 1)[..., None]
    return np.asarray(
        light * (1 - floor) + floor * day[..., None] * np.array([0.46, 0.42, 0.38], np.float32), np.float32
    )


def _windows(layer: _Canvas) -> None:
    """Tall panes with pale sky and the ghost of a city, thin posts between."""
    rng = layer.rng
    start = rng.uniform(0.52, 0.60)
    for pane in range(3):
        left = start + pane * 0.17
        for row in range(24):
            top = 0.04 + row * 0.03
            glow = 2.3 - 0.055 * row
            layer.box(left, top, left + 0.155, top + 0.03, (glow * 0.96, glow, glow * 1.03))
        for _ in range(4):
            x, top = left + rng.uniform(0, 0.10), rng.uniform(0.38, 0.62)
            layer.box(
                x,
                top,
                min(left + 0.155, x + rng.uniform(0.03, 0.08)),
                0.76,
                np.array([0.80, 0.86, 0.90]) * rng.uniform(0.8, 1.3),
            )
    layer.box(start - 0.03, 0.76, 1.0, 0.80, (0.62, 0.60, 0.57))


def _things(layer: _Canvas) -> None:
    """A shelf and its contents, a plant, a table edge: shapes that nobody can name once blurred."""
    rng = layer.rng
    shelf = rng.uniform(0.02, 0.10)
    layer.box(shelf, 0.30, shelf + 0.26, 0.86, (0.40, 0.35, 0.30))
    for row in range(4):
        y = 0.32 + row * 0.135
        layer.box(shelf + 0.012, y, shelf + 0.248, y + 0.115, (0.56, 0.51, 0.45))
        x = shelf + 0.02
        while x < shelf + 0.22:
            width = rng.uniform(0.012, 0.03)
            if rng.random() < 0.6:
                tint = np.array(
                    [(0.42, 0.30, 0.26), (0.26, 0.32, 0.40), (0.74, 0.70, 0.62), (0.33, 0.38, 0.34)][
                        rng.integers(4)
                    ]
                )
                layer.box(
                    x, y + 0.115 - rng.uniform(0.05, 0.09), x + width, y + 0.115, tint * rng.uniform(0.8, 1.3)
                )
            x += width + 0.004
    plant = rng.uniform(0.40, 0.47)
    for _ in range(60):
        angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.085)
        x, y = plant + np.cos(angle) * length * 0.8, 0.62 + np.sin(angle) * length * 1.4
        layer.spot(x, y, rng.uniform(0.006, 0.016), np.array([0.22, 0.34, 0.20]) * rng.uniform(0.5, 1.6))
    layer.box(plant - 0.035, 0.72, plant + 0.035, 0.82, (0.66, 0.63, 0.60))
    layer.box(0.30, 0.84, 1.0, 0.875, (0.66, 0.58, 0.48))
    layer.box(0.30, 0.875, 1.0, 1.0, (0.36, 0.33, 0.30))


def _lamps(rng: np.random.Generator) -> Floats:
    """A row of ceiling lights in perspective: the discs a lens draws."""
    light = np.zeros((SMALL, SMALL, 3), np.float32)
    for place in range(int(rng.integers(3, 6))):
        x, y = 0.08 + 0.11 * place + rng.uniform(-0.02, 0.02), 0.07 + 0.028 * place
        cv2.circle(
            light,
            (int(x * SMALL), int(y * SMALL)),
            2,
            tuple(np.array([6.0, 5.6, 5.0]) * rng.uniform(0.6, 1.2)),
            -1,
        )
    return light
