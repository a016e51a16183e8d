"""What is kept of a sitting, in the subject's scope: the selfie (in `sealed` custody only) and the proofs."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from faceproof import darkroom, queue, tenancy
from faceproof.archive import killpoints, locks, store, trail
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings import studio
from faceproof.sittings.exposure import Outcome, Upload
from faceproof.sittings.models import DEVELOPING, WAITING, Proof, Selfie, Sitting


def seal(member: Member, sitting: Sitting, upload: Upload, outcome: Outcome, keep_days: int | None) -> None:
    """Keep the selfie and queue the work: both, or neither. Neither when the sitting is over by now."""
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        locks.subject(member.org_id, member.id)
        mine = Sitting.objects.filter(id=sitting.id, attempt=sitting.attempt, state=DEVELOPING)
        if not mine.update(state=WAITING, warnings=list(outcome.warnings), changed_at=timezone.now()):
            return
        choice(member, sitting, outcome)
        selfie(member, sitting, upload.chosen(outcome.choice), upload.declared, keep_days)
        killpoints.reached("after-blob-put")
        queued(member, sitting)
    killpoints.reached("after-commit")


def accept(member: Member, sitting: Sitting, made: darkroom.Proof) -> bool:
    """Keep one proof of an attempt that still counts, in a transaction of its own: the person sees it at
    once. False when the sitting is over by now; keeping the same look twice keeps the first."""
    now = timezone.now()
    killpoints.reached("after-marking")
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
        locks.subject(member.org_id, member.id)
        mine = Sitting.objects.filter(id=sitting.id, attempt=sitting.attempt, state=DEVELOPING)
        if not mine.update(changed_at=now):
            return False
        if not Proof.objects.filter(sitting=sitting, style=made.style).exists():
            proof(member, sitting, made, now)
        killpoints.reached("before-commit")
    killpoints.reached("after-first")
    return True


def choice(member: Member, sitting: Sitting, outcome: Outcome) -> None:
    """Write down which of several photos was used and why, as numbers and codes; the others are counted."""
    if outcome.choice is None:
        return
    told = outcome.choice.codes()
    Sitting.objects.filter(id=sitting.id).update(choice=told)
    if told["used"] is not None:
        detail = {"photos": told["of"], "used": told["used"], "dropped": told["of"] - 1}
        trail.record("sitting.chosen", subject_id=member.id, sitting_id=sitting.id, detail=detail)


def selfie(member: Member, sitting: Sitting, photo: bytes, declared: str, keep_days: int | None) -> Selfie:
    """Seal the photo under the person's own key, until the day they chose or the organisation's limit."""
    expires_at = policy.expiry(member.org, "selfie", timezone.now(), days_wanted=keep_days)
    stored = store.put(
        "selfie", member.org_id, member.id, photo, expires_at=expires_at, sitting_id=sitting.id
    )
    trail.record(
        "selfie.sealed",
        subject_id=member.id,
        actor_id=member.id,
        object_id=stored.id,
        sitting_id=sitting.id,
        detail={"until": expires_at.isoformat(), "key": str(stored.key_id)},
    )
    return Selfie.objects.create(
        org_id=member.org_id,
        subject_id=member.id,
        sitting=sitting,
        object_id=stored.id,
        declared=declared,
        expires_at=expires_at,
    )


def proof(member: Member, sitting: Sitting, made: darkroom.Proof, now: datetime) -> Proof:
    """Seal one proof (the archive refuses it unless its marks read back) and write its row.

    What the engine measured of the face (skin, angles) stays in the sealed master; a row holds sizes, dates.
    """
    expires_at = policy.expiry(member.org, "draft", now)
    stored = store.put_proof(
        "draft",
        member.org_id,
        member.id,
        master=made.master,
        rendition=made.rendition.data,
        root_pem=studio.signer(member.org).root_pem,
        expires_at=expires_at,
        sitting_id=sitting.id,
    )
    trail.record(
        "proof.sealed",
        subject_id=member.id,
        object_id=stored.id,
        sitting_id=sitting.id,
        detail={"style": made.style, "source_type": made.source_type, "key": str(stored.key_id)},
    )
    return Proof.objects.create(
        org_id=member.org_id,
        subject_id=member.id,
        sitting=sitting,
        object_id=stored.id,
        style=made.style,
        engine=made.engine,
        source_type=made.source_type,
        width=made.width,
        height=made.height,
        largest={name: list(size) for name, size in made.largest.items()},
        expires_at=expires_at,
    )


def queued(member: Member, sitting: Sitting, *, rest: bool = False) -> None:
    """Queue the work on a kept selfie, or the rest of it. The row knows its job: a clock looks for work that
    nobody will do."""
    job = queue.defer_develop(member.org_id, member.id, sitting.id, rest=rest)
    Sitting.objects.filter(id=sitting.id).update(job_id=job)
