"""Sittings that end without an attempt being accepted: turned away, or not to be worked on any more."""

from __future__ import annotations

import uuid

from django.utils import timezone

from faceproof import tenancy
from faceproof.archive import locks, trail
from faceproof.organisations.models import Member
from faceproof.sittings.models import DEVELOPING, FAILED, WAITING, Sitting


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
