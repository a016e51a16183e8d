"""``faceproof headshot``: the same engine, finishing and marking as the platform, in one process."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from faceproof import darkroom, faults, finishing, formats
from faceproof.cli import choices, folder, identity, ranking, stop, telling
from faceproof.cli.words import speak
from faceproof.darkroom import Examined, Export, Order, Refused, failure
from faceproof.darkroom.examining import LOST
from faceproof.darkroom.hardening import harden
from faceproof.engines import Master
from faceproof.finishing import Wish
from faceproof.imaging.coarse import Coarse
from faceproof.launcher import config
from faceproof.marking import Signer


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, the same for every photo of one call."""

    looks: tuple[str, ...]
    outputs: tuple[formats.Format, ...]
    folder: Path
    engine: str
    lens: float | None
    coarse: Coarse | None
    signer: Signer
    true_size: bool
    wish: Wish


@click.command()
@click.argument("photos", nargs=-1, required=True, type=choices.Photo())
@click.option(
    "--style",
    "looks",
    multiple=True,
    metavar="NAME",
    help="A look, see “faceproof styles”; may be repeated. “all” makes every look.  [default: studio-grey]",
)
@click.option(
    "--format",
    "outputs",
    multiple=True,
    metavar="NAME",
    help="A format, see “faceproof formats”; may be repeated.  [default: web-original]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("headshots"),
    show_default=True,
    help="Folder for the pictures. Nothing in it is replaced: a name that is taken gets a number.",
)
@click.option(
    "--engine",
    metavar="ADDRESS",
    default="studio:",
    show_default=True,
    help="What makes the pictures: “studio:”, or “fake:” for a test card without a face.",
)
@click.option(
    "--lens",
    type=choices.Lens(),
    default="auto",
    show_default=True,
    metavar="auto|off|0..1",
    help="Perspective of a close photo: corrected by what the camera wrote, left, or this strongly.",
)
@click.option("--no-retouch", is_flag=True, help="Do not retouch skin, eyes, teeth and shine.")
@click.option("--best", is_flag=True, help="PHOTOS are several of one person: use the best, and say why.")
@click.option("--rank-only", is_flag=True, help="Only say which is the best and why; make nothing.")
@choices.true_size
@click.option("--json", "as_json", is_flag=True, help="One JSON object a photo, a line each.")
def headshot(
    photos: tuple[Path, ...],
    looks: tuple[str, ...],
    outputs: tuple[str, ...],
    output: Path,
    engine: str,
    lens: float | None,
    no_retouch: bool,
    best: bool,
    rank_only: bool,
    true_size: bool,
    as_json: bool,
) -> None:
    """Make marked headshots out of PHOTOS. Nothing leaves this machine and nothing but the pictures is kept.

    A photo that cannot be used is refused with the reason and what to do; the others are still made, and
    the exit code is 65. Ctrl-C stops it (130); what is finished by then stays.

    \b
    Examples:
      faceproof headshot me.jpg
      faceproof headshot team/*.jpg --style deep-blue --format linkedin --format entra -o out
      faceproof headshot me.jpg --style all --json
      faceproof headshot me-1.jpg me-2.jpg me-3.jpg --best
    """
    speak()
    harden()
    if rank_only:
        with stop.heeded() as check:
            sys.exit(_best(photos, None, as_json, check))
    wanted = Wanted(
        choices.looks(looks) or ("studio-grey",),
        tuple(choices.format_named(name) for name in outputs or ("web-original",)),
        folder.ready(output),
        choices.engine(engine),
        lens,
        mask(),
        identity.signer(),
        true_size,
        Wish(retouch=not no_retouch),
    )
    with stop.heeded() as check:
        make = _best if best else _all
        sys.exit(make(photos, wanted, as_json, check))


def mask() -> Coarse | None:
    """The operator's own mask model, by the same settings as on the platform."""
    try:
        return config.coarse(config.reader(config.home()))
    except config.SettingError as error:
        raise click.UsageError(str(error)) from None


