"""The link that takes a person's phone into their sitting, and that the phone may hand in a photo.

The link is opened once, by a button (a preview of it by a chat program opens nothing), and then belongs to
the browser that opened it. There is one link a person: a new one ends the one before.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from faceproof.organisations.models import Member, PhoneLink

MINUTES = 10  # to open the link, and then again to hand in the photo
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another when typed
LENGTH = 16  # letters: 79 bits, for ten minutes


class LinkSpent(Exception):
    """The link is unknown, too old, ended by a newer one, or opened in another browser."""


def make(member: Member) -> str:
    """A fresh token, in groups of four letters. The person's earlier links end."""
    token = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    with transaction.atomic():
        PhoneLink.objects.filter(member_id=member.id).delete()
        PhoneLink.objects.create(
            token_sha256=_hashed(token),
            org_id=member.org_id,
            member_id=member.id,
            user_id=member.user_id,
            expires_at=_soon(),
        )
    return "-".join(token[at : at + 4] for at in range(0, LENGTH, 4))


def to_open(token: str) -> PhoneLink | None:
    """The link, while it can still be opened."""
    return _living().filter(token_sha256=_hashed(_typed(token)), opened_at__isnull=True).first()


def taken(token: str) -> PhoneLink | None:
    """The link, once a browser has opened it."""
    return _living().filter(token_sha256=_hashed(_typed(token)), opened_at__isnull=False).first()


def open_once(token: str) -> str:
    """Bind the link to the browser that asks: the secret for its cookie, once; else `LinkSpent`."""
    secret = secrets.token_urlsafe(32)
    opened = (
        _living()
        .filter(token_sha256=_hashed(_typed(token)), opened_at__isnull=True)
        .update(opened_at=timezone.now(), browser_sha256=_hashed(secret), expires_at=_soon())
    )
    if opened != 1:
        raise LinkSpent
    return secret


def carried_by(secret: str) -> PhoneLink | None:
    """The link that was opened by the browser with this cookie, until its time is up."""
    if not secret:
        return None
    return _living().filter(browser_sha256=_hashed(secret), opened_at__isnull=False).first()


def of(member: Member) -> PhoneLink | None:
    """The person's link, until its time is up."""
    return _living().filter(member_id=member.id).first()


def handed_in(link: PhoneLink, sitting_id: uuid.UUID) -> None:
    """The computer finds its sitting here. A link that was ended meanwhile tells nobody."""
    PhoneLink.objects.filter(id=link.pk).update(sitting_id=sitting_id)


def forget(member: Member) -> None:
    """End the person's links at once."""
    PhoneLink.objects.filter(member_id=member.id).delete()


def prune(now: datetime) -> int:
    """Remove what is left of links whose time is up."""
    return PhoneLink.objects.filter(expires_at__lte=now).delete()[0]


def _living() -> QuerySet[PhoneLink]:
    return PhoneLink.objects.filter(expires_at__gt=timezone.now())


def _soon() -> datetime:
    return timezone.now() + timedelta(minutes=MINUTES)


def _typed(token: str) -> str:
    """Groups, spaces and capitals are how people type it."""
    return "".join(letter for letter in token.lower() if letter.isalnum())


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
