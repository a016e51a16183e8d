"""What the benches share: the option that all of them have, the file of figures, and how a goal is told.

A bench measures; it never fails because a goal is missed: machines differ, and this one may be busy. What
must hold everywhere is a test.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faceproof

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
"""Development photos beside the clone, where somebody has put some (`portraits/`, `hostile/`)."""


def parser(doc: str | None) -> argparse.ArgumentParser:
    """The first line of the module's docstring as description, and ``--json FILE``."""
    made = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    made.add_argument("--json", metavar="FILE", type=Path, help="also write the figures to FILE")
    return made


def write(path: Path | None, bench: str, figures: Any) -> None:
    """The figures of one run with where and when they were taken; nothing without a path."""
    if path is None:
        return
    run = {
        "bench": bench,
        "version": faceproof.__version__,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }
    path.write_text(json.dumps(run | {"figures": figures}, indent=1) + "\n", encoding="utf-8")


def told(value: float, goal: float, unit: str) -> str:
    """ "within" or "above the goal": every goal here is an upper bound."""
    return f"{'above' if value > goal else 'within'} the goal of {goal:g} {unit}"
