"""Every scan of the house, in order, one line each (`make scan`). Exits 1 when any found something."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime

from tools import advisories, insecure_patterns, licences, sbom, secret_scan
from tools.lockfile import ROOT

Scan = Callable[[], tuple[list[str], str]]


def bill() -> tuple[list[str], str]:
    wrong = sbom.write()
    return wrong, f"{sbom.TARGET.relative_to(ROOT)} written, CycloneDX 1.6"


def page() -> list[str]:
    current = licences.PAGE.is_file() and licences.PAGE.read_text(encoding="utf-8") == licences.render()
    return [] if current else ["docs/licences.md is not what `make licences` writes"]


SCANS: list[tuple[str, Scan]] = [
    ("secrets", lambda: (secret_scan.problems(), "none in the tree; the planted ones were found")),
    ("insecure patterns", lambda: (insecure_patterns.problems(), "none; the planted ones were found")),
    ("licences", lambda: (licences.problems() + page(), "all accepted, docs/licences.md current")),
    ("bill of materials", bill),
    ("advisories", lambda: advisories.report(datetime.now(UTC).date())),
]


def main() -> int:
    failed = 0
    for name, scan in SCANS:
        problems, done = scan()
        print(f"{name:18} {'FAILED' if problems else done}", flush=True)
        for sentence in problems:
            print(f"  {sentence}")
        failed += bool(problems)
    verdict = f"{failed} failed, " if failed else ""
    print(f"===== {verdict}{len(SCANS) - failed} scans passed =====")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
