"""What stands behind the person. To add a kind: one file, its line here, its ranges in styles/schema.py."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from . import own, paper, places
from .scene import Scene

KINDS: dict[str, Callable[[Scene], NDArray[np.float32]]] = {
    "paper": paper.seamless,
    "gradient": paper.gradient,
    "brand": paper.brand,
    "office": places.paint,
    "library": places.paint,
    "city": places.paint,
    "greenery": places.paint,
    "own": own.soften,
}


def paint(scene: Scene) -> NDArray[np.float32]:
    """(n, n, 3) 0..1, smooth: grain is added when it is composited."""
    return KINDS[scene.kind](scene)


__all__ = ["KINDS", "Scene", "paint"]
