"""The clocks. One row a rule: what is looked at, and what happens when its time is up (R-034, R-038,
R-040, R-054)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.timezone import localdate

from faceproof import queue, tenancy
from faceproof.archive import locks, store, trail
from faceproof.organisations.models import Organisation
from faceproof.privacy import reminding
from faceproof.sittings.models import (
    ASKING,
    DEVELOPING,
    FAILED,
    READY,
    WAITING,
    Headshot,
    Picture,
    Proof,
    Selfie,
    Sitting,
)

INTERRUPTED_AFTER = timedelta(seconds=210)  # 120 s for a photo in transit, with room for a busy machine
FORGOTTEN_AFTER = timedelta(days=90)  # a sitting without pictures says nothing any more


def last_backup(deleted_at: datetime) -> date:
    """The day on which the last copy of the data folder that may still hold it is thrown away (R-044)."""
    return localdate(deleted_at + timedelta(days=settings.FACEPROOF_BACKUP_DAYS))


@dataclass(frozen=True, slots=True)
class Rule:
    """``name`` for the trail and the privacy notice; ``run(now)`` returns how many rows it dealt with."""

    name: str
    run: Callable[[datetime], int]


def _expired(kind: type[Picture]) -> Callable[[datetime], int]:
    def run(now: datetime) -> int:
        rows = list(kind._default_manager.filter(expires_at__lte=now).order_by("subject_id"))
        count = 0
        for row in rows:
            locks.subject(row.org_id, row.subject_id)
            if not kind._default_manager.filter(id=row.id).delete()[0]:  # its person was faster
                continue
            count += 1
            store.shred(row.object_id)
            trail.record(
                f"{kind.__name__.lower()}.expired",
                subject_id=row.subject_id,
                object_id=row.object_id,
                sitting_id=row.sitting_id,
            )
        return count

    return run


def interrupted(now: datetime) -> int:
    """Sittings whose photo was in memory when the process died: say so, instead of spinning for ever."""
    stuck = Sitting.objects.filter(
        state__in=(DEVELOPING, ASKING), selfies__isnull=True, changed_at__lt=now - INTERRUPTED_AFTER
    )
    return _close(stuck, "interrupted", now)


def lost(now: datetime) -> int:
    """Kept photos that no worker is going to take up: their job failed for good, or was ended by hand."""
    stuck = Sitting.objects.filter(
        state__in=(WAITING, DEVELOPING), job_id__isnull=False, changed_at__lt=now - INTERRUPTED_AFTER
    )
    jobs = queue.over(sitting.job_id or 0 for sitting in stuck)
    return _close(stuck.filter(job_id__in=jobs), "engine_failed", now)


def _close(stuck: QuerySet[Sitting], fault: str, now: datetime) -> int:
    count = 0
    for sitting in stuck.order_by("subject_id"):
        locks.subject(sitting.org_id, sitting.subject_id)
        # What was made of the photo before is there to choose from.
        some = Proof.objects.filter(sitting=sitting).exists()
        state = READY if some else FAILED
        moved = Sitting.objects.filter(
            id=sitting.id, state=sitting.state, attempt=sitting.attempt, changed_at=sitting.changed_at
        ).update(
            state=state,
            fault="" if some else fault,
            warnings=["looks_missing"] if some else [],
            attempt=None,
            finished_at=now,
        )
        if moved:
            trail.record(
                f"sitting.{state}",
                subject_id=sitting.subject_id,
                sitting_id=sitting.id,
                detail={"fault": fault},
            )
            count += 1
    return count


def forgotten(now: datetime) -> int:
    """Sittings that hold no picture any more."""
    count, _rows = Sitting.objects.filter(
        created_at__lt=now - FORGOTTEN_AFTER,
        selfies__isnull=True,
        proofs__isnull=True,
        headshots__isnull=True,
    ).delete()
    return count


RULES = (
    Rule("selfie", _expired(Selfie)),
    Rule("draft", _expired(Proof)),
    Rule("headshot", _expired(Headshot)),
    Rule("reminder", reminding.run),
    Rule("interrupted", interrupted),
    Rule("lost", lost),
    Rule("forgotten", forgotten),
)


def run(org: Organisation, now: datetime) -> dict[str, int]:
    """Apply every rule to one organisation, each in its own transaction, then finish erasures and sweep
    orphans.

    Raises:
        ExceptionGroup: of what went wrong, after everything else was done: no clock stops another.
    """
    steps: list[tuple[str, Callable[[], int]]] = [
        (rule.name, partial(_apply, rule, org, now)) for rule in RULES
    ]
    steps += [("erasures", partial(store.finish_erasures, org.id)), ("orphans", partial(store.sweep, org.id))]
    done, wrong = {}, []
    for name, step in steps:
        try:
            done[name] = step()
        except Exception as error:
            error.add_note(f"clock {name} of {org}")
            wrong.append(error)
    if wrong:
        raise ExceptionGroup(f"clocks of {org}", wrong)
    return done


def _apply(rule: Rule, org: Organisation, now: datetime) -> int:
    with tenancy.scope(org_id=org.id, reach="organisation"):
        return rule.run(now)


def sessions(now: datetime) -> int:
    """Remove what is left of browser sessions that have ended."""
    return Session.objects.filter(expire_date__lte=now).delete()[0]
