"""An engine for tests and demos: it draws a card that nobody can take for a photo. Same contract, no nets."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import cv2
import numpy as np
from numpy.typing import NDArray

from .brief import Brief, EngineError, Progress
from .master import Action, Geometry, Master

LARGEST = 1024
WORD = "SYNTHETIC"
FONT = cv2.FONT_HERSHEY_SIMPLEX


class Fake:
    """address "fake:". Draws a bust in the style's own tint; never looks at the photo's pixels."""

    address = "fake:"

    def develop(self, brief: Brief, progress: Progress | None = None) -> Iterator[Master]:
        """One card a style, as large as the photo's short side, at most 1024 pixels."""
        self.admits(brief)
        short = min(brief.frame.pixels.shape[:2])
        side = max(16, min(short, brief.max_side, LARGEST) // 8 * 8)
        for place, style in enumerate(brief.styles):
            pixels, matte = draw(side, crc32(f"{style.name} {brief.seed}".encode()), style.name)
            yield Master(
                pixels=pixels,
                matte=matte,
                geometry=geometry(side),
                engine="fake:1",
                style=style.name,
                seed=brief.seed,
                scale=1.0,
                source_type="algorithmicMedia",
                actions=(Action("c2pa.created", "Drew a test card; no photo was used"),),
                report={"scale": 1.0, "head_px": 0.47 * side, "iod_px": 0.14 * side},
            )
            if progress is not None:
                progress(style.name, (place + 1) / len(brief.styles))

    def admits(self, brief: Brief) -> None:
        """Every photo does."""
        if not brief.styles:
            raise EngineError("no_style", "a brief needs at least one style")


def geometry(side: int) -> Geometry:
    """Where the drawn head is."""
    x, middle = 0.07 * side, 0.5 * side
    return Geometry(
        (middle - x, 0.385 * side), (middle + x, 0.385 * side), (middle, 0.62 * side), (middle, 0.15 * side)
    )


def draw(side: int, chance: int, name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(side, side, 3) card and (side, side) matte. `chance` picks its tint."""
    tint = np.array([40 + chance % 60, 90 + chance // 60 % 90, 130 + chance // 5400 % 90], np.uint8)
    matte = np.zeros((side, side), np.uint8)
    unit = side / 100
    centre = (round(50 * unit), round(38.5 * unit))
    cv2.ellipse(matte, centre, (round(17 * unit), round(23.5 * unit)), 0, 0, 360, 255, -1, cv2.LINE_AA)
    cv2.ellipse(
        matte, (centre[0], side), (round(38 * unit), round(33 * unit)), 0, 0, 360, 255, -1, cv2.LINE_AA
    )
    stripes = ((np.arange(side)[:, None] + np.arange(side)) // max(1, side // 24) % 2).astype(np.uint8)
    ground = 235 - 22 * stripes[..., None] * np.ones(3, np.uint8)
    card = np.where(matte[..., None] > 127, tint, ground).astype(np.uint8)
    for x in (43, 57):
        cv2.circle(
            card,
            (round(x * unit), round(38.5 * unit)),
            max(1, round(1.6 * unit)),
            (20, 20, 20),
            -1,
            cv2.LINE_AA,
        )
    cv2.ellipse(
        card, (centre[0], round(48 * unit)), (round(7 * unit), round(4 * unit)), 0, 10, 170, (20, 20, 20), 2
    )
    for text, height, scale in ((WORD, 84, 0.030), (name, 95, 0.014)):
        size = side * scale / 12
        width = cv2.getTextSize(text, FONT, size, max(1, round(size * 2)))[0][0]
        where = (round(50 * unit - width / 2), round(height * unit))
        cv2.putText(card, text, where, FONT, size, (255, 255, 255), max(1, round(size * 2)), cv2.LINE_AA)
    return card, matte


def build(rest: str) -> Fake:
    """The engine for the part of the address after "fake:", which must be empty."""
    if rest:
        raise EngineError("unknown_engine", f"fake: takes nothing after the colon, not {rest!r}")
    return Fake()
