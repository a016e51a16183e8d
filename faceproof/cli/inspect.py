"""``faceproof inspect``: what a picture says about itself, and whether that is true."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from cryptography import x509
from django.utils import translation
from django.utils.translation import gettext

from faceproof import faults
from faceproof.cli.words import speak
from faceproof.marking import inspect as reading
from faceproof.marking.terms import DISCLOSURES

SPACES = "\u00a0\u202f"  # French typography; Python calls them unprintable


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--root",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificate (PEM) of the authority to trust: the root.pem that the makers of the picture publish.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, a line each.")
def inspect(files: tuple[Path, ...], root: Path | None, as_json: bool) -> None:
    """Read back the marks of FILES: who made them, what was done, and whether they were changed since.

    Exit code 0 when every file is marked and unchanged, 65 when one is not.
    """
    speak()
    trusted = _certificate(root) if root else None
    worst = faults.OK
    for path in files:
        told = reading.describe(path.read_bytes(), root_pem=trusted)
        if told["verdict"] != "marked":
            worst = faults.REFUSED
        name = click.format_filename(path)
        click.echo(json.dumps({"file": name} | told) if as_json else f"{name}\n{render_text(told)}")
    sys.exit(worst)


def _certificate(path: Path) -> bytes:
    """A file that is no certificate would make every good picture look changed."""
    data = path.read_bytes()
    try:
        x509.load_pem_x509_certificate(data)
    except ValueError:
        name = click.format_filename(path)
        raise click.BadParameter(f"“{name}” holds no certificate in PEM", param_hint="--root") from None
    return data


def _verdict(told: dict[str, Any]) -> str:
    if told["verdict"] == "marked":
        return gettext("The marks of this picture are whole: nothing was changed since they were signed.")
    return faults.fault(told["verdict"] if told["picture"] else "not_an_image").told()


def _facts(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and text, in the order in which one would ask for them."""
    facts = [(gettext("reason"), told["reason"])] if told["reason"] and told["picture"] else []
    if picture := told["picture"]:
        size = f"{picture['width']} × {picture['height']}, {picture['bytes']:,} B"
        facts.append((gettext("picture"), f"{picture['type']}, {size}"))
    if told["source_type"]:
        facts.append((gettext("source type"), told["source_type"]))
    if told["disclosure"]:
        french = (translation.get_language() or "").startswith("fr")
        facts.append((gettext("in words"), DISCLOSURES[told["source_type"]][french]))
    if signer := told["signer"]:
        trust = {
            True: gettext("trusted by the root you gave"),
            False: gettext("NOT trusted by the root you gave"),
        }.get(signer["trusted"], gettext("trust not checked: give the makers' certificate with --root"))
        expired = gettext("its certificate has expired since")
        trust = trust if signer["certificate_current"] else f"{trust}, {expired}"
        facts.append((gettext("signed by"), f"{signer['organisation']} ({trust})"))
        facts.append((gettext("made with"), signer["generator"]))
    for number, action in enumerate(told["actions"], 1):
        label = gettext("what happened") if number == 1 else ""
        facts.append((label, f"{number:2}. {action['what']} [{action['action']}]"))
    return facts


def render_text(told: dict[str, Any]) -> str:
    """One verdict with the next step, then the facts. Sentences of actions stand as they were signed."""
    lines = [_verdict(told), *(f"  {label:<15}{text}" for label, text in _facts(told))]
    # Sentences of other makers reach a terminal here: nothing in them may move its cursor.
    return "\n".join("".join(c if c.isprintable() or c in SPACES else "?" for c in line) for line in lines)
