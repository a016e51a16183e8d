"""The hub: `receive` takes a photo in, `develop` turns a kept one into proofs. Read this file first.

Only here do people, keys, the trail and the darkroom meet. Two rules hold everywhere below:

* a change of state and its audit entry commit in one transaction, or neither does;
* results are accepted by one conditional UPDATE on the attempt's token, so that a paused worker's late
  finish,
  a second worker, or a killed one can never mix two attempts.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from faceproof import queue, tenancy
from faceproof.archive import killpoints, store, trail
from faceproof.darkroom import Examined, Order, Proof, Refused
from faceproof.darkroom.pool import Busy
from faceproof.engines import EngineError
from faceproof.intake import IntakeError
from faceproof.marking import MarkError
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings import models, studio
from faceproof.sittings.models import DEVELOPING, FAILED, READY, REFUSED, WAITING, Selfie, Sitting


class CustodyNotAllowed(ValueError):
    """The organisation does not offer this custody mode."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo as it arrived: the bytes, and the content type that the sender claims."""

    photo: bytes
    declared: str = ""


def receive(
    member: Member, upload: Upload, *, custody: policy.Custody | None = None, keep_days: int | None = None
) -> Sitting:
    """Take one photo in and return its sitting: finished in `transit`, queued in `sealed`, refused with
    reasons.

    Args:
        custody: how the selfie is held; ``None`` is the organisation's default.
        keep_days: `sealed` only, days the person asks to keep the photo; never above the organisation's
            limit.

    Raises:
        CustodyNotAllowed: the organisation does not offer that mode.
        Busy: the studio is full; nothing was kept.
    """
    allowed = policy.custodies(member.org)
    custody = custody or allowed[0]
    if custody not in allowed:
        raise CustodyNotAllowed(custody)
    sitting = _open(member, custody)
    started = time.monotonic()
    order = _order(member, sitting, upload, examine_only=custody == "sealed")
    outcome = _expose(sitting, order, member)
    held_ms = round((time.monotonic() - started) * 1000)
    if custody == "transit" or outcome.state != READY:
        _close(member, sitting, outcome, held_ms=held_ms)
    else:
        _seal(member, sitting, upload, outcome, keep_days)
    return _reload(member, sitting)


def develop(member: Member, sitting_id: uuid.UUID) -> str:
    """Turn a kept selfie into proofs; called by the worker with the rights of ``member``. Returns the new
    state."""
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        token = uuid.uuid4()
        claimed = Sitting.objects.filter(id=sitting_id, state__in=(WAITING, DEVELOPING)).update(
            state=DEVELOPING, attempt=token, attempts=F("attempts") + 1, changed_at=timezone.now()
        )
        if not claimed:  # deleted meanwhile, or finished by another attempt
            return "nothing to do"
        sitting = Sitting.objects.get(id=sitting_id)
        selfie = Selfie.objects.get(sitting=sitting)
        upload = Upload(store.open_object(selfie.object_id), selfie.declared)
        trail.record("selfie.opened", subject_id=member.id, object_id=selfie.object_id, sitting_id=sitting.id)
    killpoints.reached("after-claim")
    outcome = _expose(sitting, _order(member, sitting, upload), member)
    killpoints.reached("after-marking")
    return _close(member, sitting, outcome)


def abandon(org_id: int, subject_id: int, sitting_id: uuid.UUID, code: str) -> str:
    """Close a queued sitting that must not be worked on any more, and say why; the selfie stays as it was."""
    now = timezone.now()
    with tenancy.scope(org_id=org_id, subject_id=subject_id):
        closed = Sitting.objects.filter(id=sitting_id, state__in=(WAITING, DEVELOPING)).update(
            state=FAILED, fault=code, attempt=None, finished_at=now, changed_at=now
        )
        if closed:
            trail.record(
                "sitting.failed", subject_id=subject_id, sitting_id=sitting_id, detail={"fault": code}
            )
    return code


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: str
    examined: Examined | None = None
    proofs: tuple[Proof, ...] = ()
    codes: tuple[str, ...] = ()
    fault: str = ""


def _open(member: Member, custody: policy.Custody) -> Sitting:
    looks = [style.name for style in policy.approved_styles(member.org)]
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        sitting = Sitting.objects.create(
            org_id=member.org_id,
            subject_id=member.id,
            custody=custody,
            engine=studio.engine(),
            styles=looks,
            attempt=uuid.uuid4(),
            attempts=1,
        )
        trail.record(
            "sitting.opened",
            subject_id=member.id,
            actor_id=member.id,
            sitting_id=sitting.id,
            detail={"custody": custody, "engine": sitting.engine},
        )
    return sitting


def _reload(member: Member, sitting: Sitting) -> Sitting:
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        return Sitting.objects.get(id=sitting.id)


def _missing(member: Member, sitting: Sitting) -> tuple[str, ...]:
    """Looks of this sitting that no earlier attempt has finished."""
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        made = set(models.Proof.objects.filter(sitting=sitting).values_list("style", flat=True))
    return tuple(name for name in sitting.styles if name not in made)


