"""Write docs/licences.md, and say which licence the product may not carry (`make licences`, `make scan`).

Licences come from the metadata of the installed packages; tools/licences.toml says what is accepted, and by
hand what metadata leaves open. Nothing unknown passes.
"""

from __future__ import annotations

import sys
import tomllib
from importlib import metadata
from typing import Any

from tools import lockfile

PAGE = lockfile.ROOT / "docs" / "licences.md"
RULES = tomllib.loads((lockfile.ROOT / "tools" / "licences.toml").read_text(encoding="utf-8"))
NETS = lockfile.ROOT / "faceproof" / "imaging" / "nets" / "MANIFEST.toml"
# How metadata spells the licences that have an unambiguous name of their own.
SPELLINGS = {
    "Apache 2.0": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
GROUPS = (  # lock, heading, sentence
    ("base", "The product", "Installed wherever Faceproof runs."),
    (
        "demo",
        "The demo",
        "Added by `make demo`: its two sample portraits, and what installs the program.",
    ),
    ("heic", "The HEIC extra", "Only where an operator asks for it."),
    ("matte", "The mask extra", "Only where an operator asks for it; the mask itself is the operator's own."),
    ("dev", "Tests and checks", "Never part of an installation."),
    (
        "bench",
        "What the studio is measured against",
        "Only `make bench-studio` installs it, apart from the rest.",
    ),
)


def licence_of(name: str) -> str:
    """The SPDX expression of a package, or "" when neither its metadata nor our reading of it says."""
    stated: str | None = RULES["extras"].get(name) or RULES["read"].get(name)
    if stated:
        return stated
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    expressions, loose = about.get_all("License-Expression"), about.get_all("License") or []
    if expressions:
        return str(expressions[0])
    classifiers = [
        line.split(" :: ")[-1] for line in about.get_all("Classifier") or () if "License ::" in line
    ]
    candidates = [SPELLINGS.get(text, text) for text in [*loose, *classifiers]]
    return next((text for text in candidates if is_accepted(text)), "")


def is_accepted(expression: str) -> bool:
    """Whether every part of one alternative is on the list; brackets do not occur in our locks."""
    accepted = set(RULES["accepted"])
    return any(set(way.split(" AND ")) <= accepted for way in expression.split(" OR "))


def problems(*locks: str) -> list[str]:
    """One sentence for each package of the locks that may not be carried; empty when all is well."""
    found = []
    for pin in {pin.name: pin for lock in locks or ("dev", "bench") for pin in lockfile.read(lock)}.values():
        licence = licence_of(pin.name)
        if not licence:
            found.append(
                f"{pin.name} {pin.version}: licence unknown; read it, state it in tools/licences.toml"
            )
        elif not is_accepted(licence) and pin.name not in RULES["extras"]:
            found.append(f"{pin.name} {pin.version}: {licence} is not accepted")
    return found + leaked_extras()


def leaked_extras() -> list[str]:
    """An extra with an unaccepted licence must not have slipped into what is installed by default."""
    default = {pin.name for lock in ("base", "demo") for pin in lockfile.read(lock)}
    return [f"{name} is an extra and stands in a default lock" for name in RULES["extras"] if name in default]


def table(pins: list[lockfile.Pin]) -> list[str]:
    lines = ["| package | version | licence | commercial use | note |", "|---|---|---|---|---|"]
    for pin in pins:
        licence = licence_of(pin.name) or "unknown"
        use = "yes" if is_accepted(licence) else "yes, under its own terms: see the note"
        note = RULES["notes"].get(pin.name, "")
        lines.append(f"| {pin.name} | {pin.version} | {licence} | {use} | {note} |")
    return lines


def others() -> list[str]:
    """The nets, and the files of others that we carry."""
    lines = ["| what | where | licence | commercial use |", "|---|---|---|---|"]
    nets: dict[str, Any] = tomllib.loads(NETS.read_text(encoding="utf-8"))
    for net in nets["net"]:
        where = f"`{net['name']}.tflite`, from {nets['source']['wheel'].rsplit('-cp', 1)[0].split('-cp')[0]}"
        lines.append(f"| {net['what'].split(':')[0]} | {where} | {nets['source']['licence']} | yes |")
    for asset in RULES["asset"]:
        lines.append(f"| {asset['name']} | {asset['where']} | {asset['licence']} | yes |")
    return lines


def render() -> str:
    """The page: every package once, under the first heading whose lock names it."""
    lines = [
        "# Licences",
        "",
        "Faceproof is licensed under Apache-2.0. This page lists all of others that it runs or carries.",
        "`make licences` writes it; CI refuses a licence that is not accepted in `tools/licences.toml`.",
    ]
    seen: set[str] = set()
    for lock, heading, sentence in GROUPS:
        pins = [pin for pin in lockfile.read(lock) if pin.name not in seen]
        seen |= {pin.name for pin in pins}
        lines += ["", f"## {heading}", "", sentence, "", *table(pins)]
    lines += ["", "## Nets, pictures and other files", "", *others()]
    return "\n".join(lines) + "\n"


def main() -> int:
    for sentence in (found := problems()):
        print(sentence, file=sys.stderr)
    PAGE.write_text(render(), encoding="utf-8")
    print(f"licences: {PAGE.relative_to(lockfile.ROOT)} written")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
