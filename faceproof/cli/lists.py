"""``faceproof styles`` and ``faceproof formats``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import click
from django.utils.translation import gettext

from faceproof import formats as all_formats
from faceproof import styles as all_styles
from faceproof.cli.words import speak

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print a JSON list; label and purpose are in your language."
)


@click.command()
@as_json_option
def styles(as_json: bool) -> None:
    """List the looks: name (for --style), label, what it is."""
    language = speak()
    rows = [
        {"name": s.name, "label": s.label[language], "description": s.description[language]}
        for s in all_styles.all_styles()
    ]
    _say(as_json, rows, (row.values() for row in rows))


@click.command()
@as_json_option
def formats(as_json: bool) -> None:
    """List the formats: name (for --format), size in pixels, what it is for.

    “as held” is the largest size that the picture truly holds; in JSON its width and height are null.
    """
    language = speak()
    rows = [
        {
            "name": f.name,
            "width": None if f.fit == "largest" else f.width,
            "height": None if f.fit == "largest" else f.height,
            "file": f.file,
            "purpose": f.purpose[language],
        }
        for f in all_formats.offered()
    ]
    held = gettext("as held")
    sizes = [f"{row['width']}×{row['height']}" if row["width"] else held for row in rows]
    _say(as_json, rows, ((row["name"], size, row["purpose"]) for row, size in zip(rows, sizes, strict=True)))


def _say(as_json: bool, rows: Sequence[Mapping[str, object]], table: Iterable[Iterable[object]]) -> None:
    """The rows as JSON, or the table with its first two columns aligned."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    lines = [[str(cell) for cell in line] for line in table]
    first, second = (max(len(line[column]) for line in lines) + 2 for column in (0, 1))
    for name, label, text in lines:
        click.echo(f"{name:<{first}}{label:<{second}}{text}")
