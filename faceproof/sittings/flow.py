"""The hub: `receive` takes a photo in, `develop` turns a kept one into proofs. Read this file first.

Only here do people, keys, the trail and the darkroom meet. Three rules hold everywhere below:

* a change of state and its audit entry commit in one transaction, or neither does;
* results are accepted by one conditional UPDATE on the attempt's token, so that a paused worker's late
  finish, a second worker, or a killed one can never mix two attempts;
* the subject's lock comes before any row lock, everywhere, so that developing and deleting cannot deadlock.
"""

from __future__ import annotations

import time
import uuid

from django.db.models import F
from django.utils import timezone

from faceproof import tenancy
from faceproof.archive import killpoints, locks, store, trail
from faceproof.darkroom.pool import Busy
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings import closing, keeping, studio
from faceproof.sittings.exposure import Outcome, Upload, expose
from faceproof.sittings.models import DEVELOPING, READY, WAITING, Selfie, Sitting

__all__ = ["Busy", "CustodyNotAllowed", "Deleted", "Upload", "develop", "receive"]


class CustodyNotAllowed(ValueError):
    """The organisation does not offer this custody mode."""


class Deleted(LookupError):
    """The person deleted the sitting while its photo was worked on; nothing of it was kept."""

    code = "gone"


def receive(
    member: Member,
    upload: Upload,
    *,
    custody: policy.Custody | None = None,
    keep_days: int | None = None,
    lens: float | None = None,
) -> Sitting:
    """Take a photo in, or of several the best: finished when this returns in `transit`, queued in `sealed`,
    refused with reasons. The others of several are looked at, dropped and counted; they are never sealed.

    Args:
        custody: how the selfie is held; ``None`` is the organisation's default.
        keep_days: `sealed` only, days the person asks for; never above the organisation's limit.
        lens: correction of a close photo's perspective: ``None`` by evidence, 0 off, up to 1 by hand.

    Raises:
        CustodyNotAllowed: the organisation does not offer that mode.
        Busy: the studio is full; nothing was kept. Deleted: by the person, meanwhile.
    """
    allowed = policy.custodies(member.org)
    custody = custody or allowed[0]
    if custody not in allowed:
        raise CustodyNotAllowed(custody)
    sitting = _open(member, custody, upload.count, lens)
    started = time.monotonic()
    try:
        # A photo to be sealed is only looked at here, so that a refusal comes at once and nothing is kept.
        outcome = expose(member, sitting, upload, examine_only=custody == "sealed")
    except Busy:
        closing.turn_away(member, sitting)
        raise
    if custody == "sealed" and outcome.state == READY:
        keeping.seal(member, sitting, upload, outcome, keep_days)
    else:
        held_ms = round((time.monotonic() - started) * 1000)
        del upload  # the time that is told is the time it was held
        _close(member, sitting, outcome, held_ms=held_ms)
    with _scope(member):
        found = Sitting.objects.filter(id=sitting.id).first()
    if found is None:
        raise Deleted(str(sitting))
    return found


def develop(member: Member, sitting_id: uuid.UUID) -> str:
    """Turn a kept selfie into proofs; called by the worker with the rights of ``member``.

    Returns the new state, ``overtaken`` (another attempt counts) or ``nothing to do``.
    """
    with _scope(member):
        locks.subject(member.org_id, member.id)
        claimed = Sitting.objects.filter(id=sitting_id, state__in=(WAITING, DEVELOPING)).update(
            state=DEVELOPING, attempt=uuid.uuid4(), attempts=F("attempts") + 1, changed_at=timezone.now()
        )
        if not claimed:  # deleted meanwhile, or finished by another attempt
            return "nothing to do"
        sitting = Sitting.objects.get(id=sitting_id)
        selfie = Selfie.objects.filter(sitting=sitting).first()
        if selfie is None:  # its time came while it waited
            return closing.abandon(member.org_id, member.id, sitting_id, "gone")
        upload = Upload(store.open_object(selfie.object_id), selfie.declared)
        trail.record("selfie.opened", subject_id=member.id, object_id=selfie.object_id, sitting_id=sitting.id)
    killpoints.reached("after-claim")
    outcome = expose(member, sitting, upload)
    del upload
    killpoints.reached("after-marking")
    return _close(member, sitting, outcome)


def _scope(member: Member) -> tenancy.Opened:
    return tenancy.scope(org_id=member.org_id, subject_id=member.id)


def _open(member: Member, custody: policy.Custody, photos: int, lens: float | None) -> Sitting:
    looks = [style.name for style in policy.approved_styles(member.org)]
    with _scope(member):
        sitting = Sitting.objects.create(
            org_id=member.org_id,
            subject_id=member.id,
            custody=custody,
            engine=studio.engine(),
            styles=looks,
            lens=lens,
            attempt=uuid.uuid4(),
            attempts=1,
        )
        detail = {"custody": custody, "engine": sitting.engine, "photos": photos}
        trail.record(
            "sitting.opened", subject_id=member.id, actor_id=member.id, sitting_id=sitting.id, detail=detail
        )
    return sitting


def _close(member: Member, sitting: Sitting, outcome: Outcome, *, held_ms: int | None = None) -> str:
    """Accept one attempt: proofs sealed, state changed, entry written, all in one transaction."""
    now = timezone.now()
    with _scope(member):
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
        for made in outcome.proofs:
            keeping.proof(member, sitting, made, now)
        keeping.choice(member, sitting, outcome)
        killpoints.reached("before-commit")
        detail = outcome.told() | {"held_ms": held_ms}
        trail.record(f"sitting.{outcome.state}", subject_id=member.id, sitting_id=sitting.id, detail=detail)
    return outcome.state
