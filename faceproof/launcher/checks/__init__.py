"""What `faceproof doctor` looks at. To add a check: one function, and its row here.

A check takes `Here` and gives a `Verdict`. `needs` says what must be there for it to be asked at all:
``machine`` (nothing), ``home`` (the data folder), ``database`` (a connection to migrated tables).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

from faceproof.launcher.checks import configuration, database, folders, machine, mail, work
from faceproof.launcher.checks.verdict import RANK, Here, Severity, Verdict, bad

Needs = Literal["machine", "home", "database"]


@dataclass(frozen=True)
class Check:
    """A row of the table. `id` is stable: scripts and tickets refer to it."""

    id: str
    needs: Needs
    look: Callable[[Here], Verdict]


CHECKS = [
    Check("machine.clock", "machine", machine.clock),
    Check("machine.swap", "machine", machine.swap),
    Check("machine.core_dumps", "machine", machine.core_dumps),
    Check("settings.debug", "machine", configuration.debug),
    Check("settings.hosts", "machine", configuration.hosts),
    Check("settings.mail", "machine", mail.server),
    Check("parts.nets", "machine", work.nets),
    Check("parts.heic", "machine", work.heic),
    Check("parts.mask", "machine", work.mask),
    Check("parts.chromium", "machine", work.chromium),
    Check("folder.private", "machine", folders.private),
    Check("folder.disk", "home", folders.disk),
    Check("folder.temporary", "home", folders.temporary),
    Check("folder.keys", "home", folders.key_store),
    Check("folder.blobs", "home", folders.blobs),
    Check("tls.certificate", "home", folders.certificate),
    Check("database.reachable", "home", database.reachable),
    Check("database.owner", "home", database.owner_credentials),
    Check("database.migrations", "database", database.migrations),
    Check("database.role", "database", database.role),
    Check("database.row_security", "database", database.row_security),
    Check("database.clock", "database", database.clock),
    Check("queue.worker", "database", work.worker),
    Check("queue.stalled", "database", work.stalled),
]


@dataclass(frozen=True)
class Finding:
    """A verdict with the id of its check."""

    id: str
    severity: Severity
    sentence: str
    hint: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def examine(here: Here) -> list[Finding]:
    """Ask every check that can be asked; a check that breaks is itself an error."""
    findings = []
    for check in CHECKS:
        if check.needs != "machine" and not here.home.is_dir():
            continue
        if check.needs == "database" and here.connection is None:
            continue
        try:
            verdict = check.look(here)
        except Exception as error:
            words = " ".join(str(error).split())[:200]
            verdict = bad(f"this check itself failed ({type(error).__name__}: {words})", "report it, please")
        findings.append(Finding(check.id, verdict.severity, verdict.sentence, verdict.hint))
    return findings


def exit_code(findings: list[Finding], *, strict: bool) -> int:
    """0 fine, 1 warnings and `strict`, 2 errors."""
    worst = max((RANK[finding.severity] for finding in findings), default=0)
    if worst == RANK["error"]:
        return 2
    return 1 if strict and worst == RANK["warning"] else 0
