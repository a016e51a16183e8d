"""Do heads stand where the format wants them? Measured by dlib on the finished picture, not by our own mesh.

Eye line: the middle of dlib's four eye corners. Head height: dlib's five points know no chin, so the chin
comes from marks set by hand on the photo (marks.toml) and is carried to the finished picture by the
similarity between dlib's points there and on the photo; the head counts as twice the way from eyes to chin,
as formats define it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from faceproof import formats
from faceproof.engines import Master
from faceproof.finishing import FinishingError, render
from faceproof.formats import Format

from .faces import similarity
from .people import Portrait
from .second import Second

MARKS = Path(__file__).with_name("marks.toml")
HEAD_OF_FACE = 2.0
KEYS = {
    "eye_line_off_wish": "eye line off wish",
    "eye_line_off_told": "eye line off told",
    "eye_line_calibrated": "eye line off told, dlib's constant out",
    "head_off_wish": "head off wish",
    "head_off_told": "head off told",
    "head_calibrated": "head off told, dlib's constant out",
}


def marks() -> dict[str, tuple[float, float]]:
    """The tip of the chin (x, y) in pixels of the photo, by its file name, set by hand."""
    if not MARKS.is_file():
        return {}
    table = tomllib.loads(MARKS.read_text(encoding="utf-8"))
    return {name: (float(x), float(y)) for name, (x, y) in table["chin"].items()}


def exact() -> list[Format]:
    return [fmt for fmt in formats.all_formats() if fmt.fit == "exact" and not fmt.internal]


def of(portrait: Portrait, master: Master, second: Second) -> list[dict[str, Any]]:
    """A row a format: errors in shares of the picture's height, against the wish and against what finishing
    says it achieved."""
    before = second.look(portrait.pixels)
    if before is None:
        return []
    chin = marks().get(portrait.name)
    rows = []
    for fmt in exact():
        try:
            done = render(master, fmt)
        except FinishingError:
            continue
        after = second.look(done.pixels)
        if after is None:
            continue
        eyes = after.eyes[1] / done.height
        row: dict[str, Any] = {
            "photo": portrait.name,
            "format": fmt.name,
            "notes": list(done.notes),
            "span": after.apart / done.height,
            "eye_line_off_wish": abs(eyes - fmt.eye_line),
            "eye_line_off_told": abs(eyes - done.eye_line),
            "eye_line_lower_than_told": eyes - done.eye_line,
        }
        if chin is not None:
            there = similarity(before.points, after.points)
            low = there[:, :2] @ np.array(chin) + there[:, 2]
            head = HEAD_OF_FACE * abs(low[1] - after.eyes[1]) / done.height
            row |= {
                "head_off_wish": abs(head - fmt.head_share),
                "head_off_told": abs(head - done.head_share),
                "head_larger_than_told": head - done.head_share,
            }
        rows.append(row)
    return rows


def calibrated(rows: list[dict[str, Any]]) -> float:
    """Adds to each row its errors without dlib's constant, and returns the constant: how far the middle of
    the corners of the eyes lies below the irises, in eye distances; one number for all, the median."""
    constant = float(np.median([row["eye_line_lower_than_told"] / row["span"] for row in rows]))
    for row in rows:
        row["eye_line_calibrated"] = abs(row["eye_line_lower_than_told"] - constant * row["span"])
        if "head_larger_than_told" in row:
            larger = row["head_larger_than_told"] + HEAD_OF_FACE * constant * row["span"]
            row["head_calibrated"] = abs(larger)
    return constant


def summed_up(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Median and 95th percentile of each error, over all pictures and over those that finishing could place
    as wished (no note)."""
    found = {}
    calibrated(rows)
    for key, words in KEYS.items():
        for which, chosen in (("all", rows), ("placed as wished", [r for r in rows if not r["notes"]])):
            values = [row[key] for row in chosen if key in row]
            if values:
                found[f"{words}, {which}"] = {
                    "median": float(np.median(values)),
                    "p95": float(np.percentile(values, 95)),
                    "pictures": float(len(values)),
                }
    return found
