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
from django.utils.translation import gettext

from faceproof import darkroom, faults, formats
from faceproof.cli import choices, folder, identity, stop
from faceproof.cli.words import speak
from faceproof.darkroom import Examined, Export, Order, Refused, failure
from faceproof.darkroom.hardening import harden
from faceproof.engines import Master
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
@click.option("--json", "as_json", is_flag=True, help="One JSON object a photo, a line each.")
def headshot(
    photos: tuple[Path, ...],
    looks: tuple[str, ...],
    outputs: tuple[str, ...],
    output: Path,
    engine: str,
    lens: float | None,
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
    """
    speak()
    harden()
    wanted = Wanted(
        choices.looks(looks) or ("studio-grey",),
        tuple(choices.format_named(name) for name in outputs or ("web-original",)),
        folder.ready(output),
        choices.engine(engine),
        lens,
        _mask(),
        identity.signer(),
    )
    with stop.heeded() as check:
        sys.exit(_all(photos, wanted, as_json, check))


def _mask() -> Coarse | None:
    """The operator's own mask model, by the same settings as on the platform."""
    try:
        return config.coarse(config.reader(config.home()))
    except config.SettingError as error:
        raise click.UsageError(str(error)) from None


def _all(photos: tuple[Path, ...], wanted: Wanted, as_json: bool, check: Callable[[], None]) -> int:
    """Photo by photo, each told as soon as it is done. Returns the highest exit code of them."""
    quiet = as_json or not sys.stderr.isatty()
    steps = len(wanted.looks) * len(wanted.outputs)
    code = faults.OK
    for photo in photos:
        told = _nothing_yet(photo)
        try:
            with click.progressbar(length=steps, label=photo.name, file=sys.stderr, hidden=quiet) as bar:
                _one(photo, wanted, told, bar, check)
            check()
        except KeyboardInterrupt:
            _failed(told, faults.fault("stopped"))
        click.echo(json.dumps(told) if as_json else _said(told))
        code = max(code, told["exit_code"])
        if told["code"] == "stopped":
            break
    return code


def _nothing_yet(photo: Path) -> dict[str, Any]:
    """What ``--json`` prints for a photo: always these keys (docs/command-line.md)."""
    return {
        "photo": click.format_filename(photo),
        "files": [],
        "warnings": [],
        "code": None,
        "why": None,
        "exit_code": faults.OK,
    }


def _one(photo: Path, wanted: Wanted, told: dict[str, Any], bar: Any, check: Callable[[], None]) -> None:
    """Every picture of one photo into the folder, and into ``told`` as soon as it is there."""
    try:
        data = photo.read_bytes()
    except OSError as error:
        return _failed(told, faults.fault("not_read"), error.strerror)
    try:
        for name, export in _pictures(photo.stem, data, wanted, told):
            path = folder.keep(wanted.folder, name, export.data)
            size = {"width": export.width, "height": export.height, "true_size": export.true_size}
            told["files"].append({"path": click.format_filename(path)} | size)
            bar.update(1)
            check()
    except Refused as error:
        _failed(told, faults.fault(error.examined.refusals[0]))
    except failure.KNOWN as error:
        _failed(told, faults.of(error))
    except OSError as error:
        _failed(told, faults.fault("not_written"), error.strerror)


def _failed(told: dict[str, Any], fault: faults.Fault, system: str | None = None) -> None:
    """Note the reason; ``system`` is what the operating system said, in its own words."""
    why = fault.told() + (f" ({system})" if system else "")
    told |= {"code": fault.code, "why": why, "exit_code": fault.exit_code}


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
    for event in darkroom.develop(order, wanted.signer):
        if isinstance(event, Examined):
            told["warnings"] = list(event.warnings)
            continue
        master = Master.from_bytes(event.master)
        for fmt in wanted.outputs:
            export = darkroom.export(master, fmt, wanted.signer, now)
            yield f"{stem}-{event.style}-{fmt.name}.{fmt.ending}", export


def _said(told: dict[str, Any]) -> str:
    lines = []
    smaller = gettext("the largest size this picture truly holds")
    if told["exit_code"] == faults.REFUSED:
        lines.append(gettext("%(photo)s: refused (%(code)s). %(why)s") % told)
    elif told["code"]:
        lines.append(gettext("%(photo)s: not finished (%(code)s). %(why)s") % told)
    for code in told["warnings"]:
        note = {"photo": told["photo"], "code": code, "why": faults.fault(code).told()}
        lines.append(gettext("%(photo)s: note (%(code)s). %(why)s") % note)
    for file in told["files"]:
        lines.append(f"{file['path']}  {file['width']}×{file['height']}")
        lines[-1] += "" if file["true_size"] else f"  ({smaller})"
    return "\n".join(lines)
