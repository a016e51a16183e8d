"""Small pictures of what every stage makes of the two portraits, to see when a stage changes.

After a change that is meant: `python -m tests.engines.golden` writes tests/engines/golden.npz anew; look
at the difference before committing it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof import styles
from faceproof.engines.studio import Studio, stages
from faceproof.engines.studio.backdrops import Scene
from faceproof.engines.studio.masks import Masks
from faceproof.imaging import pipeline

from .people import brief, front

FILE = Path(__file__).with_name("golden.npz")
SIDE = 24
PORTRAITS = ("astronaut", "hopper")


def tiny(value: Any) -> NDArray[np.float32] | None:
    """A value of the pipeline as a picture of SIDE, 0..1; numbers as they are; None for what is neither."""
    if isinstance(value, Masks):
        value = value.skin
    if isinstance(value, int | float) and not isinstance(value, bool):
        return np.array([value], np.float32)
    if not isinstance(value, np.ndarray) or value.ndim < 2 or value.shape[0] == 478:
        return None
    scaled = value.astype(np.float32) / (255 if value.dtype == np.uint8 and value.max() > 1 else 1)
    return np.asarray(cv2.resize(scaled, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)


def made() -> dict[str, NDArray[np.float32]]:
    """Every stage's values for both portraits, and every style's finished picture, by "portrait/name"."""
    found: dict[str, NDArray[np.float32]] = {}
    for name in PORTRAITS:
        values = dict(front(name))
        given = {key: values[key] for key in ("photo", "landmarks", "max_side", "optics", "coarse")}
        style = styles.get("studio-grey")
        values |= {"retouch": style.retouch, "light": style.light, "grade": style.grade, "seed": 1}
        values = pipeline.run(stages.POLISH, values)
        scene = Scene(
            "paper", style.backdrop, values["picture"], values["alpha"], values["inside"], (36, 82, 110), 1
        )
        values = pipeline.run([*stages.BACK, *stages.ROWS], values | {"scene": scene, "top": 0})
        for key, value in values.items():
            small = None if key in {*given, "seed", "top"} else tiny(value)
            if small is not None:
                found[f"{name}/{key}"] = small
        for master in Studio().develop(brief(name)):
            found[f"{name}/style {master.style}"] = np.asarray(tiny(master.pixels), np.float32)
    return found


if __name__ == "__main__":
    np.savez_compressed(FILE, **{key: value.astype(np.float16) for key, value in made().items()})
    print(f"{FILE}: {FILE.stat().st_size} bytes")
