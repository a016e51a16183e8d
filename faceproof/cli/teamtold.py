"""What ``faceproof team`` says: a row for each photo, and the team's score."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from django.utils.translation import get_language, gettext

from faceproof import faults, styles
from faceproof.cli.evenness import sentences
from faceproof.finishing.consistency import Consistency


def nothing_yet(photo: Path) -> dict[str, Any]:
    """What ``--json`` prints for a photo: always these keys (docs/command-line.md)."""
    return {
        "photo": click.format_filename(photo),
        "name": photo.stem.replace("_", " "),
        "files": [],
        "warnings": [],
        "code": None,
        "why": None,
        "exit_code": faults.OK,
    }


def failed(told: dict[str, Any], fault: faults.Fault, system: str | None = None) -> None:
    """Note the reason; ``system`` is what the operating system said, in its own words."""
    why = fault.told() + (f" ({system})" if system else "")
    told |= {"code": fault.code, "why": why, "exit_code": max(told["exit_code"], fault.exit_code)}


def note(whole: dict[str, Any], found: Consistency, names: list[str]) -> None:
    """The score, its parts and who falls out, into what ``--json`` prints for the team."""
    whole |= {
        "score": round(found.score, 1),
        "parts": {name: round(value, 1) for name, value in found.parts.items()},
        "outliers": [
            {
                "name": names[outlier.place],
                "part": outlier.part,
                "difference": round(outlier.difference, 3),
                "held_by": list(outlier.held_by),
                "why": sentence,
            }
            for outlier, sentence in zip(found.outliers, sentences(found.outliers, names), strict=True)
        ],
    }


def foot(look: str, people: int, found: Consistency) -> str:
    """The last line of the contact sheet."""
    label = next(style.label for style in styles.all_styles() if style.name == look)
    values = {"look": label[get_language() or "en"], "people": people, "score": round(found.score)}
    return gettext("%(look)s · people: %(people)d · evenness: %(score)d of 100") % values


def say(told: list[dict[str, Any]], whole: dict[str, Any], as_json: bool) -> None:
    """Everything at the end: a composition for all is not known before all are developed."""
    if as_json:
        for row in [*told, {"team": whole}]:
            click.echo(json.dumps(row))
        return
    for row in told:
        if row["exit_code"] == faults.REFUSED:
            click.echo(gettext("%(photo)s: refused (%(code)s). %(why)s") % row)
        elif row["code"]:
            click.echo(gettext("%(photo)s: not finished (%(code)s). %(why)s") % row)
        for code in row["warnings"]:
            note = {"photo": row["photo"], "code": code, "why": faults.fault(code).told()}
            click.echo(gettext("%(photo)s: note (%(code)s). %(why)s") % note)
        for file in row["files"]:
            click.echo(f"{file['path']}  {file['width']}×{file['height']}")
    for outlier in whole["outliers"]:
        click.echo(outlier["why"])
    if whole["score"] is not None:
        click.echo(gettext("Evenness: %(score)d of 100.") % {"score": round(whole["score"])})
    for sheet in whole["sheets"]:
        click.echo(sheet)
    if whole.get("code"):
        click.echo(whole["why"], err=True)
