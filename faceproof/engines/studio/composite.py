"""Put the person before the backdrop: in linear light, with grain that matches."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from .fields import blur, enlarge, f32, reduce, rows
from .grain import strewn

Floats = NDArray[np.float32]
SOFT, HARD = 1.5, 0.12
"""How far around a place its edge's softness is averaged, in pixels of a quarter's size; and what of it an
edge of two pixels has there, which takes no light: twice as much takes it in full."""


def join(
    colours: Floats, alpha: Floats, backdrop: Floats, grain: float, grade: Mapping[str, float], seed: int
) -> Floats:
    """(n, n, 3) 0..1: `wrap` and `mix` over the whole canvas."""
    return mix(colours, alpha, backdrop, *wrap(alpha, backdrop, grade), grain, seed)


def wrap(alpha: Floats, backdrop: Floats, grade: Mapping[str, float]) -> tuple[Floats, Floats]:
    """What the backdrop's light does to the edge, as smooth fields of a smaller size: (m, m) share of it that
    creeps round soft, thin edges (dark backdrops give none; cloth and skin with a hard edge take none) and
    (k, k, 3) the light itself, linear."""
    side = alpha.shape[0]
    quarter, eighth = side // 4, side // 8
    soft = blur(reduce(backdrop, (eighth, eighth)), side * 0.02 / 8)
    tiny = reduce(backdrop, (32, 32))
    power = enlarge(f32((tiny * tiny).mean(-1)), (quarter, quarter))
    mean = reduce(alpha, (quarter, quarter))
    near = blur(mean, side * 0.0008)
    # How much of the surroundings is neither: a hard edge is one or two pixels of that, a head of hair many.
    thin = blur(4 * (mean - reduce(alpha * alpha, (quarter, quarter))), SOFT)
    creep = (
        4
        * near
        * (1 - near)
        * np.clip((thin - HARD) / HARD, 0, 1)
        * np.clip(power * 1.6, 0, 1)
        * np.float32(grade["wrap"])
    )
    return f32(creep), soft * soft


def mix(
    colours: Floats,
    alpha: Floats,
    backdrop: Floats,
    creep: Floats,
    glow: Floats,
    grain: float,
    seed: int,
    top: int = 0,
) -> Floats:
    """Any whole rows (h, n) of the canvas, the first of them row `top`; `creep` and `glow` as from `wrap`.

    Only the edge is mixed; elsewhere one side is taken as it is: with alpha 1 everywhere `colours` comes
    back. grain: standard deviation of the photo's noise.
    """
    height, side = alpha.shape
    result = strewn(backdrop, grain, seed, top)
    inside = alpha > 0
    rim = rows(creep, side, top, top + height)
    rim *= alpha
    edge = np.flatnonzero(inside & ((alpha < 1) | (rim > 1e-4)))
    noise = result.reshape(-1, 3).take(edge, 0)
    cv2.copyTo(colours, inside.view(np.uint8), result)
    if len(edge):
        share, taken = alpha.ravel().take(edge)[:, None], rim.ravel().take(edge)[:, None]
        light = rows(glow, side, top, top + height).reshape(-1, 3).take(edge, 0)
        front, behind = (picture.reshape(-1, 3).take(edge, 0) for picture in (colours, backdrop))
        noise -= behind
        front *= front
        behind *= behind
        front += taken * (light - front)
        front *= share
        behind *= 1 - share
        front += behind
        result.reshape(-1, 3)[edge] = np.sqrt(front, out=front) + noise * (1 - share)
    return result
