"""``faceproof headshot``: the same engine, finishing and marking as the platform, in one process."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from faceproof import darkroom, faults, formats, styles
from faceproof.cli.words import speak
from faceproof.darkroom import Examined, Export, Order, Refused, failure
from faceproof.darkroom.hardening import harden
from faceproof.engines import Master
from faceproof.marking import Signer, authority

KNOWN = (*failure.KNOWN, OSError)


def signer() -> Signer:
    """The signing key of this user on this machine, made at first use."""
    home = os.environ.get("FACEPROOF_HOME")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "faceproof"
    folder = (Path(home) if home else data) / "pki" / "local"
    authority.create_authority(folder, "Faceproof on this computer")
    return authority.load_signer(folder)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "photos", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--style",
    "looks",
    multiple=True,
    metavar="NAME",
    help="A look; may be repeated. Default: studio-grey. “all” makes every look.",
)
@click.option(
    "--format",
    "outputs",
    multiple=True,
    metavar="NAME",
    help="A format; may be repeated. Default: web-original.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("headshots"),
    show_default=True,
    help="Folder for the pictures.",
)
@click.option("--engine", default="studio:", show_default=True, help="Which engine makes the pictures.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a photo on standard output.")
def headshot(
    photos: tuple[Path, ...],
    looks: tuple[str, ...],
    outputs: tuple[str, ...],
    output: Path,
    engine: str,
    as_json: bool,
) -> None:
    """Make marked headshots out of PHOTOS. Nothing leaves this machine and nothing but the pictures is kept.

    A photo that cannot be used is refused with the reason and what to do; the others are still made, and
    the exit
    code is 65.

    \b
    Examples:
      faceproof headshot me.jpg
      faceproof headshot team/*.jpg --style deep-blue --format linkedin --format entra -o out
      faceproof headshot me.jpg --style all --json
    """
    speak()
    harden()
    chosen = _looks(looks)
    wanted = tuple(_format(name) for name in outputs or ("web-original",))
    output.mkdir(parents=True, exist_ok=True)
    codes = [0]
    quiet = as_json or not sys.stderr.isatty()
    steps = len(chosen) * len(wanted)
    for photo in photos:
        with click.progressbar(length=steps, label=photo.name, file=sys.stderr, hidden=quiet) as bar:
            told = _one(photo, chosen, wanted, output, engine, bar)
        codes.append(told["exit_code"])
        click.echo(json.dumps(told) if as_json else _said(told))
    sys.exit(max(codes))


def _looks(names: tuple[str, ...]) -> tuple[str, ...]:
    if "all" in names:
        return tuple(style.name for style in styles.all_styles())
    known = {style.name for style in styles.all_styles()}
    for name in names:
        if name not in known:
            raise click.BadParameter(
                f"no look “{name}”; there are {', '.join(sorted(known))}", param_hint="--style"
            )
    return names or ("studio-grey",)


def _format(name: str) -> formats.Format:
    known = {fmt.name: fmt for fmt in formats.offered()}
    if name not in known:
        raise click.BadParameter(
            f"no format “{name}”; there are {', '.join(sorted(known))}", param_hint="--format"
        )
    return known[name]


def _one(
    photo: Path,
    looks: tuple[str, ...],
    outputs: tuple[formats.Format, ...],
    folder: Path,
    engine: str,
    bar: Any,
) -> dict[str, Any]:
    told: dict[str, Any] = {"photo": str(photo), "files": [], "warnings": [], "code": None, "exit_code": 0}
    try:
        for name, export in _pictures(photo, looks, outputs, engine, told):
            path = folder / name
            path.write_bytes(export.data)
            told["files"].append(
                {
                    "path": str(path),
                    "width": export.width,
                    "height": export.height,
                    "true_size": export.true_size,
                }
            )
            bar.update(1)
    except KNOWN as error:
        fault = faults.fault(error.examined.refusals[0]) if isinstance(error, Refused) else faults.of(error)
        told |= {"code": fault.code, "why": fault.told(), "exit_code": fault.exit_code}
        if isinstance(error, OSError):
            told["why"] = str(error)
    return told


def _pictures(
    photo: Path,
    looks: tuple[str, ...],
    outputs: tuple[formats.Format, ...],
    engine: str,
    told: dict[str, Any],
) -> Iterator[tuple[str, Export]]:
    now = datetime.now(UTC)
    signing = signer()
    order = Order(photo=photo.read_bytes(), made_at=now, styles=looks, engine=engine)
    for event in darkroom.develop(order, signing):
        if isinstance(event, Examined):
            told["warnings"] = list(event.warnings)
            continue
        master = Master.from_bytes(event.master)
        for fmt in outputs:
            export = darkroom.export(master, fmt, signing, now)
            ending = {"jpeg": "jpg"}.get(export.file, export.file)
            yield f"{photo.stem}-{event.style}-{fmt.name}.{ending}", export


def _said(told: dict[str, Any]) -> str:
    lines = []
    if told["code"]:
        lines.append(f"{told['photo']}: refused ({told['code']}). {told['why']}")
    for code in told["warnings"]:
        lines.append(f"{told['photo']}: note ({code}). {faults.fault(code).told()}")
    for file in told["files"]:
        smaller = "" if file["true_size"] else "  (the largest size this photo truly holds)"
        lines.append(f"{file['path']}  {file['width']}×{file['height']}{smaller}")
    return "\n".join(lines)
