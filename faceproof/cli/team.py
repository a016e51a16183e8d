"""``faceproof team``: headshots of many people in one composition, a contact sheet, and how even they are."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from faceproof import darkroom, faults, finishing, formats, marking, styles
from faceproof.cli import choices, folder, identity, stop, teamtold, telling
from faceproof.cli.headshot import mask
from faceproof.cli.teamsheet import Place, pages, thumbnail
from faceproof.cli.words import speak
from faceproof.darkroom import Examined, Order, Proof, Refused, failure
from faceproof.darkroom.hardening import harden
from faceproof.engines import Master
from faceproof.finishing.consistency import consistency
from faceproof.finishing.observe import Observed, observe
from faceproof.finishing.together import Stand, stand, together
from faceproof.imaging.coarse import Coarse
from faceproof.marking import Signer

SHEET = formats.Format(
    "team-sheet", {}, {}, width=1, height=1, file="jpeg", quality=90, dpi=300, head_share=0.5, eye_line=0.5
)
"""How the contact sheet is encoded; its size comes from the paper."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, the same for everybody."""

    look: str
    output: formats.Format
    folder: Path
    engine: str
    signer: Signer
    now: datetime
    photos: tuple[Path, ...]
    true_size: bool
    coarse: Coarse | None


@click.command()
@click.argument("photos", nargs=-1, required=True, type=choices.Photo())
@click.option(
    "--style", "look", metavar="NAME", default="studio-grey", show_default=True, help="The look of all."
)
@click.option(
    "--format",
    "output",
    metavar="NAME",
    default="linkedin",
    show_default=True,
    help="The format of all; one with a size of its own, see “faceproof formats”.",
)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("team"),
    show_default=True,
    help="Folder for the pictures and the sheet. Nothing is replaced: a name that is taken gets a number.",
)
@click.option(
    "--engine", metavar="ADDRESS", default="studio:", show_default=True, help="What makes the pictures."
)
@choices.true_size
@click.option("--json", "as_json", is_flag=True, help="One JSON object a photo, then one for the team.")
def team(
    photos: tuple[Path, ...],
    look: str,
    output: str,
    target: Path,
    engine: str,
    true_size: bool,
    as_json: bool,
) -> None:
    """Make headshots of PHOTOS, one person each, that stand well together.

    Eye line and head height are chosen for all at once: as the format asks, or as most of the photos can
    follow. Writes a headshot of each, a contact sheet to print, and how even they are (0 to 100), with a
    sentence for everybody who falls out. Names are taken from the file names.

    A photo that cannot be used is told and left out with an empty place; the exit code is 65 then. Ctrl-C
    stops it (130).

    \b
    Examples:
      faceproof team people/*.jpg
      faceproof team people/*.jpg --style deep-blue --format avatar -o out/ --json
    """
    speak()
    harden()
    [look] = choices.looks((look,))[:1]
    fmt = choices.format_named(output)
    if fmt.fit != "exact":
        hint = ", ".join(known.name for known in formats.offered() if known.fit == "exact")
        raise click.BadParameter(
            f"“{output}” has no size of its own; there are {hint}", param_hint="--format"
        )
    wanted = Wanted(
        look,
        fmt,
        folder.ready(target),
        choices.engine(engine),
        identity.signer(),
        datetime.now(UTC),
        photos,
        true_size,
        mask(),
    )
    with stop.heeded() as check:
        sys.exit(_all(wanted, as_json, check))


def _all(wanted: Wanted, as_json: bool, check: Callable[[], None]) -> int:
    """Develop everybody, choose the composition, write. Returns the highest exit code."""
    photos = wanted.photos
    told = [teamtold.nothing_yet(photo) for photo in photos]
    masters: dict[int, bytes] = {}
    stands: list[Stand] = []
    whole: dict[str, Any] = {"sheets": [], "score": None, "parts": {}, "outliers": [], "exit_code": faults.OK}
    try:
        with click.progressbar(
            length=len(photos), label=wanted.look, file=sys.stderr, hidden=as_json or not sys.stderr.isatty()
        ) as bar:
            for place, photo in enumerate(photos):
                made = _developed(photo, wanted, told[place])
                if made is not None:
                    masters[place], position = made
                    stands.append(position)
                bar.update(1)
                check()
        if masters:
            _written(masters, together(stands, wanted.output), told, wanted, whole, check)
    except KeyboardInterrupt:
        telling.failed(whole, faults.fault("stopped"))
    except failure.KNOWN as error:
        telling.failed(whole, faults.of(error))
    except OSError as error:
        telling.failed(whole, faults.fault("not_written"), error.strerror)
    whole["exit_code"] = max([whole["exit_code"], *(row["exit_code"] for row in told)])
    teamtold.say(told, whole, as_json)
    return int(whole["exit_code"])