def _order(member: Member, sitting: Sitting, upload: Upload, *, examine_only: bool = False) -> Order:
    return Order(
        photo=upload.photo,
        declared=upload.declared or None,
        made_at=timezone.now(),
        engine=sitting.engine,
        styles=_missing(member, sitting),
        examine_only=examine_only,
        brand_colour=policy.brand_colour(member.org),
    )


def _expose(sitting: Sitting, order: Order, member: Member) -> _Outcome:
    """Run the darkroom and turn its errors into an outcome; `Busy` leaves no trace but an audit entry."""
    examined: Examined | None = None
    proofs: list[Proof] = []
    try:
        for event in studio.pool().develop(order, studio.signer(member.org)):
            if isinstance(event, Examined):
                examined = event
            else:
                proofs.append(event)
    except Busy:
        _turn_away(member, sitting)
        raise
    except IntakeError as error:
        return _Outcome(REFUSED, codes=(error.code,))
    except Refused as error:
        return _Outcome(REFUSED, examined=error.examined, codes=error.examined.refusals)
    except (EngineError, MarkError) as error:
        return _Outcome(FAILED, examined=examined, fault=error.code)
    return _Outcome(READY, examined=examined, proofs=tuple(proofs))


def _close(member: Member, sitting: Sitting, outcome: _Outcome, *, held_ms: int | None = None) -> str:
    """Accept the outcome of one attempt: proofs sealed, state changed, entry written, all in one
    transaction."""
    now = timezone.now()
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        mine = Sitting.objects.filter(id=sitting.id, attempt=sitting.attempt, state=DEVELOPING).update(
            state=outcome.state,
            refusals=list(outcome.codes),
            fault=outcome.fault,
            held_ms=held_ms,
            warnings=list(outcome.examined.warnings) if outcome.examined else [],
            finished_at=now,
            changed_at=now,
        )
        if not mine:
            return "overtaken"
        for proof in outcome.proofs:
            keep_proof(member, sitting, proof, now)
        killpoints.reached("before-commit")
        trail.record(
            f"sitting.{outcome.state}",
            subject_id=member.id,
            sitting_id=sitting.id,
            detail={
                "codes": list(outcome.codes),
                "fault": outcome.fault,
                "held_ms": held_ms,
                "proofs": [proof.style for proof in outcome.proofs],
            },
        )
    return outcome.state


def keep_proof(member: Member, sitting: Sitting, proof: Proof, now: datetime) -> models.Proof:
    """Seal one proof (the archive refuses it unless its marks read back) and write its row."""
    expires_at = policy.expiry(member.org, "draft", now)
    stored = store.put_proof(
        "draft",
        member.org_id,
        member.id,
        master=proof.master,
        rendition=proof.rendition.data,
        expires_at=expires_at,
        sitting_id=sitting.id,
    )
    row = models.Proof.objects.create(
        org_id=member.org_id,
        subject_id=member.id,
        sitting=sitting,
        object_id=stored.id,
        style=proof.style,
        engine=proof.engine,
        source_type=proof.source_type,
        width=proof.width,
        height=proof.height,
        largest={name: list(size) for name, size in proof.largest.items()},
        report=proof.report,
        expires_at=expires_at,
    )
    trail.record(
        "proof.sealed",
        subject_id=member.id,
        object_id=stored.id,
        sitting_id=sitting.id,
        detail={"style": proof.style, "source_type": proof.source_type, "key": str(stored.key_id)},
    )
    return row


def _seal(member: Member, sitting: Sitting, upload: Upload, outcome: _Outcome, keep_days: int | None) -> None:
    """Keep the selfie under the subject's own key and queue the work: both, or neither."""
    now = timezone.now()
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        expires_at = policy.expiry(member.org, "selfie", now, days_wanted=keep_days)
        stored = store.put(
            "selfie", member.org_id, member.id, upload.photo, expires_at=expires_at, sitting_id=sitting.id
        )
        killpoints.reached("after-blob-put")
        Selfie.objects.create(
            org_id=member.org_id,
            subject_id=member.id,
            sitting=sitting,
            object_id=stored.id,
            declared=upload.declared,
            expires_at=expires_at,
        )
        job = queue.defer(
            "develop",
            lock=f"subject-{member.id}",
            org_id=member.org_id,
            subject_id=member.id,
            sitting_id=str(sitting.id),
        )
        warnings = list(outcome.examined.warnings) if outcome.examined else []
        Sitting.objects.filter(id=sitting.id, attempt=sitting.attempt).update(
            state=WAITING, job_id=job, warnings=warnings, changed_at=now
        )
        trail.record(
            "selfie.sealed",
            subject_id=member.id,
            actor_id=member.id,
            object_id=stored.id,
            sitting_id=sitting.id,
            detail={"until": expires_at.isoformat(), "key": str(stored.key_id)},
        )
    killpoints.reached("after-commit")


def _turn_away(member: Member, sitting: Sitting) -> None:
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        trail.record("sitting.turned_away", subject_id=member.id, sitting_id=sitting.id)
        Sitting.objects.filter(id=sitting.id).delete()
