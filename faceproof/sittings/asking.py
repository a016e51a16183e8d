"""The person is asked about their photo, which is held in memory meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from faceproof import intake, tenancy
from faceproof.archive import locks, trail
from faceproof.organisations.models import Member
from faceproof.sittings import studio
from faceproof.sittings.exposure import Box
from faceproof.sittings.models import ASKING, DEVELOPING, Sitting
from faceproof.sittings.transit import Case


@dataclass(frozen=True, slots=True)
class Question:
    """``faces``: which one is yours? Boxes as shares of the photo, from left to right; none when it is not
    about that. ``anyway``: whether the photo may be used although a check speaks against it."""

    faces: tuple[Box, ...]
    anyway: bool


def question(sitting: Sitting) -> Question | None:
    """What the person is asked at this moment; None when nothing is, or the photo is no longer held."""
    case = studio.line().held(sitting.id)
    if sitting.state != ASKING or not isinstance(case, Case):
        return None
    which = intake.WHICH in sitting.refusals
    return Question(case.faces if which else (), not which)


def glimpse(sitting: Sitting) -> bytes:
    """The small first picture (marked JPEG) that is shown while many wait; empty when there is none."""
    case = studio.line().case(sitting.id)
    return case.glimpse if isinstance(case, Case) else b""


def answer(member: Member, sitting: Sitting, *, anyway: bool = False, face: int | None = None) -> bool:
    """What the person says to a question: use it anyway, or which of the faces (from 1) is theirs. False
    when the photo is not held any more, or that is no answer to what was asked.

    Must run outside a transaction: the hands must see the answer when they take the photo up.
    """
    case = studio.line().held(sitting.id)
    if not isinstance(case, Case) or not (anyway or face):
        return False
    given = dict(sitting.answer)
    if anyway:
        given["anyway"] = True
    if face:
        if not 0 < face <= len(case.faces):
            return False
        left, top, width, height = case.faces[face - 1]
        given["face"] = [left + width / 2, top + height / 2]
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        locks.subject(member.org_id, member.id)
        mine = Sitting.objects.filter(id=sitting.id, attempt=case.sitting.attempt, state=ASKING)
        if not mine.update(state=DEVELOPING, answer=given, refusals=[], changed_at=timezone.now()):
            return False
        detail = {"anyway": anyway, "pointed": bool(face)}
        trail.record(
            "sitting.answered", subject_id=member.id, actor_id=member.id, sitting_id=sitting.id, detail=detail
        )
    case.sitting.answer = given
    return studio.line().resume(sitting.id)
