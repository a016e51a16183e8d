"""A decoded photo: upright sRGB pixels that nobody can change, and the little that is known about them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from faceproof.imaging.shrink import turned


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture, as every room hands it to the next.

    The array is taken over and frozen in place: whoever gave it can no longer write to it either, so two
    holders of a frame can never see different pixels. Frames compare by identity.
    """

    pixels: NDArray[np.uint8]
    """(h, w, 3) sRGB, 0..255, C-contiguous, read-only."""
    source: str = "unknown"
    """The format the bytes came in: "jpeg", "png", "webp", "heic" or "unknown"."""
    original_size: tuple[int, int] | None = None
    """(width, height) of the upright picture before the decoder reduced it; None when it did not."""
    focal_35mm: float | None = None
    """35 mm-equivalent focal length in millimetres (EXIF FocalLengthIn35mmFilm), the only EXIF value kept."""

    turns: int = 0
    """Quarter turns counter-clockwise, 0..3, that were made after decoding (EXIF's are the decoder's)."""

    def __post_init__(self) -> None:
        pixels = self.pixels
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
            raise ValueError(f"a frame is (h, w, 3) uint8, not {pixels.shape} {pixels.dtype}")
        frozen = np.ascontiguousarray(pixels)
        frozen.setflags(write=False)
        object.__setattr__(self, "pixels", frozen)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def rotated(self, quarter_turns: int) -> Frame:
        """The same picture turned counter-clockwise by `quarter_turns` times 90 degrees, as `numpy.rot90`."""
        turns = quarter_turns % 4
        if turns == 0:
            return self
        size = self.original_size
        if size is not None and turns % 2:
            size = (size[1], size[0])
        made = (self.turns + turns) % 4
        return replace(self, pixels=turned(self.pixels, turns), original_size=size, turns=made)
