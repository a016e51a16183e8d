"""Pictures for people: every portrait in every look at 100 %, hair edges at 200 %, all small on a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof import styles

from .people import Portrait

Bytes = NDArray[np.uint8]
COLUMNS = 4
SMALL = 180
CLOSE = 200


def write(file: Path, pixels: Bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(file), pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])


def small(pixels: Bytes, side: int) -> Bytes:
    return np.asarray(cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def close_ups(alpha: NDArray[Any], size: int, count: int = 3) -> list[tuple[int, int]]:
    """Where the upper matte is softest: corners (x, y) of windows that do not meet."""
    soft = np.asarray(alpha, np.float32) / 255
    soft = cv2.boxFilter(soft * (1 - soft), -1, (size, size), anchor=(0, 0))
    soft = soft[: max(1, soft.shape[0] * 2 // 3 - size), : soft.shape[1] - size].copy()
    found = []
    for _ in range(count):
        y, x = divmod(int(soft.argmax()), soft.shape[1])
        found.append((x, y))
        soft[max(0, y - size) : y + size, max(0, x - size) : x + size] = -1
    return found


def of(portrait: Portrait, folder: Path) -> Bytes:
    """Write this portrait's sheets into `folder`; returns its row of the page of all."""
    canvas = portrait.canvas
    masters = list(portrait.masters())
    stem = Path(portrait.name).stem
    everything = [canvas, *(master.pixels for master in masters)]
    while len(everything) % COLUMNS:
        everything.append(np.full_like(canvas, 255))
    rows = [np.hstack(everything[i : i + COLUMNS]) for i in range(0, len(everything), COLUMNS)]
    write(folder / "looks" / f"{stem}.jpg", np.vstack(rows))
    matte = masters[0].matte
    size = min(CLOSE, canvas.shape[0] // 3)
    strips = []
    for x, y in close_ups(canvas[..., 0] if matte is None else matte, size):
        tiles = [picture[y : y + size, x : x + size] for picture in (canvas, *(m.pixels for m in masters))]
        strips.append(
            np.hstack([cv2.resize(t, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC) for t in tiles])
        )
    write(folder / "hair" / f"{stem}.jpg", np.vstack(strips).astype(np.uint8))
    made = {master.style: master.pixels for master in masters}
    blank = np.full_like(canvas, 255)  # a look that the engine would not give for this photo
    looks = [made.get(style.name, blank) for style in styles.all_styles()]
    return np.hstack([small(picture, SMALL) for picture in (canvas, *looks)])


def page(rows: list[Bytes], folder: Path) -> Path:
    """All portraits × all looks on one page, the looks named."""
    wide = rows[0].shape[1]
    head = np.full((22, wide, 3), 255, np.uint8)
    for place, name in enumerate(("photo", *(style.name for style in styles.all_styles()))):
        cv2.putText(head, name, (place * SMALL + 4, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1)
    file = folder / "contact.jpg"
    write(file, np.vstack([head, *rows]))
    return file
