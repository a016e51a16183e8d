"""Was the photo lying on its side or standing on its head? It has been turned; the person should know."""

from __future__ import annotations

from collections.abc import Iterator

from faceproof.intake.verdict import Finding
from faceproof.intake.view import View


def check(view: View) -> Iterator[Finding]:
    if view.turns:
        yield Finding("rotated", "warn", 90.0 * view.turns, 0.0)
