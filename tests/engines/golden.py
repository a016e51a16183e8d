"""Small pictures of what every stage makes of the two portraits, to see when a stage changes, and which.

After a change that is meant: `python -m tests.engines.golden` says what moved, the first stage first, and
writes tests/engines/golden.npz anew; look at it before committing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof import styles
from faceproof.engines.studio import Studio, asked, stages
from faceproof.engines.studio.backdrops import Scene
from faceproof.engines.studio.masks import Masks
from faceproof.imaging.colour import delta_e, to_lab
from faceproof.imaging.pipeline import Stage

from .people import brief

FILE = Path(__file__).with_name("golden.npz")
SIDE = 24
PORTRAITS = ("astronaut", "hopper")
STAGES = [*stages.FRONT, *stages.POLISH, *stages.BACK, *stages.ROWS]
COLOUR, COLOUR_MOST, FIELD = 0.6, 4.0, 0.006
"""What is no change, because nets and libraries round differently on other machines: CIEDE2000 of a colour
picture, its mean and its 99th percentile; mean absolute difference of a field, 0..1."""

Small = NDArray[np.float32]


def tiny(value: Any) -> Small | None:
    """A value of the pipeline as a picture of SIDE, 0..1; numbers as they are; None for what is neither."""
    if isinstance(value, Masks):
        value = value.skin
    if isinstance(value, int | float) and not isinstance(value, bool):
        return np.array([value], np.float32)
    if not isinstance(value, np.ndarray) or value.ndim < 2 or value.shape[0] == 478:
        return None
    scaled = value.astype(np.float32) / (255 if value.dtype == np.uint8 and value.max() > 1 else 1)
    return np.asarray(cv2.resize(scaled, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)


@dataclass(frozen=True, eq=False)
class Step:
    """One stage as it ran."""

    stage: Stage
    taken: tuple[Any, ...]
    given: tuple[Any, ...]


@cache
def steps(name: str) -> tuple[Step, ...]:
    """All stages on a portrait in the look studio-grey, one after the other at the work scale. Read-only."""
    style = styles.get("studio-grey")
    known = asked(brief(name)) | {"retouch": style.retouch, "light": style.light, "grade": style.grade}
    known |= {"seed": 1, "top": 0}
    ran = []
    for stage in STAGES:
        if stage is stages.BACK[0]:
            seen = (known[key] for key in ("picture", "alpha", "inside"))
            known["scene"] = Scene("paper", style.backdrop, *seen, (36, 82, 110), 1)
        taken = tuple(known[key] for key in stage.takes)
        result = stage.function(*taken)
        ran.append(Step(stage, taken, result if len(stage.gives) > 1 else (result,)))
        known |= dict(zip(stage.gives, ran[-1].given, strict=True))
    return tuple(ran)


@cache
def made() -> dict[str, Small]:
    """Every stage's pictures for both portraits by "portrait/stage/value", in the order of the stages, then
    every look's finished picture."""
    found: dict[str, Small] = {}
    for name in PORTRAITS:
        for step in steps(name):
            for key, value in zip(step.stage.gives, step.given, strict=True):
                small = tiny(value)
                if small is not None:
                    found[f"{name}/{step.stage.name}/{key}"] = small
        for master in Studio().develop(brief(name)):
            found[f"{name}/look/{master.style}"] = np.asarray(tiny(master.pixels), np.float32)
    return found


def difference(one: Small, two: Small) -> tuple[float, str]:
    """How far apart two small pictures are, 1 being what is allowed, and in words."""
    if one.shape != two.shape:
        return float("inf"), f"its shape was {two.shape} and is {one.shape}"
    if one.size == 1:
        apart = abs(float(one[0]) - float(two[0]))
        return apart / max(0.03, 0.05 * abs(float(two[0]))), f"was {two[0]:.3f} and is {one[0]:.3f}"
    if one.ndim == 3 and one.shape[2] == 3 and min(one.min(), two.min()) > -0.01:
        each = delta_e(to_lab(np.clip(one, 0, 1)), to_lab(np.clip(two, 0, 1)))
        mean, most = float(each.mean()), float(np.percentile(each, 99))
        return max(mean / COLOUR, most / COLOUR_MOST), f"moved by {mean:.2f} in ΔE00, at most {most:.1f}"
    moved = float(np.abs(one - two).mean())
    return moved / FIELD, f"moved by {moved:.4f} of its range"


def changed(portrait: str) -> list[str]:
    """What moved for a portrait, a sentence each, the first stage first."""
    before = np.load(FILE)
    told = []
    for name, now in made().items():
        if name.startswith(f"{portrait}/") and name in before:
            apart, words = difference(now, before[name].astype(np.float32))
            told += [f"{name} {words}"] if apart > 1 else []
    return told


if __name__ == "__main__":
    for name in PORTRAITS:
        print("\n".join(changed(name) or [f"{name}: nothing moved"]))
    np.savez_compressed(FILE, **{key: value.astype(np.float16) for key, value in made().items()})
    print(f"{FILE}: {FILE.stat().st_size} bytes")
