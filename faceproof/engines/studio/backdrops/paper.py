"""Seamless studio paper: one light on it, falling off smoothly."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import enlarge, f32
from faceproof.imaging.colour import REC709, display, linear

from . import hue
from .apart import LOW, STEPS, set_apart, star, tones
from .scene import Scene

Floats = NDArray[np.float32]
READABLE = 16.0
"""L*: the brand's paper is made lighter or darker until nine tenths of the person's edge differ by this."""
DARKEST, BRIGHTEST = 0.33, 0.83
"""OKLab lightness of the brand's paper: black becomes charcoal, white a light grey: light has to fall."""
FAR = 0.10
"""OKLab lightness: how far one person's paper may leave the brand's. A team has to stand in one grid."""
CALM = 0.10
"""OKLab chroma above which a colour is calmed by half, as paper in a studio never glows like a screen."""


def seamless(scene: Scene) -> Floats:
    """Paper in two colours."""
    inner, outer = (f32(scene.numbers(key)) / np.float32(255) for key in ("inner", "outer"))
    return _finished(_mixed(inner, outer, _falloff(scene)), scene)


def gradient(scene: Scene) -> Floats:
    """Two colours that run into each other, evenly to the eye."""
    first, second = (hue.oklab(np.array(scene.numbers(key)) / 255) for key in ("first", "second"))
    turn = np.radians(scene.number("angle"))
    axis = (np.arange(STEPS) + 0.5) / STEPS - 0.5
    along = axis[:, None] * np.cos(turn) + axis[None] * np.sin(turn)
    along = along / (np.abs(np.cos(turn)) + np.abs(np.sin(turn))) + 0.5
    along = (along * along * (3 - 2 * along))[..., None]
    return _finished(f32(np.clip(hue.srgb(first + (second - first) * along), 0, 1)), scene)


def brand(scene: Scene) -> Floats:
    """Paper in the organisation's colour: its hue, its lightness as near as keeps the edge readable."""
    inner, outer = _branded(scene, brand_lightness(scene))
    return _finished(_mixed(inner, outer, _falloff(scene)), scene)


def brand_lightness(scene: Scene) -> float:
    """OKLab lightness of the brand's paper for this person, 0..1."""
    wanted, *strength = hue.oklab(np.array(scene.brand) / 255)
    # Lighter red is pink, darker red is red: a strong colour is rather darkened.
    lift = 1 + 12 * float(np.hypot(*strength))
    wanted = min(max(float(wanted), DARKEST), BRIGHTEST)
    tone, edge = tones(scene)
    if not edge.any():
        return wanted
    away, tone = _falloff(scene)[edge], tone[edge]
    best, price = wanted, np.inf
    for step in np.linspace(-FAR, FAR, 27):
        lightness = min(max(wanted + float(step), DARKEST), BRIGHTEST)
        behind = star(_mixed(*_branded(scene, lightness), away) @ REC709)
        missing = max(0.0, READABLE - float(np.percentile(np.abs(behind - tone), LOW)))
        cost = 3 * missing + abs(float(step)) * 60 * (lift if step > 0 else 1)
        if cost < price:
            best, price = lightness, cost
    return best


def _branded(scene: Scene, lightness: float) -> tuple[Floats, Floats]:
    """The brand's colour at that lightness, where the light falls and where it does not."""
    _, a, b = hue.oklab(np.array(scene.brand) / 255)
    chroma, angle = float(np.hypot(a, b)), float(np.arctan2(b, a))
    chroma = min(chroma, CALM + max(0.0, chroma - CALM) / 2)

    def lit(key: str) -> Floats:
        return f32(
            hue.shown(min(max(lightness * float(np.cbrt(scene.number(key))), 0.05), 0.97), chroma, angle)
        )

    return lit("inner"), lit("outer")


def _falloff(scene: Scene) -> Floats:
    """(STEPS, STEPS, 1) 0 where the light falls, 1 beyond its reach."""
    x0, y0 = scene.numbers("centre")
    axis = (np.arange(STEPS, dtype=np.float32) + 0.5) / STEPS
    away = np.hypot(axis - np.float32(x0), (axis - np.float32(y0))[:, None])
    away = np.clip(away / np.float32(scene.number("reach")), 0, 1) ** 1.3
    return f32(away * away * (3 - 2 * away))[..., None]


def _mixed(inner: Floats, outer: Floats, away: Floats) -> Floats:
    return f32(display(linear(inner) * (1 - away) + linear(outer) * away))


def _finished(paper: Floats, scene: Scene) -> Floats:
    """At full size. Enlarged in display values: linear steps of a smooth gradient are even there."""
    half = (scene.side // 2, scene.side // 2)
    smooth = np.clip(f32(cv2.resize(set_apart(paper, scene), half, interpolation=cv2.INTER_CUBIC)), 0, 1)
    return enlarge(smooth, (scene.side, scene.side))
