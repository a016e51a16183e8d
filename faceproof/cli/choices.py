"""What may be asked for by name on the command line, and the sentence for a name that is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from faceproof import engines, formats, styles

true_size = click.option(
    "--true-size",
    is_flag=True,
    help="Refuse a picture that the photo holds only smaller than the format asks, instead of making that.",
)
"""Decorator of the commands that write pictures in a size."""


class Photo(click.Path):
    """A file that exists and may be read; a folder is answered with what to type instead."""

    def __init__(self) -> None:
        super().__init__(exists=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path: Any = super().convert(value, param, ctx)
        if path.is_dir():
            name = click.format_filename(value)
            self.fail(f"“{name}” is a folder: name the photos in it, for example {name}/*.jpg", param, ctx)
        return path


class Lens(click.ParamType[float | None]):
    """“auto” (None), “off” (0), or a number up to 1."""

    name = "lens"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        if value in (None, "auto"):
            return None
        try:
            strength = 0.0 if value == "off" else float(value)
        except ValueError:
            strength = -1.0
        if not 0 <= strength <= 1:
            self.fail(f"“{value}” is neither auto nor off nor a number from 0 to 1", param, ctx)
        return strength


def looks(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names as they are, or every name for “all”. Raises `click.BadParameter` for one that is no look."""
    known = [style.name for style in styles.all_styles()]
    if "all" in names:
        return tuple(known)
    for name in names:
        _refuse(name, known, "look", "--style")
    return names


def format_named(name: str) -> formats.Format:
    """One of the formats that people are offered."""
    known = {fmt.name: fmt for fmt in formats.offered()}
    _refuse(name, list(known), "format", "--format")
    return known[name]


def engine(address: str) -> str:
    """The address as it is, when its scheme is one of ours."""
    _refuse(address.partition(":")[0] + ":", [f"{name}:" for name in engines.ENGINES], "engine", "--engine")
    return address if ":" in address else f"{address}:"


def _refuse(name: str, known: list[str], what: str, option: str) -> None:
    if name not in known:
        raise click.BadParameter(f"no {what} “{name}”; there are {', '.join(known)}", param_hint=option)
