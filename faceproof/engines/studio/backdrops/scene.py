"""All that a backdrop may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """The style's wishes and the canvas they are for."""

    kind: str
    wishes: Mapping[str, float | tuple[float, ...]]
    """The style's backdrop table, complete."""
    picture: NDArray[np.float32]
    """(n, n, 3) 0..1, the canvas as photographed."""
    alpha: NDArray[np.float32]
    """(n, n) 0..1."""
    inside: NDArray[np.uint8]
    """(n, n) 0/1 where the canvas lies inside the photo."""
    brand: tuple[int, int, int]
    """The organisation's colour, sRGB 0..255."""
    seed: int

    @property
    def side(self) -> int:
        return int(self.alpha.shape[0])

    def number(self, key: str) -> float:
        value = self.wishes[key]
        assert not isinstance(value, tuple)
        return value

    def numbers(self, key: str) -> tuple[float, ...]:
        value = self.wishes[key]
        assert isinstance(value, tuple)
        return value