def _best(photos: tuple[Path, ...], wanted: Wanted | None, as_json: bool, check: Callable[[], None]) -> int:
    """Choose among photos of one person, then make the pictures of the best, or of the next where the engine
    can make none. Told as one photo."""
    told = telling.nothing_yet(photos[0]) | {"ranking": []}
    choice = None
    try:
        choice = ranking.choose(photos, check)
        told |= ranking.told(photos, choice)
        if choice.used is None:
            telling.failed(told, faults.fault(told["ranking"][0]["refusals"][0]))
    except KeyboardInterrupt:
        telling.failed(told, faults.fault("stopped"))
    except failure.KNOWN as error:
        telling.failed(told, faults.of(error))
    except OSError as error:
        telling.failed(told, faults.fault("not_read"), error.strerror)
    while wanted is not None and choice is not None and choice.used is not None:
        told = _told(photos[choice.used - 1], wanted, check, told, quiet=as_json)
        if told["files"] or told["code"] not in LOST:
            break
        choice = ranking.after(choice, told["code"])
        told |= ranking.told(photos, choice)
        if choice.used is not None:
            told |= {"code": None, "why": None, "exit_code": faults.OK}
    if choice is not None and not as_json:
        click.echo(ranking.said(photos, choice))
    if as_json or choice is None or (wanted is not None and choice.used is not None):
        click.echo(json.dumps(told) if as_json else telling.said(told))
    return int(told["exit_code"])


def _all(photos: tuple[Path, ...], wanted: Wanted, as_json: bool, check: Callable[[], None]) -> int:
    """Photo by photo, each told as soon as it is done. Returns the highest exit code of them."""
    code = faults.OK
    for photo in photos:
        told = _told(photo, wanted, check, telling.nothing_yet(photo), quiet=as_json)
        click.echo(json.dumps(told) if as_json else telling.said(told))
        code = max(code, told["exit_code"])
        if told["code"] == "stopped":
            break
    return code


def _told(
    photo: Path, wanted: Wanted, check: Callable[[], None], known: dict[str, Any], *, quiet: bool
) -> dict[str, Any]:
    """Make the pictures of one photo: what is ``known`` of it, and what came of it."""
    told = dict(known)
    steps = len(wanted.looks) * len(wanted.outputs)
    hidden = quiet or not sys.stderr.isatty()
    try:
        with click.progressbar(length=steps, label=photo.name, file=sys.stderr, hidden=hidden) as bar:
            _one(photo, wanted, told, bar, check)
        check()
    except KeyboardInterrupt:
        telling.failed(told, faults.fault("stopped"))
    return told


def _one(photo: Path, wanted: Wanted, told: dict[str, Any], bar: Any, check: Callable[[], None]) -> None:
    """Every picture of one photo into the folder, and into ``told`` as soon as it is there."""
    try:
        data = photo.read_bytes()
    except OSError as error:
        return telling.failed(told, faults.fault("not_read"), error.strerror)
    try:
        for name, export in _pictures(photo.stem, data, wanted, told):
            path = folder.keep(wanted.folder, name, export.data)
            size = {"width": export.width, "height": export.height, "true_size": export.true_size}
            told["files"].append({"path": click.format_filename(path)} | size)
            bar.update(1)
            check()
    except Refused as error:
        telling.failed(told, faults.fault(error.examined.refusals[0]))
    except failure.KNOWN as error:
        telling.failed(told, faults.of(error))
    except OSError as error:
        telling.failed(told, faults.fault("not_written"), error.strerror)


def _pictures(stem: str, data: bytes, wanted: Wanted, told: dict[str, Any]) -> Iterator[tuple[str, Export]]:
    now = datetime.now(UTC)
    order = Order(
        photo=data,
        made_at=now,
        styles=wanted.looks,
        engine=wanted.engine,
        lens=wanted.lens,
        coarse=wanted.coarse,
    )
    made = set()
    for event in darkroom.develop(order, wanted.signer):
        if isinstance(event, Examined):
            told["warnings"] = list(event.warnings)
            continue
        master = Master.from_bytes(event.master)
        made.add(event.style)
        without = {} if wanted.wish.retouch else dict(master.unretouched_report)
        told["report"][event.style] = without or event.report
        for fmt in wanted.outputs:
            if wanted.true_size:
                finishing.render(master, fmt, allow_smaller=False, wish=wanted.wish)
            export = darkroom.export(master, fmt, wanted.signer, now, wanted.wish)
            yield f"{stem}-{event.style}-{fmt.name}.{fmt.ending}", export
    if wanted.looks and made < set(wanted.looks):  # the engine makes no drawn look of an unsure cut
        told["warnings"].append("edges_unsure")
