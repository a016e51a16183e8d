"""``faceproof inspect``: what a picture says about itself, and whether that is true."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from faceproof import faults
from faceproof.cli.words import speak
from faceproof.marking import inspect as reading


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--root",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificate (PEM) of the authority to trust.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file.")
def inspect(files: tuple[Path, ...], root: Path | None, as_json: bool) -> None:
    """Read back the marks of FILES. Exit code 65 when a file is unmarked or was changed."""
    speak()
    worst = faults.OK
    for path in files:
        told = reading.describe(path.read_bytes(), root_pem=root.read_bytes() if root else None)
        if told["verdict"] != "marked":
            worst = faults.REFUSED
        if as_json:
            click.echo(json.dumps({"file": str(path)} | told, ensure_ascii=False))
        else:
            click.echo(f"{path}\n{reading.render_text(told)}")
    sys.exit(worst)
