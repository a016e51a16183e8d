"""``faceproof styles`` and ``faceproof formats``."""

from __future__ import annotations

import json

import click

from faceproof import formats as all_formats
from faceproof import styles as all_styles
from faceproof.cli.words import speak


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def styles(as_json: bool) -> None:
    """List the looks: name, what it is."""
    language = speak()
    rows = [(s.name, s.label[language], s.description[language]) for s in all_styles.all_styles()]
    _print(rows, ("name", "label", "description"), as_json)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def formats(as_json: bool) -> None:
    """List the formats: name, size in pixels, what it is for."""
    language = speak()
    rows = [
        (f.name, "as held" if f.fit == "largest" else f"{f.width}×{f.height}", f.purpose[language])
        for f in all_formats.offered()
    ]
    _print(rows, ("name", "size", "purpose"), as_json)


def _print(rows: list[tuple[str, str, str]], names: tuple[str, str, str], as_json: bool) -> None:
    if as_json:
        click.echo(
            json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, indent=1)
        )
        return
    first = max(len(row[0]) for row in rows) + 2
    second = max(len(row[1]) for row in rows) + 2
    for name, label, text in rows:
        click.echo(f"{name:<{first}}{label:<{second}}{text}")
