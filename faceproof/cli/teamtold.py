"""What ``faceproof team`` says: a row for each photo, and the team's score."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from django.utils.translation import get_language, gettext

from faceproof import styles
from faceproof.cli import telling
from faceproof.cli.evenness import sentences
from faceproof.finishing.consistency import Consistency


def nothing_yet(photo: Path) -> dict[str, Any]:
    """What ``--json`` prints for a photo: the keys of ``headshot``, and the name below its picture."""
    return telling.nothing_yet(photo) | {"name": photo.stem.replace("_", " ")}


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
        click.echo(telling.said(row))
    for outlier in whole["outliers"]:
        click.echo(outlier["why"])
    if whole["score"] is not None:
        chosen = {"head": round(100 * whole["head_share"]), "eyes": round(100 * whole["eye_line"])}
        text = gettext(
            "Chosen for all: head %(head)d %% of the height, eyes %(eyes)d %% below the upper edge."
        )
        click.echo(text % chosen)
        click.echo(gettext("Evenness: %(score)d of 100.") % {"score": round(whole["score"])})
    for sheet in whole["sheets"]:
        click.echo(sheet)
    if whole.get("code"):
        click.echo(whole["why"], err=True)
