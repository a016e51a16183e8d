"""Does the door say what the manifest says? And what to the damage that bench/intake_checks.py does?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from faceproof.imaging.frame import Frame
from faceproof.intake import Verdict, examine

from .people import Portrait


def agreement(portraits: list[Portrait]) -> list[dict[str, Any]]:
    """A row a photo: expected, said, and whether they agree. Borderline photos may be either."""
    rows = []
    for portrait in portraits:
        verdict = examine(Frame(portrait.pixels))
        said = "accept" if verdict.accepted else "reject"
        rows.append(
            {
                "photo": portrait.name,
                "expected": portrait.expected,
                "said": said,
                "codes": [f"{finding.severity} {finding.code}" for finding in verdict.findings],
                "agrees": portrait.expected in (said, "borderline"),
            }
        )
    return rows


def damaged(
    portraits: list[Portrait],
    damage: Sequence[tuple[str, str, Callable[..., Any]]],
    outcome: Callable[[Verdict, str], str],
) -> dict[str, dict[str, Any]]:
    """How good portraits are judged once damaged. `damage` and `outcome` are bench/intake_checks.py's own."""
    good = [portrait for portrait in portraits if portrait.expected == "accept"]
    table: dict[str, dict[str, Any]] = {}
    for name, expected, act in damage:
        counts: Counter[str] = Counter()
        for portrait in good:
            hurt = np.ascontiguousarray(act(portrait.pixels, portrait.brief.face))
            counts[outcome(examine(Frame(hurt)), expected)] += 1
        table[name] = {"expected": expected, **counts}
    return table
