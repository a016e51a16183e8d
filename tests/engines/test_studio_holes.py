"""A hole in the matte is a gap only if the background can be seen through it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof.engines.studio import holes

Floats = NDArray[np.float32]
SIDE = 480
WALL, HAIR, TURQUOISE, LEAF = (0.82, 0.80, 0.78), (0.10, 0.08, 0.07), (0.15, 0.62, 0.58), (0.30, 0.50, 0.16)


def scene(behind: tuple[float, ...], through: tuple[float, ...]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """A dark disc before a wall, with a hole in its matte, closed on all sides: alpha, picture, the hole."""
    alpha, hole = np.zeros((SIDE, SIDE), np.float32), np.zeros((SIDE, SIDE), np.float32)
    cv2.circle(alpha, (240, 240), 150, 1.0, -1)
    cv2.circle(hole, (300, 300), 16, 1.0, -1)
    picture = np.where(alpha[..., None] > 0, np.array(HAIR, np.float32), np.array(behind, np.float32))
    picture[hole > 0] = through
    return alpha * (1 - hole), picture.astype(np.float32), hole > 0


def test_an_earring_before_hair_is_no_gap() -> None:
    alpha, picture, hole = scene(WALL, TURQUOISE)
    assert holes.fill(alpha, picture)[hole].min() > 0.95


@pytest.mark.parametrize(
    ("behind", "through"),
    [(WALL, WALL), (LEAF, LEAF), (LEAF, tuple(0.5 * a + 0.5 * b for a, b in zip(LEAF, HAIR, strict=True)))],
)
def test_the_background_seen_between_curls_stays_a_gap(
    behind: tuple[float, ...], through: tuple[float, ...]
) -> None:
    alpha, picture, _ = scene(behind, through)
    assert holes.fill(alpha, picture) is alpha


def test_what_is_open_to_the_outside_is_left_alone() -> None:
    alpha, picture, _ = scene(WALL, TURQUOISE)
    alpha[300:310, 300:] = 0
    assert holes.fill(alpha, picture) is alpha
