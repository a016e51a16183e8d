"""Which of several photos of one person to use, and why: scores, their order, and codes to tell it by.

Pure functions of plain values. The photos are taken to be of one person; nobody compares the faces. A photo
that was refused is never used, whatever it scores. Equal photos keep the order in which they were handed in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faceproof.intake.traits import TRAITS
from faceproof.intake.verdict import Verdict
from faceproof.intake.view import View

FLOOR = 0.05
"""A score never counts as less: what is bad in one way stays comparable with what is bad in two."""
NOTED = 0.7
"""What is left of the whole for each warning that no trait measures (an object before the face, a screen)."""
MEASURED = frozenset({"blurred", "too_dark", "too_bright", "few_pixels", "eyes_closed", "rotated"})
"""Warnings that a trait has counted already; a photo that lay on its side is as good as one that did not."""
LITTLE, MUCH = 0.12, 0.40
"""Differences of a score from which it is told, and from which it is told without "a little"."""
TOLD = 2
"""Reasons a photo: more are not read."""


@dataclass(frozen=True, slots=True)
class Score:
    """`value` as measured, in the trait's unit; `score` 0..1."""

    value: float
    score: float


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What one photo is worth: `total` 0..1 and each trait by name; nothing without a face in it."""

    refusals: tuple[str, ...]
    warnings: tuple[str, ...]
    total: float
    scores: dict[str, Score]

    @property
    def usable(self) -> bool:
        return not self.refusals


def appraise(verdict: Verdict) -> Appraisal:
    """Measure one examined photo. About 20 ms; what is returned holds no pixels and no points of a face."""
    codes = {
        severity: tuple(finding.code for finding in verdict.findings if finding.severity == severity)
        for severity in ("refuse", "warn")
    }
    if verdict.face is None:
        return Appraisal(codes["refuse"], codes["warn"], 0.0, {})
    view = View(verdict.frame, 0, (), verdict.face)
    values = {trait.name: trait.measure(view) for trait in TRAITS}
    scores = {trait.name: Score(values[trait.name], trait.score(values[trait.name])) for trait in TRAITS}
    return Appraisal(codes["refuse"], codes["warn"], whole(scores, codes["warn"]), scores)


def unreadable(code: str) -> Appraisal:
    """A file that never became a picture."""
    return Appraisal((code,), (), 0.0, {})


def whole(scores: dict[str, Score], warnings: Iterable[str] = ()) -> float:
    """The weighted geometric mean of the scores, 0..1, lower for each warning that no trait has counted.

    Geometric, so that a blurred photo cannot make up for it by being large.
    """
    weight = sum(trait.weight for trait in TRAITS)
    logs = sum(trait.weight * math.log(max(scores[trait.name].score, FLOOR)) for trait in TRAITS)
    remarks = len(set(warnings) - MEASURED)
    return math.exp(logs / weight) * NOTED**remarks


def order(appraisals: Sequence[Appraisal]) -> tuple[int, ...]:
    """Places in `appraisals`, best first: usable ones by their whole, then those with the fewest refusals."""

    def rank(place: int) -> tuple[int, float, int]:
        return len(appraisals[place].refusals), -appraisals[place].total, place

    return tuple(sorted(range(len(appraisals)), key=rank))


def leads(best: Appraisal, others: Sequence[Appraisal]) -> tuple[str, ...]:
    """Names of the traits in which the best is ahead of every other usable photo, what matters most first."""
    rivals = [other for other in others if other.usable]
    if not rivals:
        return ()
    ahead = {trait.name: min(_gap(trait.name, best, rival) for rival in rivals) for trait in TRAITS}
    return _most({name: gap for name, gap in ahead.items() if gap >= LITTLE})


def lacks(other: Appraisal, best: Appraisal) -> tuple[str, ...]:
    """Traits in which a usable photo is behind the best: ``name``, or ``name:little`` for a small step."""
    behind = {trait.name: _gap(trait.name, best, other) for trait in TRAITS if other.scores and best.scores}
    told = _most({name: gap for name, gap in behind.items() if gap >= LITTLE})
    return tuple(name if behind[name] >= MUCH else f"{name}:little" for name in told)


def _gap(name: str, best: Appraisal, other: Appraisal) -> float:
    return best.scores[name].score - other.scores[name].score


def _most(gaps: dict[str, float]) -> tuple[str, ...]:
    weights = {trait.name: trait.weight for trait in TRAITS}
    return tuple(sorted(gaps, key=lambda name: -gaps[name] * weights[name])[:TOLD])
