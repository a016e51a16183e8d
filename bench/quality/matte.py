"""The matte's table: every contender on every made photo, by kind and colour of hair, and pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from . import matting_errors, scenes
from .cutting import CONTENDERS, Cut, Shot, shoot
from .light import over, to_display

Floats = NDArray[np.float32]
BACKDROPS: dict[str, tuple[float, float, float]] = {
    "grey": (0.66, 0.68, 0.70),
    "white": (0.96, 0.95, 0.93),
    "charcoal": (0.14, 0.15, 0.16),
    "blue": (0.08, 0.20, 0.45),
    "green": (0.25, 0.55, 0.30),
}
COLUMNS = ("sad", "mse", "gradient", "connectivity", "sad_whole", "composite", "colour")


def measured(
    recipes: tuple[scenes.Recipe, ...],
    folder: Path,
    cache: Path,
    contenders: dict[str, Callable[[Shot], Cut]] | None = None,
    pictures: Path | None = None,
) -> Iterator[dict[str, Any]]:
    """One row a photo and contender: its errors, processor milliseconds, and what the photo was."""
    for truth in scenes.all_of(recipes, folder, cache):
        shot = shoot(truth)
        cuts: dict[str, Cut] = {}
        for name, cut in (contenders or CONTENDERS).items():
            started = time.process_time()
            cuts[name] = cut(shot)
            spent = (time.process_time() - started) * 1000
            errors = matting_errors.against(
                *cuts[name],
                shot.alpha,
                shot.light,
                shot.inside,
                [np.array(colour, np.float32) for colour in BACKDROPS.values()],
            )
            recipe = truth.recipe
            yield {
                "contender": name,
                "photo": recipe.name,
                "kind": recipe.kind,
                "colour": recipe.colour,
                "place": recipe.place,
                "confidence": float(shot.values["confidence"]),
                "ms": spent,
                **{f"error_{key}": value for key, value in errors.items()},
            }
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            file = pictures / f"{recipe.name.replace(',', '').replace(' ', '_')}.png"
            cv2.imwrite(str(file), side_by_side(shot, cuts)[..., ::-1])


def busiest(shot: Shot, size: int, count: int = 2) -> list[tuple[int, int]]:
    """Top left corners of the windows with the most soft edge, apart from each other."""
    soft = cv2.boxFilter(shot.alpha * (1 - shot.alpha) * shot.inside, -1, (size, size), anchor=(0, 0))
    soft = soft[: soft.shape[0] - size, : soft.shape[1] - size].copy()
    found = []
    for _ in range(count):
        y, x = divmod(int(soft.argmax()), soft.shape[1])
        found.append((x, y))
        soft[max(0, y - size) : y + size, max(0, x - size) : x + size] = 0
    return found


def side_by_side(shot: Shot, cuts: dict[str, Cut], size: int = 180, zoom: int = 2) -> NDArray[np.uint8]:
    """At 200 %: the photo, the truth and every contender, as alpha and before grey and blue."""
    columns = {"photo": (None, shot.picture), "truth": (shot.alpha, to_display(shot.light)), **cuts}
    rows = []
    for x, y in busiest(shot, size):
        part = np.s_[y : y + size, x : x + size]
        for ground in ("alpha", "grey", "blue"):
            tiles = []
            for alpha, colours in columns.values():
                if alpha is None:
                    tile = colours[part]
                elif ground == "alpha":
                    tile = np.repeat(alpha[part][..., None], 3, 2)
                else:
                    scene = np.broadcast_to(np.array(BACKDROPS[ground], np.float32), colours[part].shape)
                    tile = over(np.ascontiguousarray(colours[part]), alpha[part], scene)
                tiles.append(cv2.resize(tile, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC))
            rows.append(np.hstack(tiles))
    sheet = np.clip(np.vstack(rows) * 255, 0, 255).astype(np.uint8)
    for place, name in enumerate(columns):
        at = (place * size * zoom + 6, 16)
        cv2.putText(sheet, name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 3)
        cv2.putText(sheet, name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1)
    return sheet


def means(rows: list[dict[str, Any]], key: str = "contender") -> dict[str, dict[str, float]]:
    """Mean errors by the value of `key`, in order of appearance."""
    names = dict.fromkeys(row[key] for row in rows)
    return {
        name: {
            column: float(np.mean([row[column] for row in rows if row[key] == name]))
            for column in (*(f"error_{c}" for c in COLUMNS), "ms")
        }
        for name in names
    }


def table(found: dict[str, dict[str, float]], title: str) -> str:
    """Markdown, the errors of each row of `means`."""
    heads = ("SAD", "MSE", "gradient", "connectivity", "SAD, whole", "composite", "colour", "ms")
    lines = [f"| {title} | {' | '.join(heads)} |", "|---|" + "---|" * len(heads)]
    for name, row in found.items():
        values = [f"{row[f'error_{c}']:.2f}" for c in COLUMNS] + [f"{row['ms']:.0f}"]
        lines.append(f"| {name} | {' | '.join(values)} |")
    return "\n".join(lines)
