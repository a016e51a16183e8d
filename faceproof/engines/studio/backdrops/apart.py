"""A person's edge has to be seen before what stands behind it: measure the difference, widen it softly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from faceproof.engines.studio.fields import blur, f32, reduce
from faceproof.imaging.colour import luma

from .scene import Scene

Floats = NDArray[np.float32]
STEPS = 128
"""Side that edges are looked at: hair is a tone there, not strands."""
APART = 0.14
"""Luma: an edge closer than this to the paper behind it is moved away from."""
DEEPER, LIGHTER = 0.15, 0.18
"""Luma: how much darker bright paper and how much lighter dark paper may become behind such an edge."""
LOW = 10
"""Percentile of the edge that is reported: nine tenths of it stand out more."""


def contrast(picture: Floats, alpha: Floats, backdrop: Floats) -> float:
    """Difference in L* between the person just inside the edge and the backdrop there, 10th percentile along
    the edge; 0 without one."""
    tone, weight = _edge(picture, alpha)
    small = luma(_small(backdrop))
    behind = blur(small, 1.0)
    here = weight > 0.25 * max(float(weight.max()), 1e-3)
    if not here.any():
        return 0.0
    return float(np.percentile(np.abs(star(tone[here]) - star(behind[here])), LOW))


def told(picture: Floats, alpha: Floats, backdrop: Floats) -> dict[str, float]:
    """What the report says of a backdrop: L* by which the edge stands out, and its own mean L*."""
    mean = luma(backdrop[::16, ::16].copy()).mean(keepdims=True)
    return {
        "backdrop_contrast": contrast(picture, alpha, backdrop),
        "backdrop_lightness": float(star(mean)[0, 0]),
    }


def tones(scene: Scene) -> tuple[Floats, NDArray[np.bool_]]:
    """(STEPS, STEPS) L* of the person carried a little over the edge, and where that edge is."""
    tone, weight = _edge(scene.picture, scene.alpha)
    return star(tone), weight > 0.25 * max(float(weight.max()), 1e-3)


def set_apart(paper: Floats, scene: Scene) -> Floats:
    """White hair before white paper gets a soft shade behind it, black hair before dark paper a soft light,
    as in a studio. paper: (STEPS, STEPS, 3) display values."""
    tone, weight = _edge(scene.picture, scene.alpha)
    here = luma(paper)
    near = np.clip(1 - np.abs(tone - here) / APART, 0, 1)
    reach = np.clip(3 * weight / (weight.max() + 1e-5), 0, 1)
    bright = np.clip((here - 0.30) / 0.20, 0, 1)
    push = near * reach * (LIGHTER * (1 - bright) - DEEPER * bright * np.clip(here / 0.5, 0, 1))
    push = blur(f32(push), STEPS * 0.09)
    return f32(np.clip(paper * (1 + push / np.maximum(here, 0.2))[..., None], 0, 1))


def _edge(picture: Floats, alpha: Floats) -> tuple[Floats, Floats]:
    """(STEPS, STEPS) luma of the person near the edge, spread a little to both sides, and its weight."""
    small = blur(_small(alpha), 0.8)
    rim = 4 * small * (1 - small) * (small > 0.02)
    inner = small * blur(f32(rim), STEPS * 0.012)
    weight = blur(f32(inner), STEPS * 0.03)
    tone = blur(f32(inner * luma(_small(picture))), STEPS * 0.03) / (weight + 1e-5)
    return f32(tone), weight


def _small(values: Floats) -> Floats:
    """At STEPS, from a grid of pixels: averages of all of them would cost ten times as much."""
    step = max(1, values.shape[0] // (2 * STEPS))
    return reduce(np.ascontiguousarray(values[::step, ::step]), (STEPS, STEPS))


def star(tone: Floats) -> Floats:
    """CIE L* of a display luma, taken as a grey."""
    light = np.where(tone <= 0.04045, tone / 12.92, ((np.maximum(tone, 0) + 0.055) / 1.055) ** 2.4)
    return f32(np.where(light > 0.008856, 116 * np.cbrt(light) - 16, 903.3 * light))
