"""What is kept of a sitting: the selfie (in `sealed` custody only) and the proofs, in the subject's scope."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from faceproof import darkroom
from faceproof.archive import store, trail
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings.exposure import Upload
from faceproof.sittings.models import Proof, Selfie, Sitting


def selfie(member: Member, sitting: Sitting, upload: Upload, keep_days: int | None) -> Selfie:
    """Seal the photo under the person's own key, until the day they chose or the organisation's limit."""
    expires_at = policy.expiry(member.org, "selfie", timezone.now(), days_wanted=keep_days)
    stored = store.put(
        "selfie", member.org_id, member.id, upload.photo, expires_at=expires_at, sitting_id=sitting.id
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
        declared=upload.declared,
        expires_at=expires_at,
    )


def proof(member: Member, sitting: Sitting, made: darkroom.Proof, now: datetime) -> Proof:
    """Seal one proof (the archive refuses it unless its marks read back) and write its row."""
    expires_at = policy.expiry(member.org, "draft", now)
    stored = store.put_proof(
        "draft",
        member.org_id,
        member.id,
        master=made.master,
        rendition=made.rendition.data,
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
        report=made.report,
        expires_at=expires_at,
    )
