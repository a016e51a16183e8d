"""Briefs from the two portraits that every installation has, and a drawn face whose every pixel is known."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof import styles
from faceproof.engines import Brief
from faceproof.engines.studio import asked
from faceproof.engines.studio.masks import Masks, find
from faceproof.engines.studio.stages import FRONT
from faceproof.imaging import face, pipeline
from faceproof.imaging.frame import Frame
from faceproof.imaging.nets import NetMissing
from tests.imaging.faces import PORTRAITS

Floats = NDArray[np.float32]

DARK, LIGHT = (0.33, 0.22, 0.17), (0.88, 0.72, 0.63)
"""sRGB of a deep and of a light skin."""


@cache
def _brief(name: str) -> Brief:
    pixels = PORTRAITS[name]()
    return Brief(Frame(np.array(pixels)), face.mesh(pixels, face.detect(pixels)[0]), styles.all_styles())


def brief(name: str, *wanted: str, **more: Any) -> Brief:
    """A brief for "astronaut" or "hopper". Skips the test where the nets are not installed."""
    try:
        known = _brief(name)
    except NetMissing as missing:
        pytest.skip(f"the nets are not installed: {missing}")
    chosen = tuple(styles.get(style) for style in wanted) or known.styles
    return Brief(known.frame, known.face, chosen, **more)


@cache
def _front(name: str) -> dict[str, Any]:
    order = brief(name)
    return pipeline.run(FRONT, asked(order))


def front(name: str) -> dict[str, Any]:
    """Every value of the shared half for a portrait. Treat as read-only."""
    brief(name)
    return _front(name)


def mesh(side: int) -> Floats:
    """Landmarks of a drawn frontal face in the middle of a canvas; the rings that masks use are right."""
    rng = np.random.default_rng(5)
    unit = side / 100
    turn, reach = rng.uniform(0, 2 * np.pi, 478), np.sqrt(rng.uniform(0, 0.7, 478))
    points = np.stack([50 + 20 * reach * np.cos(turn), 50 + 26 * reach * np.sin(turn), 0 * turn], 1)

    def ring(indices: NDArray[np.intp], x: float, y: float, wide: float, high: float, start: float) -> None:
        angle = np.radians(start) + np.linspace(0, 2 * np.pi, len(indices), endpoint=False)
        points[indices, 0], points[indices, 1] = x + wide * np.cos(angle), y + high * np.sin(angle)

    ring(face.OVAL, 50, 50, 20, 26, -90)
    for eye, brow, iris, x in (
        (face.EYE_L, face.BROW_L, face.IRIS_L, 42.0),
        (face.EYE_R, face.BROW_R, face.IRIS_R, 58.0),
    ):
        ring(eye, x, 43, 4, 2, 180)
        ring(brow, x, 37, 5, 1, 180)
        ring(iris[1:], x, 43, 1.5, 1.5, 0)
        points[iris[0], :2] = x, 43
    ring(face.LIPS, 50, 63, 7, 3, 180)
    ring(face.MOUTH, 50, 63, 5, 1, 180)
    points[152, :2], points[10, :2] = (50, 76), (50, 24)
    points[[234, 454], :2] = (30, 50), (70, 50)
    return (points * unit).astype(np.float32)


def doll(side: int = 640, skin: tuple[float, float, float] = LIGHT) -> tuple[Floats, Floats, Masks]:
    """A canvas of skin with pores, its landmarks and its masks."""
    pores = np.random.default_rng(2).standard_normal((side, side, 1)).astype(np.float32) * np.float32(0.008)
    picture = np.clip(np.array(skin, np.float32) + pores, 0, 1).astype(np.float32)
    points = mesh(side)
    return picture, points, find(picture, points, np.ones((side, side), np.float32))


def spot(picture: Floats, at: tuple[int, int], radius: float, change: tuple[float, float, float]) -> Floats:
    """The picture with a soft-edged spot of another colour at (x, y)."""
    cover = np.zeros(picture.shape[:2], np.float32)
    cv2.circle(cover, at, max(1, round(radius)), 1.0, -1, cv2.LINE_AA)
    cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), max(0.8, radius * 0.25)), np.float32)
    return np.clip(picture + cover[..., None] * np.array(change, np.float32), 0, 1)
