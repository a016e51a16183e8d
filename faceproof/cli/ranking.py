"""``faceproof headshot --best``: several photos of one person, which is the best of them, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext

from faceproof import darkroom, reasons
from faceproof.darkroom import Choice
from faceproof.darkroom.examining import MOST_TRIES
from faceproof.intake.traits import TRAITS


def choose(photos: tuple[Path, ...], check: Callable[[], None]) -> Choice:
    """Look at the photos one after the other, so that a hundred need no more memory than two.

    Raises:
        KeyboardInterrupt: from ``check``, which is asked before each.
        OSError: one of them could not be read.
        intake.IntakeError: no decoder was free.
    """
    _, examined = darkroom.choose(_read(photos, check))
    assert examined.choice is not None
    return examined.choice


def _read(photos: tuple[Path, ...], check: Callable[[], None]) -> Iterator[bytes]:
    for photo in photos:
        check()
        yield photo.read_bytes()


def rows(photos: tuple[Path, ...], choice: Choice) -> list[dict[str, Any]]:
    """What ``--json`` prints under ``ranking``: an object a photo, best first (docs/command-line.md)."""
    said = {line.number: line for line in reasons.lines(choice.codes())}
    out = []
    for ranked in sorted(choice.photos, key=lambda each: each.place):
        line, appraisal = said[ranked.number], ranked.appraisal
        traits = {
            trait.name: {
                "value": round(appraisal.scores[trait.name].value, 4),
                "unit": trait.unit,
                "score": round(appraisal.scores[trait.name].score, 3),
            }
            for trait in TRAITS
            if trait.name in appraisal.scores
        }
        out.append(
            {
                "photo": click.format_filename(photos[ranked.number - 1]),
                "place": ranked.place,
                "used": line.used,
                "score": round(appraisal.total, 3),
                "traits": traits,
                "refusals": list(appraisal.refusals),
                "warnings": list(appraisal.warnings),
                "lacks": list(ranked.lacks),
                "why": f"{line.sentence} {line.remedy}".strip(),
            }
        )
    return out


def told(photos: tuple[Path, ...], choice: Choice) -> dict[str, Any]:
    """What is printed of the choice: the ranking, and the photo that is used, or the best of the refused."""
    order = rows(photos, choice)
    shown = next((row for row in order if row["used"]), order[0])
    return {"ranking": order, "photo": shown["photo"], "warnings": shown["warnings"]}


def after(choice: Choice, code: str) -> Choice:
    """The next best, when the engine could make nothing of the one that is used; none after some tries."""
    assert choice.used is not None
    following = choice.without(choice.used, code)
    return following if len(following.lost()) < MOST_TRIES else following.given_up()


def said(photos: tuple[Path, ...], choice: Choice) -> str:
    """The same for people: one line a photo, best first, with what is clearly off in numbers."""
    lines = [reasons.used(choice.codes())]
    for row in rows(photos, choice):
        place = gettext("refused") if row["refusals"] else f"{row['score']:.2f}"
        lines.append(f"  {row['place']}. {row['photo']}  {place}  {row['why']}{_turned(row)}")
    return "\n".join(lines)


def _turned(row: dict[str, Any]) -> str:
    """“ (22°)” after a head or a look that is turned away: the terminal is the person's own."""
    lacks = {name.partition(":")[0] for name in row["lacks"]} & {"pose", "gaze"}
    degrees = [f"{row['traits'][name]['value']:.0f}°" for name in ("pose", "gaze") if name in lacks]
    return f" ({', '.join(degrees)})" if degrees else ""
