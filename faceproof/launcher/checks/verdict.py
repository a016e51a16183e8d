"""What a check may say, and what it is given to look at."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import psycopg

    from faceproof.launcher.config import Reader

Severity = Literal["ok", "note", "warning", "error"]
RANK: dict[Severity, int] = {"ok": 0, "note": 1, "warning": 2, "error": 3}


@dataclass(frozen=True)
class Verdict:
    """One sentence about what was found, and for a warning or error a hint: what to do about it."""

    severity: Severity
    sentence: str
    hint: str = ""


def good(sentence: str) -> Verdict:
    return Verdict("ok", sentence)


def note(sentence: str, hint: str = "") -> Verdict:
    """Worth knowing, nothing to do."""
    return Verdict("note", sentence, hint)


def warn(sentence: str, hint: str) -> Verdict:
    """It works; somebody should look at it."""
    return Verdict("warning", sentence, hint)


def bad(sentence: str, hint: str) -> Verdict:
    """It does not work, or it is not safe."""
    return Verdict("error", sentence, hint)


@dataclass(frozen=True)
class Here:
    """The installation under examination. `proc` and `sys` are Linux's, and may not be there."""

    home: Path
    env: Reader
    connection: psycopg.Connection[tuple[object, ...]] | None = None
    no_database: str = ""  # why there is no connection
    now: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))
    proc: Path = Path("/proc")
    sys: Path = Path("/sys")

    @property
    def database(self) -> psycopg.Connection[tuple[object, ...]]:
        assert self.connection is not None
        return self.connection

    def rows(self, question: str) -> list[tuple[object, ...]]:
        return self.database.execute(question).fetchall()

    def one(self, question: str) -> object:
        return self.rows(question)[0][0]
