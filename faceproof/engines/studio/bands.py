"""Work in bands of rows: the last stages look at one pixel at a time and give the bytes of the master.

Whole float pictures would not fit the processor's cache and, at 2400 pixels, hardly the memory of a small
server: a band of floats lives for a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceproof.imaging import pipeline
from faceproof.imaging.colour import to_bytes

BAND = 64
"""Rows: a float band of a 1024-pixel canvas is 0.8 MB, which the second cache holds."""


def spans(side: int) -> Iterable[tuple[int, int]]:
    """First and last + 1 of every band of `side` rows."""
    return ((top, min(top + BAND, side)) for top in range(0, side, BAND))


def render(
    stages: Sequence[pipeline.Stage],
    values: Mapping[str, Any],
    cut: Callable[[int, int], Mapping[str, Any]],
    side: int,
    hook: pipeline.Hook | None = None,
) -> NDArray[np.uint8]:
    """(side, side, 3) sRGB, made band by band.

    values: what every band shares. cut(top, bottom): what each has of its own. The stages see them together
    with `top`, and give `finished`, (bottom - top, side, 3) 0..1. The hook hears each stage once, in total.
    """
    made = np.empty((side, side, 3), np.uint8)
    spent: dict[str, float] = {}

    def add(name: str, milliseconds: float) -> None:
        spent[name] = spent.get(name, 0.0) + milliseconds

    for top, bottom in spans(side):
        given = {**values, **cut(top, bottom), "top": top}
        finished = pipeline.run(stages, given, keep={"finished"}, hook=add)["finished"]
        made[top:bottom] = to_bytes(finished)
    if hook is not None:
        for name, milliseconds in spent.items():
            hook(name, milliseconds)
    return made
