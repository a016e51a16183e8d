"""Read the hashed lock files: the one place that knows their form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^\s;\\]+) *(?:; *(?P<marker>[^\\]+?))? *\\$")
HASH = re.compile(r"^    --hash=sha256:([0-9a-f]{64})(?: \\)?$")


class LockError(Exception):
    """A line of a lock that is neither a pin, nor a SHA-256, nor a comment."""


@dataclass(frozen=True)
class Pin:
    name: str
    version: str
    marker: str  # "" or a PEP 508 marker: which platforms and Pythons it is for
    hashes: tuple[str, ...]  # SHA-256, hexadecimal, one for each published file

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def parse(text: str) -> list[Pin]:
    """Every pin of a lock, in its order. Raises LockError on what is unpinned, unhashed or an address."""
    heads: list[tuple[str, str, str]] = []
    hashes: list[list[str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if pin := PIN.match(line):
            heads.append((pin["name"], pin["version"], pin["marker"] or ""))
            hashes.append([])
        elif (found := HASH.match(line)) and hashes:
            hashes[-1].append(found[1])
        else:
            raise LockError(f"line {number}: {line.strip()}")
    if bare := [head[0] for head, found_hashes in zip(heads, hashes, strict=True) if not found_hashes]:
        raise LockError(f"without a hash: {', '.join(bare)}")
    return [Pin(*head, tuple(found_hashes)) for head, found_hashes in zip(heads, hashes, strict=True)]


def read(name: str) -> list[Pin]:
    return parse((REQUIREMENTS / f"{name}.txt").read_text())
