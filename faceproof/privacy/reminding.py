"""Mails that nobody asked for at this moment. There are two: before headshots reach their date (once for each
sitting, unless turned off), and when looks took so long that their person has gone elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localdate

from faceproof import mail, tenancy
from faceproof.archive import locks, trail
from faceproof.archive.models import AuditEntry
from faceproof.organisations import letters
from faceproof.organisations.models import Member, Organisation
from faceproof.sittings.models import Headshot

BEFORE = timedelta(days=7)
LONG = timedelta(minutes=2)  # whoever waits less is still looking at the page
TOLD = "sitting.reminded"


def run(now: datetime) -> int:
    """Remind everybody of the organisation in scope whose headshots go within a week. Returns how many.

    Pictures younger than a week are left out: their date was read a moment ago. The trail is what remembers
    who was reminded of what; it is asked under the person's lock, so two clocks cannot remind twice.
    """
    if not mail.configured():
        return 0
    due = Headshot.objects.filter(
        expires_at__gt=now, expires_at__lte=now + BEFORE, created_at__lte=now - BEFORE
    ).order_by("subject_id", "expires_at")
    return sum(_remind(who, list(theirs)) for who, theirs in groupby(due, lambda shot: shot.subject_id))


def _remind(subject_id: int, due: list[Headshot]) -> bool:
    member = Member.objects.select_related("user").filter(id=subject_id).first()
    if member is None or not member.user.is_active or not member.user.reminders:
        return False
    locks.subject(member.org_id, member.id)
    told = _told({shot.sitting_id for shot in due})
    due = [shot for shot in due if shot.sitting_id not in told]
    if not due:
        return False
    letters.write(
        Organisation.objects.get(id=member.org_id),
        member.user,
        "reminder",
        day=localdate(due[0].expires_at),
        pictures=len(due),
        link=letters.address(reverse("home")),
    )
    for sitting_id in {shot.sitting_id for shot in due}:
        trail.record(TOLD, subject_id=member.id, sitting_id=sitting_id)
    return True


def _told(sittings: set[UUID]) -> set[UUID | None]:
    entries = AuditEntry.objects.filter(action=TOLD, sitting_id__in=sittings)
    return set(entries.values_list("sitting_id", flat=True))


def looks_ready(member: Member, sitting_id: UUID, now: datetime) -> bool:
    """Tell by mail that a kept photo's looks are there, if their person waited long for them."""
    with tenancy.scope(org_id=member.org_id, subject_id=member.id, user_id=member.user_id):
        asked = AuditEntry.objects.filter(
            sitting_id=sitting_id, action__in=("sitting.opened", "sitting.again"), at__gt=now - LONG
        )
        if asked.exists():
            return False
        link = letters.address(reverse("sitting", args=[sitting_id]))
        return letters.write(member.org, member.user, "looks_ready", link=link)
