"""Seamless studio paper: one light on it, falling off smoothly."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.colour import display, linear

from .scene import Scene

Floats = NDArray[np.float32]
STEPS = 128
"""Side that the gradient is computed at; it has no detail."""


def seamless(scene: Scene) -> Floats:
    """Paper in two colours."""
    inner, outer = (np.array(scene.numbers(key), np.float32) / 255 for key in ("inner", "outer"))
    return _lit(scene, inner, outer)


def brand(scene: Scene) -> Floats:
    """Paper in the organisation's colour, lighter where the light falls. Hue is kept: all channels share a gain."""
    colour = linear(np.array(scene.brand, np.float32) / 255)
    bright, dark = (_scaled(colour, scene.number(key)) for key in ("inner", "outer"))
    return _lit(scene, bright, dark)


def _scaled(light: Floats, factor: float) -> Floats:
    """A gain in light, held back where a channel would clip (that would shift the hue)."""
    factor = min(factor, 0.92 / max(float(light.max()), 1e-3)) if factor > 1 else factor
    return display(light * np.float32(factor))


def _lit(scene: Scene, inner: Floats, outer: Floats) -> Floats:
    x0, y0 = scene.numbers("centre")
    axis = (np.arange(STEPS, dtype=np.float32) + 0.5) / STEPS
    x, y = np.meshgrid(axis, axis)
    away = np.clip(np.hypot(x - x0, y - y0) / np.float32(scene.number("reach")), 0, 1) ** 1.3
    away = (away * away * (3 - 2 * away))[..., None]
    small = linear(inner) * (1 - away) + linear(outer) * away
    # Enlarged in display values: linear steps of a smooth gradient are even there.
    size = (scene.side, scene.side)
    return np.clip(cv2.resize(display(small).astype(np.float32), size, interpolation=cv2.INTER_CUBIC), 0, 1)
