"""The hub: `hand_in` takes a photo, the line works it off, `develop` turns a kept one into proofs. Read this
file first.

Only here do people, keys, the trail and the darkroom meet. Four rules hold everywhere below:

* a change of state and its audit entry commit in one transaction, or neither does;
* results are accepted by one conditional UPDATE on the attempt's token, so that a paused worker's late
  finish, a second worker, or a killed one can never mix two attempts;
* the subject's lock comes before any row lock, everywhere, so that developing and deleting cannot deadlock;
* everybody's first picture comes before anybody's second (`line`).
"""

from __future__ import annotations

import uuid
from functools import partial

from django.db.models import F
from django.utils import timezone

from faceproof import queue, tenancy
from faceproof.archive import killpoints, locks, store, trail
from faceproof.darkroom.pool import Busy
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings import closing, keeping, opening, studio
from faceproof.sittings.exposure import PAUSED, Upload, expose
from faceproof.sittings.line import Stage
from faceproof.sittings.models import ASKING, DEVELOPING, READY, WAITING, Selfie, Sitting
from faceproof.sittings.opening import CustodyNotAllowed
from faceproof.sittings.transit import Case

__all__ = ["Busy", "CustodyNotAllowed", "Deleted", "Upload", "develop", "hand_in", "receive"]


class Deleted(LookupError):
    """The person deleted the sitting while its photo was worked on; nothing of it was kept."""

    code = "gone"


def hand_in(
    member: Member,
    upload: Upload,
    *,
    custody: policy.Custody | None = None,
    keep_days: int | None = None,
    lens: float | None = None,
) -> Sitting:
    """Take a photo in, or several to find the best, and answer at once: it waits in the line of this process.
    In `transit` its proofs appear one by one; in `sealed` it is looked at, sealed and queued.

    Args:
        custody: how the selfie is held; ``None`` is the organisation's default.
        keep_days: `sealed` only, days the person asks for; never above the organisation's limit.
        lens: correction of a close photo's perspective: ``None`` by evidence, 0 off, up to 1 by hand.

    Raises:
        CustodyNotAllowed: the organisation does not offer that mode.
        Busy: the line is full; nothing was kept.
    """
    sitting = opening.begin(member, custody, upload.count, lens)
    try:
        studio.line().join(Case(member, sitting, upload, keep_days, _step))
    except Busy:
        closing.turn_away(member, sitting)
        raise
    return sitting


def receive(
    member: Member,
    upload: Upload,
    *,
    custody: policy.Custody | None = None,
    keep_days: int | None = None,
    lens: float | None = None,
) -> Sitting:
    """As `hand_in`, but here and now, for a program that waits: finished when this returns. There is nobody
    to ask, so what the person might settle is a refusal.

    Raises:
        CustodyNotAllowed, Busy: as `hand_in`. Deleted: by the person, meanwhile.
    """
    sitting = opening.begin(member, custody, upload.count, lens)
    case = Case(member, sitting, upload, keep_days, _step, asks=False)
    del upload
    try:
        while _step(case) is not None:
            pass
    except Busy:
        closing.turn_away(member, sitting)
        raise
    with _scope(member):
        found = Sitting.objects.filter(id=sitting.id).first()
    if found is None:
        raise Deleted(str(sitting))
    return found


def _step(case: Case) -> Stage | None:
    """As far as one turn in the darkroom goes; what comes next, None when the sitting is over."""
    member, sitting = case.member, case.sitting
    sealed = sitting.custody == "sealed"
    # A photo to be sealed is only looked at here, so that a refusal comes at once and nothing is kept.
    outcome = expose(
        member,
        sitting,
        case.upload,
        examine_only=sealed,
        keep=case.keep,
        pause=studio.line().firsts_wait,
        ask=case.asks,
        glimpse=case.show if case.wants_glimpse() else None,
    )
    if outcome.state == PAUSED:
        return Stage.REST if case.kept else Stage.OWED if case.glimpse else Stage.FIRST
    if outcome.state == ASKING:
        case.faces = outcome.faces
        return Stage.HELD if closing.ask(member, sitting, outcome) else None
    if sealed and outcome.state == READY:
        keeping.seal(member, sitting, case.upload, outcome, case.keep_days)
    else:
        closing.accept(member, sitting, outcome, held_ms=case.let_go())
    return None


def develop(member: Member, sitting_id: uuid.UUID) -> str:
    """Turn a kept selfie into proofs; called by the worker with the rights of ``member``.

    Returns the new state, ``paused`` (first pictures of others wait; queued again for the rest),
    ``overtaken`` (another attempt counts) or ``nothing to do``.
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
    keep = partial(keeping.accept, member, sitting)
    outcome = expose(member, sitting, upload, keep=keep, pause=partial(queue.others_wait, sitting_id))
    del upload
    if outcome.state == PAUSED:
        with _scope(member):
            keeping.queued(member, sitting, rest=True)
        return PAUSED
    return closing.accept(member, sitting, outcome)


def _scope(member: Member) -> tenancy.Opened:
    return tenancy.scope(org_id=member.org_id, subject_id=member.id)
