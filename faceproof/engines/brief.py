"""What goes into an engine, what an engine is, and how it says that it could not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from faceproof.imaging.coarse import Coarse
    from faceproof.imaging.face import Face
    from faceproof.imaging.frame import Frame
    from faceproof.styles import Style

    from .master import Master

Progress = Callable[[str, float], None]
"""Called with the name of what was just finished and the share of the whole that is done, 0..1."""


MAX_SIDE = 2400
"""Pixels. Larger masters cost time and memory by the square; larger formats are given smaller."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One order: one upright photo, the face found in it, the styles wanted, most wanted first."""

    frame: Frame
    face: Face
    styles: tuple[Style, ...]
    seed: int = 1
    """Drives everything drawn by chance (grain, drawn rooms): same brief, same bytes."""
    brand_colour: tuple[int, int, int] = (36, 82, 110)
    """sRGB 0..255, for styles of the kind "brand"."""
    max_side: int = MAX_SIDE
    """Largest side of a master in pixels. Pictures are reduced to it, never enlarged."""
    lens: float | None = None
    """How strongly the perspective of a close selfie is corrected: None by evidence, 0 not, up to 1 fully."""
    coarse: Coarse | None = None
    """The operator's own mask model in place of the embedded one."""
    sketch: bool = False
    """A picture for a few seconds, never kept: the engine may look less closely where that saves time."""


class EngineError(Exception):
    """The engine made no picture. `code` for the sentence a person reads, `retry` whether waiting may help,
    `detail` for the operator."""

    def __init__(self, code: str, detail: str = "", *, retry: bool = False) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail, self.retry = code, detail, retry


class Engine(Protocol):
    """Makes masters: one a style, in the order of the brief, each yielded as soon as it is ready."""

    address: str

    def develop(self, brief: Brief, progress: Progress | None = None) -> Iterator[Master]: ...

    def admits(self, brief: Brief) -> None:
        """Nothing, where `develop` would make at least one master; else the error that it would raise. It
        costs less than to try."""
