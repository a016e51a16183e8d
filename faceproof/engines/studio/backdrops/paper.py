"""Seamless studio paper: one light on it, falling off smoothly."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import blur, f32, reduce
from faceproof.imaging.colour import display, linear, luma

from .scene import Scene

Floats = NDArray[np.float32]
STEPS = 128
"""Side that the gradient is computed at; it has no detail."""
APART, DEEPER = 0.14, 0.15
"""Luma: an edge closer than APART to the paper behind it gets paper up to DEEPER darker, softly around it."""


def seamless(scene: Scene) -> Floats:
    """Paper in two colours."""
    inner, outer = (f32(scene.numbers(key)) / np.float32(255) for key in ("inner", "outer"))
    return _lit(scene, inner, outer)


def brand(scene: Scene) -> Floats:
    """Paper in the organisation's colour. Its hue is kept: all channels share a gain."""
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
    light = linear(inner) * (1 - away) + linear(outer) * away
    # Enlarged in display values: linear steps of a smooth gradient are even there.
    small = _set_apart(f32(display(light)), scene)
    return np.clip(cv2.resize(small, (scene.side, scene.side), interpolation=cv2.INTER_CUBIC), 0, 1)


def _set_apart(paper: Floats, scene: Scene) -> Floats:
    """White hair or a white wrap before white paper gets a soft shade behind it, as in a studio."""
    alpha = blur(reduce(scene.alpha, (STEPS, STEPS)), 0.8)
    rim = 4 * alpha * (1 - alpha) * (alpha > 0.02)
    inner = alpha * blur(rim, STEPS * 0.012)
    weight = blur(inner, STEPS * 0.03)
    edge = blur(inner * luma(reduce(scene.picture, (STEPS, STEPS))), STEPS * 0.03) / (weight + 1e-5)
    here = luma(paper)
    near = np.clip(1 - np.abs(edge - here) / APART, 0, 1) * np.clip(here / 0.5, 0, 1)
    reach = weight / (weight.max() + 1e-5)
    shade = blur((near * np.clip(3 * reach, 0, 1)).astype(np.float32), STEPS * 0.09)
    return np.asarray(paper * (1 - DEEPER * shade / np.maximum(here, 0.2))[..., None], np.float32)
