"""Who may do what to which object. Pages, the API and jobs ask the same functions.

Everything that is not the caller's own looks as if it did not exist: `NotFound`, never "forbidden", so that
an address tells a stranger nothing. Row-level security gives the same answer below; each holds without the
other.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from django.utils import timezone

from faceproof import tenancy
from faceproof.consent import records
from faceproof.organisations import phone, roles
from faceproof.organisations.models import Member, Organisation, PhoneLink
from faceproof.sittings.models import Headshot, OfSubject, Proof, Publication, Sitting

Owned = TypeVar("Owned", bound=OfSubject)


class NotFound(Exception):
    """There is no such object for this caller."""


class NotAgreed(Exception):
    """The person has not agreed to have a headshot made (or has withdrawn)."""


def as_self(member: Member) -> AbstractContextManager[tenancy.Scope]:
    """One transaction in which ``member`` sees what is their own."""
    return tenancy.scope(org_id=member.org_id, subject_id=member.id, user_id=member.user_id)


def as_organiser(member: Member) -> AbstractContextManager[tenancy.Scope]:
    """One transaction that reaches the whole organisation; `NotFound` unless the role allows it."""
    if not roles.may_organise(member):
        raise NotFound
    return tenancy.scope(
        org_id=member.org_id, subject_id=member.id, user_id=member.user_id, reach="organisation"
    )


def sitting(member: Member, ident: uuid.UUID) -> Sitting:
    """The caller's own sitting."""
    return _own(Sitting, member, ident)


def proof(member: Member, ident: uuid.UUID) -> Proof:
    """The caller's own proof, with its sitting."""
    return _own(Proof, member, ident)


def headshot(member: Member, ident: uuid.UUID) -> Headshot:
    """The caller's own headshot."""
    return _own(Headshot, member, ident)


@contextmanager
def colleague(member: Member, ident: uuid.UUID) -> Iterator[tuple[Member, Headshot]]:
    """What somebody of the same organisation shows: its owner and the headshot, in one transaction that sees
    what is theirs. `NotFound` as soon as they took it back, deleted it, or its date was reached."""
    with as_self(member):
        shown = Publication.objects.filter(id=ident, org_id=member.org_id).first()
    if shown is None:
        raise NotFound
    with tenancy.scope(org_id=shown.org_id, subject_id=shown.subject_id):
        still = Publication.objects.select_related("headshot").filter(
            id=ident, org_id=member.org_id, expires_at__gt=timezone.now()
        )
        found, owner = still.first(), Member.objects.filter(id=shown.subject_id).first()
        if found is None or owner is None:
            raise NotFound
        owner.org = member.org
        yield owner, found.headshot


def may_be_photographed(member: Member) -> None:
    """Raise `NotAgreed` unless the person agreed, as an adult, and has not withdrawn (R-056, R-060,
    R-072)."""
    if any(records.current(member, purpose) is None for purpose in ("headshot", "adult")):
        raise NotAgreed


def on_the_phone(secret: str) -> tuple[Member, PhoneLink]:
    """Whose photo the browser with this cookie may hand in, with the rights that person has *now*.

    `NotFound` when its link is over, `NotAgreed` when the person withdrew meanwhile.
    """
    link = phone.carried_by(secret)
    if link is None:
        raise NotFound
    return worker_acts_for(link.org_id, link.member_id), link


def worker_acts_for(org_id: int, subject_id: int) -> Member:
    """The person a job or a phone acts for, with the rights they have *now*; `NotFound` or `NotAgreed`
    when those are gone."""
    with tenancy.scope(org_id=org_id, subject_id=subject_id):
        member = Member.objects.select_related("user").filter(id=subject_id, org_id=org_id).first()
        if member is None or not member.user.is_active:
            raise NotFound
        member.org = Organisation.objects.get(id=org_id)
        may_be_photographed(member)
        return member


def _own(kind: type[Owned], member: Member, ident: uuid.UUID) -> Owned:
    found = kind._default_manager.filter(id=ident, org_id=member.org_id, subject_id=member.id).first()
    if found is None:
        raise NotFound
    return found