def _developed(photo: Path, wanted: Wanted, told: dict[str, Any]) -> tuple[bytes, Stand] | None:
    """One master as stored (decoded, two hundred fill the memory) and its head; why not, in ``told``."""
    try:
        data = photo.read_bytes()
    except OSError as error:
        telling.failed(told, faults.fault("not_read"), error.strerror)
        return None
    order = Order(
        photo=data,
        made_at=wanted.now,
        styles=(wanted.look,),
        engine=wanted.engine,
        coarse=wanted.coarse,
    )
    try:
        for event in darkroom.develop(order, wanted.signer):
            if isinstance(event, Examined):
                told["warnings"] = list(event.warnings)
            if isinstance(event, Proof):
                return event.master, stand(Master.from_bytes(event.master))
    except Refused as error:
        telling.failed(told, faults.fault(error.examined.refusals[0]))
    except failure.KNOWN as error:
        telling.failed(told, faults.of(error))
    return None


def _written(
    masters: dict[int, bytes],
    fmt: formats.Format,
    told: list[dict[str, Any]],
    wanted: Wanted,
    whole: dict[str, Any],
    check: Callable[[], None],
) -> None:
    """Pictures first, the sheet last; what is written by Ctrl-C stays."""
    whole |= {"head_share": round(fmt.head_share, 3), "eye_line": round(fmt.eye_line, 3)}
    seen: dict[int, Observed] = {}
    shown = [Place(number, row["name"], None) for number, row in enumerate(told, 1)]
    for place, stored in masters.items():
        master = Master.from_bytes(stored)
        try:
            picture = finishing.render(master, fmt, allow_smaller=not wanted.true_size)
            export = darkroom.export(master, fmt, wanted.signer, wanted.now)
        except failure.KNOWN as error:
            telling.failed(told[place], faults.of(error))
            continue
        name = f"{wanted.photos[place].stem}-{wanted.look}-{fmt.name}.{fmt.ending}"
        path = folder.keep(wanted.folder, name, export.data)
        size = {"width": export.width, "height": export.height, "true_size": export.true_size}
        told[place]["files"].append({"path": click.format_filename(path)} | size)
        seen[place] = observe(master, picture)
        shown[place] = Place(place + 1, told[place]["name"], thumbnail(picture.pixels))
        check()
    if not seen:
        return
    found = consistency(list(seen.values()), styles.get(wanted.look).key_side)
    teamtold.note(whole, found, [told[place]["name"] for place in seen])
    foot = teamtold.foot(wanted.look, len(seen), found)
    facts = _facts(Master.from_bytes(masters[next(iter(seen))]), len(seen), wanted)
    for number, page in enumerate(pages(shown, foot, fmt.aspect), 1):
        data = marking.mark(page, SHEET, facts, wanted.signer)
        marking.read_back(data, root_pem=wanted.signer.root_pem)  # or it is not written
        path = folder.keep(wanted.folder, f"contact-sheet-{number}.jpg", data)
        whole["sheets"].append(click.format_filename(path))
        check()


def _facts(one: Master, people: int, wanted: Wanted) -> marking.Facts:
    """The sheet is marked as what it shows; every picture on it was made in the same way."""
    return marking.Facts(
        engine=one.engine,
        style=wanted.look,
        source_type=one.source_type,
        actions=(("c2pa.placed", f"Placed {people} headshots on a contact sheet"),),
        made_at=wanted.now,
        title="Contact sheet",
    )
