"""What ``headshot`` tells of a photo: as a mapping for ``--json``, as lines for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext

from faceproof import faults


def nothing_yet(photo: Path) -> dict[str, Any]:
    """What ``--json`` prints for a photo: always these keys (docs/command-line.md)."""
    return {
        "photo": click.format_filename(photo),
        "files": [],
        "warnings": [],
        "code": None,
        "why": None,
        "exit_code": faults.OK,
        "report": {},
    }


def failed(told: dict[str, Any], fault: faults.Fault, system: str | None = None) -> None:
    """Note the reason; ``system`` is what the operating system said, in its own words."""
    why = fault.told() + (f" ({system})" if system else "")
    told |= {"code": fault.code, "why": why, "exit_code": fault.exit_code}


def said(told: dict[str, Any]) -> str:
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
