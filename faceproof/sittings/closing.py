"""How an attempt ends: accepted, put off with a question, turned away, or not to be worked on any more."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from faceproof import tenancy
from faceproof.archive import killpoints, locks, trail
from faceproof.organisations.models import Member
from faceproof.sittings import keeping
from faceproof.sittings.exposure import Outcome
from faceproof.sittings.models import ASKING, DEVELOPING, FAILED, READY, REFUSED, WAITING, Proof, Sitting


def accept(member: Member, sitting: Sitting, outcome: Outcome, *, held_ms: int | None = None) -> str:
    """Close one attempt: state changed, entry written, in one transaction. Its proofs were kept one by one.

    Returns the new state, or ``overtaken`` when another attempt counts or the person deleted the sitting.
    """
    now = timezone.now()
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        locks.subject(member.org_id, member.id)
        mine = Sitting.objects.filter(id=sitting.id, attempt=sitting.attempt, state=DEVELOPING).update(
            state=outcome.state,
            refusals=list(outcome.codes),
            warnings=list(outcome.warnings),
            fault=outcome.fault,
            held_ms=held_ms,
            finished_at=now,
            changed_at=now,
        )
        if not mine:
            return "overtaken"
        keeping.choice(member, sitting, outcome)
        killpoints.reached("before-close")
        detail = outcome.told() | {"held_ms": held_ms}
        trail.record(f"sitting.{outcome.state}", subject_id=member.id, sitting_id=sitting.id, detail=detail)
    return outcome.state


def ask(member: Member, sitting: Sitting, outcome: Outcome) -> bool:
    """Put the question to the person; False when the sitting is over by now."""
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        locks.subject(member.org_id, member.id)
        mine = Sitting.objects.filter(id=sitting.id, attempt=sitting.attempt, state=DEVELOPING).update(
            state=ASKING,
            refusals=list(outcome.codes),
            warnings=list(outcome.warnings),
            changed_at=timezone.now(),
        )
        if mine:
            codes = list(outcome.codes)
            trail.record(
                "sitting.asked", subject_id=member.id, sitting_id=sitting.id, detail={"codes": codes}
            )
        return bool(mine)


def unanswered(member: Member, sitting: Sitting, held_ms: int) -> None:
    """Nobody answered in time: the photo is let go of, and the reasons stay."""
    now = timezone.now()
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        locks.subject(member.org_id, member.id)
        mine = Sitting.objects.filter(id=sitting.id, attempt=sitting.attempt, state=ASKING)
        codes = mine.values_list("refusals", flat=True).first()
        if mine.update(state=REFUSED, held_ms=held_ms, finished_at=now, changed_at=now):
            detail = {"codes": codes, "fault": "", "photos": 1, "held_ms": held_ms}
            trail.record("sitting.refused", subject_id=member.id, sitting_id=sitting.id, detail=detail)


ORPHANED_AFTER = timedelta(seconds=20)  # a hand writes its first word long before


def orphaned(member: Member, sitting: Sitting) -> bool:
    """Close a sitting whose photo was in the memory of a web process that is no more: the person who looks
    need not wait for the clock. True when it was one."""
    mine = sitting.state in (DEVELOPING, ASKING) and not sitting.selfies.exists()
    if not mine or sitting.changed_at > timezone.now() - ORPHANED_AFTER:
        return False
    Sitting.objects.filter(id=sitting.id, attempt=sitting.attempt, state=ASKING).update(state=DEVELOPING)
    cut_short(member, sitting, "interrupted")
    return True


def cut_short(member: Member, sitting: Sitting, code: str, held_ms: int | None = None) -> None:
    """The photo's time is up. What was made of it stays; without a picture the sitting failed."""
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        some = Proof.objects.filter(sitting=sitting).exists()
    outcome = Outcome(READY, ("looks_missing",)) if some else Outcome(FAILED, fault=code)
    accept(member, sitting, outcome, held_ms=held_ms)


def turn_away(member: Member, sitting: Sitting) -> None:
    """The studio was full: nothing of the photo was kept, and nothing stays but the entry."""
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        trail.record("sitting.turned_away", subject_id=member.id, sitting_id=sitting.id)
        Sitting.objects.filter(id=sitting.id).delete()


def abandon(org_id: int, subject_id: int, sitting_id: uuid.UUID, code: str) -> str:
    """Close a queued sitting and say why; the selfie stays as it was. Returns ``code``."""
    now = timezone.now()
    with tenancy.scope(org_id=org_id, subject_id=subject_id):
        locks.subject(org_id, subject_id)
        closed = Sitting.objects.filter(id=sitting_id, state__in=(WAITING, DEVELOPING)).update(
            state=FAILED, fault=code, attempt=None, finished_at=now, changed_at=now
        )
        if closed:
            trail.record(
                "sitting.failed", subject_id=subject_id, sitting_id=sitting_id, detail={"fault": code}
            )
    return code
