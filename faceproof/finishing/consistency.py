"""How well finished pictures of several people stand together: 0 to 100, with its parts and who falls out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faceproof.finishing.observe import Observed


@dataclass(frozen=True, slots=True)
class Part:
    """One value that is compared: a difference up to `tolerance` is not seen, from `worst` on nothing is
    left."""

    name: str
    tolerance: float
    worst: float
    weight: float


PARTS = (
    # Shares of the picture. 1 % is what the product promises of each format (docs/studio.md); 3 pixels of a
    # thumbnail of 300. The other end found by looking: a head 10 % larger than its neighbour is another crop.
    Part("eye_line", 0.01, 0.07, 0.20),
    Part("head_share", 0.01, 0.12, 0.25),
    Part("off", 0.02, 0.10, 0.15),
    # L*: about 1 is just seen between large fields side by side (CIE 15), 2 between pictures on a page.
    Part("backdrop", 2.0, 10.0, 0.15),
    # Log of light: 0.35 is half a stop between the sides of a face, the mean of our portraits in even light.
    # Compared with what the style's key asks for, where it is known.
    Part("key", 0.35, 1.6, 0.10),
    # L*: mostly hair and clothes, which nobody evens; 12 is the spread of our portraits.
    Part("contrast", 12.0, 45.0, 0.05),
    # Pixels at a height of 512: 0.15 is hardly seen, 0.6 is one picture out of focus beside one that is not.
    Part("softness", 0.15, 0.75, 0.10),
)
FALLS_OUT = 0.6
"""A picture whose part keeps less than this is named."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """One picture that falls out of the row: its place, in which part, by how much from the team's middle
    value (of `key`: from the style's), that value, and the edges at which its photo held no more."""

    place: int
    part: str
    difference: float
    middle: float
    held_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """score and each of `parts`: 0..100, 100 when nobody differs by more than is seen. outliers: worst
    first."""

    score: float
    parts: dict[str, float]
    outliers: tuple[Outlier, ...]


def consistency(pictures: Sequence[Observed], key: float | None = None) -> Consistency:
    """Compare at least one picture; each value with the middle (median) of all.

    key: the side that the style's key light asks for (`Style.key_side`): the light of each is then compared
    with that. A team that is lit from the wrong side all together would not match the next one.

    Skin is in none of the parts: how light or dark a person is, is no difference to be evened.
    """
    if not pictures:
        raise ValueError("there is nothing to compare")
    parts, outliers, total, weights = {}, [], 0.0, 0.0
    for part in PARTS:
        values = [getattr(picture, part.name) for picture in pictures]
        known = [(place, float(value)) for place, value in enumerate(values) if value is not None]
        if not known:
            continue
        middle = float(np.median([value for _, value in known]))
        if part.name == "key" and key is not None:
            middle = key
        kept = {place: _kept(value - middle, part) for place, value in known}
        mean = float(np.mean(list(kept.values())))
        parts[part.name] = 100 * mean
        total, weights = total + part.weight * mean, weights + part.weight
        for place, value in known:
            if kept[place] < FALLS_OUT:
                held = pictures[place].held_by
                outliers.append((kept[place], Outlier(place, part.name, value - middle, middle, held)))
    outliers.sort(key=lambda found: found[0])
    return Consistency(100 * total / weights, parts, tuple(outlier for _, outlier in outliers))


def _kept(difference: float, part: Part) -> float:
    """1 up to the tolerance, 0 from the worst on, a straight line between."""
    return float(np.clip((part.worst - abs(difference)) / (part.worst - part.tolerance), 0, 1))
