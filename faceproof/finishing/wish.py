"""What a person asks of a finished picture: with or without retouch, a little tighter, a little aside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ZOOM = (0.85, 1.25)
SHIFT = 0.12
DIGITS = 3
"""What is finer than a thousandth of the picture is not kept: equal wishes stay equal as JSON."""
YES, NO = frozenset({"1", "true", "on", "yes"}), frozenset({"", "0", "false", "off", "no"})


@dataclass(frozen=True, slots=True)
class Wish:
    """retouch: whether skin, eyes, teeth and shine are retouched, where the engine did that. zoom: 0.85 to
    1.25, larger is tighter. dx, dy: how far the person moves right and down in the picture, in shares of its
    width and height, -0.12 to 0.12. ValueError outside of these; `of` clamps instead.
    """

    retouch: bool = True
    zoom: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    def __post_init__(self) -> None:
        if not (ZOOM[0] <= self.zoom <= ZOOM[1] and abs(self.dx) <= SHIFT and abs(self.dy) <= SHIFT):
            raise ValueError(f"out of range: {self}")

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Wish:
        """From plain values (JSON, or the texts of a form), clamped to the ranges; what is missing is as by
        default, other keys are ignored. ValueError for what is no number or no yes or no."""
        return cls(
            retouch=_yes(given.get("retouch", True)),
            zoom=_number(given.get("zoom", 1.0), *ZOOM),
            dx=_number(given.get("dx", 0.0), -SHIFT, SHIFT),
            dy=_number(given.get("dy", 0.0), -SHIFT, SHIFT),
        )

    def plain(self) -> dict[str, bool | float]:
        """JSON-able, without what is as by default: {} is no wish."""
        known: dict[str, bool | float] = {
            "retouch": self.retouch,
            "zoom": round(self.zoom, DIGITS),
            "dx": round(self.dx, DIGITS),
            "dy": round(self.dy, DIGITS),
        }
        default = {"retouch": True, "zoom": 1.0, "dx": 0.0, "dy": 0.0}
        return {name: value for name, value in known.items() if value != default[name]}


def _number(value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is not a number")
    found = float(value)
    if not math.isfinite(found):
        raise ValueError(f"{value!r} is not a number")
    return round(min(max(found, low), high), DIGITS)


def _yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in YES | NO:
        return value.lower() in YES
    raise ValueError(f"{value!r} is neither yes nor no")
