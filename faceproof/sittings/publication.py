"""Showing one's headshot to the colleagues, and taking it back. Nothing is shown without being asked for."""

from __future__ import annotations

from django.utils import timezone

from faceproof import legal
from faceproof.archive import locks, trail
from faceproof.consent import records
from faceproof.organisations.models import Member
from faceproof.sittings.models import Headshot, Publication

PURPOSE = "publication"


def publish(member: Member, headshot: Headshot, name: str, text: legal.Text) -> Publication:
    """Show this headshot under this name, in place of any other. ``text`` is what was agreed to just now.

    Must run inside the subject's scope, as everything here.
    """
    locks.subject(member.org_id, member.id)
    take_back(member)
    records.give(member, PURPOSE, text=text)
    shown = Publication.objects.create(
        org_id=member.org_id,
        subject_id=member.id,
        headshot=headshot,
        name=name,
        expires_at=headshot.expires_at,
    )
    _told(member, headshot, "headshot.published")
    return shown


def take_back(member: Member) -> bool:
    """From now on nobody else sees it. False when nothing was shown."""
    locks.subject(member.org_id, member.id)
    shown = Publication.objects.select_related("headshot").filter(subject_id=member.id).first()
    records.withdraw(member, PURPOSE)
    if shown is None:
        return False
    headshot = shown.headshot
    shown.delete()
    _told(member, headshot, "headshot.taken_back")
    return True


def all_shown() -> list[Publication]:
    """What the organisation of the scope around it sees, by name."""
    return list(Publication.objects.filter(expires_at__gt=timezone.now()).order_by("name", "id"))


def _told(member: Member, headshot: Headshot, action: str) -> None:
    trail.record(
        action,
        subject_id=member.id,
        actor_id=member.id,
        object_id=headshot.object_id,
        sitting_id=headshot.sitting_id,
        detail={"style": headshot.style},
    )
