"""Check the locked packages against published advisories (R-104).

Three outcomes, never mixed up: checked and clean; checked and vulnerable (fails, unless listed with a reason
and a date in tools/audit-exceptions.toml); not checked, as no advisory source answers here (said plainly).
pip-audit says "no known vulnerabilities" even when it could look nothing up: its own verdict is not used.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from tools.lockfile import ROOT

SOURCES = ("pypi", "osv")
SECONDS = 180
EXCEPTIONS = ROOT / "tools" / "audit-exceptions.toml"


def ask(source: str, lock: Path) -> list[dict[str, Any]] | None:
    """pip-audit's list of packages, or None when the source cannot be reached at all."""
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", source, "--format", "json"]
    command += ["--progress-spinner", "off", "--require-hashes", "--disable-pip", "--requirement", str(lock)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        answer: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return answer if any("vulns" in package for package in answer) else None


def excused(today: date, text: str) -> set[str]:
    """The ids whose exception has a reason and has not expired."""
    entries = tomllib.loads(text).get("exception", [])
    return {entry["id"] for entry in entries if entry["reason"].strip() and entry["expires"] >= today}


def vulnerable(packages: list[dict[str, Any]], allowed: set[str]) -> list[str]:
    """One sentence for each advisory that nobody has excused, by its id or any of its aliases."""
    return [
        f"{package['name']} {package['version']}: {advisory['id']}, fixed in {advisory['fix_versions']}"
        for package in packages
        for advisory in package.get("vulns", ())
        if not allowed & {advisory["id"], *advisory.get("aliases", ())}
    ]


def unchecked(packages: list[dict[str, Any]]) -> list[str]:
    return [package["name"] for package in packages if "vulns" not in package]


def report(today: date, lock: Path = ROOT / "requirements" / "dev.txt") -> tuple[list[str], str]:
    """(problems, what was done); no problems and "NOT CHECKED …" when no source is reachable."""
    allowed = excused(today, EXCEPTIONS.read_text(encoding="utf-8"))
    for source in SOURCES:
        packages = ask(source, lock)
        if packages is None:
            continue
        skipped = unchecked(packages)
        done = f"{len(packages) - len(skipped)} packages checked against {source}"
        done += f"; NOT CHECKED: {', '.join(skipped)}" if skipped else ""
        return vulnerable(packages, allowed), done
    return [], f"NOT CHECKED: no advisory source is reachable from here (asked: {', '.join(SOURCES)})"
