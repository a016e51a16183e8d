"""How a sitting begins: its row, with what the organisation allows at this moment."""

from __future__ import annotations

import uuid

from faceproof import tenancy
from faceproof.archive import trail
from faceproof.organisations import policy
from faceproof.organisations.models import Member
from faceproof.sittings import studio
from faceproof.sittings.models import Sitting


class CustodyNotAllowed(ValueError):
    """The organisation does not offer this custody mode."""


def begin(member: Member, custody: policy.Custody | None, photos: int, lens: float | None) -> Sitting:
    """A new sitting, being developed. Raises `CustodyNotAllowed`."""
    allowed = policy.custodies(member.org)
    custody = custody or allowed[0]
    if custody not in allowed:
        raise CustodyNotAllowed(custody)
    looks = [style.name for style in policy.approved_styles(member.org)]
    with tenancy.scope(org_id=member.org_id, subject_id=member.id):
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
