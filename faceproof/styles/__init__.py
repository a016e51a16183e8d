"""Looks: what stands behind a person and how the picture is finished. One TOML file here is one style."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from .schema import BACKDROPS, GRADE, LIGHT, RETOUCH, Range, StyleError, Value, read_table, read_words

HERE = Path(__file__).parent
TABLES = {"label", "description", "backdrop", "light", "retouch", "grade", "order", "usual"}


@dataclass(frozen=True, slots=True)
class Style:
    """One look. The four tables hold every key of their schema (styles/schema.py)."""

    name: str
    label: Mapping[str, str]
    """The name people see, by language ("en", "fr")."""
    description: Mapping[str, str]
    """One sentence, by language."""
    kind: str
    """Which backdrop: a key of schema.BACKDROPS."""
    backdrop: Mapping[str, Value]
    light: Mapping[str, Value]
    retouch: Mapping[str, Value]
    grade: Mapping[str, Value]
    order: int = 100
    """Place in lists; smaller comes first."""
    usual: bool = True
    """Made where nobody chose looks; the others for those who ask for them: every look costs time."""

    @property
    def key_side(self) -> float | None:
        """Natural logarithm of the light that this look wants on the left half of a face over the right one;
        None where it leaves the light as it was photographed."""
        light = self.light
        if light["add"] == light["even"] == 0:
            return None
        return side_of_key(light["key"])  # type: ignore[arg-type]

    @property
    def keeps_background(self) -> bool:
        """True when the photo's own background stays, so nothing but captured pixels is shown."""
        return self.kind == "own"


def untouched(style: Style) -> Style:
    """The same look around the person as they were photographed: no retouch, no light of its own."""
    light, retouch = read_table("", "light", "none", LIGHT), read_table("", "retouch", "none", RETOUCH)
    return replace(style, light=light, retouch=retouch)


SIDE = 0.30
"""Natural logarithm of light: what a soft key at the side makes of the halves of a face, 1.35 to 1. Portraits
in even light lie within 0.35 of none (finishing/consistency.py)."""


def side_of_key(key: tuple[float, ...]) -> float:
    """Natural logarithm of left over right that a soft key from there (x right, y down, z away) gives."""
    across = math.hypot(key[0], key[2])
    return -SIDE * key[0] / across if across else 0.0


def load(path: Path) -> Style:
    """Read one style file. Raises StyleError naming the file and the key that is wrong."""
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StyleError(path.name, "(file)", str(error)) from error
    for key in sorted(set(data) - TABLES):
        raise StyleError(path.name, key, "unknown key")
    backdrop = dict(data.get("backdrop") or {})
    kind = backdrop.pop("kind", None)
    if kind not in BACKDROPS:
        raise StyleError(path.name, "backdrop.kind", f"must be one of {', '.join(BACKDROPS)}")
    order = data.get("order", 100)
    if not isinstance(order, int) or isinstance(order, bool):
        raise StyleError(path.name, "order", "must be a whole number")
    usual = data.get("usual", True)
    if not isinstance(usual, bool):
        raise StyleError(path.name, "usual", "must be true or false")
    tables: dict[str, tuple[Any, Mapping[str, Range]]] = {
        "backdrop": (backdrop, BACKDROPS[kind]),
        "light": (data.get("light", {}), LIGHT),
        "retouch": (data.get("retouch", {}), RETOUCH),
        "grade": (data.get("grade", {}), GRADE),
    }
    return Style(
        name=path.stem,
        label=read_words(path.name, "label", data),
        description=read_words(path.name, "description", data),
        kind=kind,
        order=order,
        usual=usual,
        **{name: read_table(path.name, name, found, schema) for name, (found, schema) in tables.items()},
    )


@cache
def _shipped() -> tuple[Style, ...]:
    return read_folder(HERE)


def read_folder(folder: Path) -> tuple[Style, ...]:
    """Every style of a folder, in their order."""
    return tuple(sorted((load(path) for path in folder.glob("*.toml")), key=lambda s: (s.order, s.name)))


def all_styles() -> tuple[Style, ...]:
    """Every style that ships, in the order people see."""
    return _shipped()


def usual_styles() -> tuple[Style, ...]:
    """The looks that are made where nobody chose any."""
    return tuple(style for style in all_styles() if style.usual)


def get(name: str) -> Style:
    """The style of that name. Raises StyleError for an unknown one."""
    for style in all_styles():
        if style.name == name:
            return style
    raise StyleError(
        f"{name}.toml", "(name)", f"no such style; there are {', '.join(s.name for s in all_styles())}"
    )
