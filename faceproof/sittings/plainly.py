"""Headshots without AI: a photo finished elsewhere, cut by its person's own hand, and a card with initials.

A sitting is opened for it and is ready at once, so that the trail, the dates, downloads and deletion are
those of every other headshot. Nothing looks for a face, and no consent to that is asked for. The photo is in
memory only.
"""

from __future__ import annotations

import time
import uuid

from django.utils import timezone

from faceproof import darkroom, tenancy
from faceproof.archive import killpoints, locks, store, trail
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings import studio
from faceproof.sittings.exposure import Upload
from faceproof.sittings.models import READY, Headshot, Sitting

ENGINES = ("plain", "initials")
Crop = tuple[float, float, float]
"""left, top, size: `size` is the side of the square as a share of the photo's shorter side; `left` and
`top` say where it lies in the room that is left, 0 to 1."""


def is_plain(engine: str) -> bool:
    """Whether a picture by this engine came about without AI."""
    return engine.partition(":")[0] in ENGINES


def look_at(member: Member, upload: Upload, crop: Crop) -> darkroom.Proof:
    """The marked picture that `own_photo` would keep. Raises what `own_photo` raises."""
    assert isinstance(upload.photo, bytes)
    signer = studio.signer(member.org)
    return darkroom.plain(upload.photo, upload.declared or None, crop, timezone.now(), signer)


def own_photo(member: Member, upload: Upload, crop: Crop) -> Headshot:
    """Cut a finished photo and keep the cut.

    Raises:
        intake.IntakeError: not an acceptable picture. engines.EngineError: ``bad_cut``.
        finishing.FinishingError, marking.MarkError: as every export.
    """
    started = time.monotonic()
    made = look_at(member, upload, crop)
    del upload
    return _keep(member, made, "photo.cut", held_ms=round((time.monotonic() - started) * 1000))


def initials(member: Member, text: str) -> Headshot:
    """Draw one to three letters on the organisation's colour; `engines.EngineError` for others."""
    signer = studio.signer(member.org)
    made = darkroom.initials(text, policy.brand_colour(member.org), timezone.now(), signer)
    return _keep(member, made, "initials.drawn")


def _keep(member: Member, made: darkroom.Proof, action: str, held_ms: int | None = None) -> Headshot:
    now = timezone.now()
    expires_at = policy.expiry(member.org, "headshot", now)
    with tenancy.scope(org_id=member.org_id, subject_id=member.id, user_id=member.user_id):
        locks.subject(member.org_id, member.id)
        sitting = Sitting.objects.create(
            id=uuid.uuid4(),
            org_id=member.org_id,
            subject_id=member.id,
            custody="transit",
            engine=made.engine,
            styles=[made.style],
            state=READY,
            held_ms=held_ms,
            finished_at=now,
        )
        stored = store.put_proof(
            "headshot",
            member.org_id,
            member.id,
            master=made.master,
            rendition=made.rendition.data,
            root_pem=studio.signer(member.org).root_pem,
            expires_at=expires_at,
            sitting_id=sitting.id,
        )
        killpoints.reached("after-blob-put")
        detail = {"style": made.style, "until": expires_at.isoformat(), "key": str(stored.key_id)}
        trail.record(
            action,
            subject_id=member.id,
            actor_id=member.id,
            object_id=stored.id,
            sitting_id=sitting.id,
            detail=detail | {"held_ms": held_ms},
        )
        return Headshot.objects.create(
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
            developed_at=now,
            expires_at=expires_at,
        )
