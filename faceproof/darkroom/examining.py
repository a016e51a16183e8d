"""Look at one photo, or at several of one person to find the best. What comes out may be stored."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from faceproof import intake
from faceproof.intake import ranking
from faceproof.intake.ranking import Appraisal

LOST = ("edges_lost", "edges_unsure")
"""Codes of an engine that can make nothing of a photo though the checks let it in: another one may do."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One of several photos: ``number`` as handed in, ``place`` in the order of quality, both from 1."""

    number: int
    place: int
    appraisal: Appraisal
    lacks: tuple[str, ...]  # codes of `intake.ranking.lacks`, against the best


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of several photos is used, and why. ``used`` is a number from 1, None when all were refused."""

    used: int | None
    why: tuple[str, ...]  # traits in which it is ahead of every other
    photos: tuple[Ranked, ...]  # as handed in

    def codes(self) -> dict[str, Any]:
        """What may be stored and is told: numbers of photos and codes, nothing measured of a face."""
        photos = [
            {
                "photo": photo.number,
                "refused": list(photo.appraisal.refusals),
                "seen": list(photo.appraisal.warnings),
                "lacks": list(photo.lacks),
            }
            for photo in self.photos
        ]
        return {"of": len(photos), "used": self.used, "why": list(self.why), "photos": photos}

    def without(self, number: int, code: str) -> Choice:
        """The next best, when that photo turned out to be of no use to the engine."""
        appraisals = [photo.appraisal for photo in self.photos]
        appraisals[number - 1] = replace(appraisals[number - 1], refusals=(code,))
        return _choice(appraisals)

    def lost(self) -> tuple[int, ...]:
        """Numbers of the photos that the engine refused, the best first."""
        found = [photo for photo in self.photos if set(photo.appraisal.refusals) & set(LOST)]
        return tuple(photo.number for photo in sorted(found, key=lambda photo: photo.place))

    def given_up(self) -> Choice:
        """None of them, though not every one was tried."""
        return replace(self, used=None, why=())


@dataclass(frozen=True, slots=True)
class Examined:
    """What the checks found, as plain values that may be stored: no pixels and no face points."""

    accepted: bool
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]
    width: int  # px of the decoded, upright photo; 0 when it could not be decoded
    height: int
    iod: float | None  # px between the irises
    seconds: float
    choice: Choice | None = None  # when there were several photos: the rest is about the best of them
    faces: tuple[tuple[float, float, float, float], ...] = field(default=(), repr=False)
    """As `intake.Verdict.faces`: to ask the person which one is theirs, in memory only, never stored."""


def examine(
    photo: bytes,
    *,
    declared: str | None = None,
    anyway: bool = False,
    spot: tuple[float, float] | None = None,
) -> tuple[intake.Verdict, Examined]:
    """Decode and check one photo; `anyway` and `spot` as in `intake.examine`.

    Raises:
        intake.IntakeError: the bytes are not an acceptable picture.
    """
    started = time.monotonic()
    verdict = intake.examine(intake.admit(photo, declared=declared), anyway=anyway, spot=spot)
    return verdict, _summary(verdict, time.monotonic() - started)


def choose(photos: Iterable[bytes]) -> tuple[intake.Verdict | None, Examined]:
    """Decode, check and rank several photos of one person; at most two of them are decoded at a time.

    A file that is no picture is refused with its code, the others still count. Without a verdict none of
    them could even be decoded.

    Raises:
        ValueError: there are no photos.
        intake.IntakeError: ``decoder_busy`` only: nothing is wrong with the photos.
    """
    started = time.monotonic()
    best: tuple[int, intake.Verdict] | None = None
    appraisals: list[Appraisal] = []
    for place, photo in enumerate(photos):
        try:
            verdict = intake.examine(intake.admit(photo))
        except intake.IntakeError as error:
            if error.retry:
                raise
            appraisals.append(ranking.unreadable(error.code))
            continue
        appraisals.append(ranking.appraise(verdict))
        if best is None or ranking.order([appraisals[best[0]], appraisals[place]])[0] == 1:
            best = place, verdict
        del verdict  # or its pixels would be held while the next photo is decoded
    choice = _choice(appraisals)
    seconds = time.monotonic() - started
    if best is None:
        code = appraisals[0].refusals
        return None, Examined(False, code, (), 0, 0, None, seconds, choice)
    return best[1], _summary(best[1], seconds, choice)


MOST_TRIES = 3
"""So many photos of one person are given to the engine at most: each costs it a second."""


def next_best(
    photos: tuple[bytes, ...], examined: Examined, code: str
) -> tuple[intake.Verdict | None, Examined]:
    """The next photo to try after the engine refused the one that was chosen, with that code; no verdict when
    there is none, or enough were tried. ``examined`` must have a choice.

    Raises:
        intake.IntakeError: ``decoder_busy``; the photo was decoded before.
    """
    choice = examined.choice
    if choice is None or choice.used is None:
        raise ValueError("no photo was chosen")
    choice = choice.without(choice.used, code)
    lost = choice.lost()
    if choice.used is None or len(lost) >= MOST_TRIES:
        code = choice.photos[lost[0] - 1].appraisal.refusals[0]
        return None, replace(examined, accepted=False, refusals=(code,), choice=choice.given_up())
    verdict, found = examine(photos[choice.used - 1])
    return verdict, replace(found, seconds=examined.seconds + found.seconds, choice=choice)


def _choice(appraisals: list[Appraisal]) -> Choice:
    order = ranking.order(appraisals)
    if not order:
        raise ValueError("no photos to choose from")
    best = appraisals[order[0]]
    lacks = [ranking.lacks(each, best) if each.usable and best.usable else () for each in appraisals]
    photos = [
        Ranked(number + 1, order.index(number) + 1, each, lacks[number])
        for number, each in enumerate(appraisals)
    ]
    if not best.usable:
        return Choice(None, (), tuple(photos))
    others = [appraisals[place] for place in order[1:]]
    return Choice(order[0] + 1, ranking.leads(best, others), tuple(photos))


def _summary(verdict: intake.Verdict, seconds: float, choice: Choice | None = None) -> Examined:
    return Examined(
        accepted=verdict.accepted,
        refusals=tuple(f.code for f in verdict.findings if f.severity == "refuse"),
        warnings=tuple(f.code for f in verdict.findings if f.severity == "warn"),
        width=verdict.frame.width,
        height=verdict.frame.height,
        iod=round(float(verdict.face.iod), 1) if verdict.face is not None else None,
        seconds=seconds,
        choice=choice,
        faces=verdict.faces,
    )
