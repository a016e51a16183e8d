"""The first organisation and its first organiser."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from faceproof import tenancy
from faceproof.organisations.models import ORGANISER, Member, Organisation, SetupLink, User

LINK_HOURS = 24
FIRST = 0x46505F31  # number of the lock; any that nobody else uses


class LinkSpent(Exception):
    """The setup link is unknown, used or too old."""


def first_organisation(name: str = "My organisation") -> Organisation:
    """The oldest organisation, made on first use."""
    with tenancy.installation():
        found = Organisation.objects.order_by("id").first()
    if found is not None:  # as nearly always: every page asks, and none should wait for another
        return found
    with tenancy.installation(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [FIRST])  # or two visitors make two
        org = Organisation.objects.order_by("id").first()
        return org or Organisation.objects.create(name=name)


def organiser_link() -> str | None:
    """A fresh one-time path ``/setup/<token>/``, or ``None`` when the organisation already has an organiser.

    Earlier unused links die: only the newest one printed on the console works.
    """
    org = first_organisation()
    with tenancy.scope(org_id=org.id, reach="organisation"):
        if Member.objects.filter(org=org, role=ORGANISER).exists():
            return None
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        SetupLink.objects.filter(org_id=org.id, used_at__isnull=True).delete()
        SetupLink.objects.create(
            token_sha256=_hashed(token),
            org_id=org.id,
            expires_at=timezone.now() + timedelta(hours=LINK_HOURS),
        )
    return f"/setup/{token}/"


def usable(token: str) -> bool:
    """Whether the link would work now."""
    return SetupLink.objects.filter(
        token_sha256=_hashed(token), used_at__isnull=True, expires_at__gt=timezone.now()
    ).exists()


def redeem(token: str, *, email: str, password: str) -> User:
    """Spend the link: make the account and its organiser membership together, or raise `LinkSpent`."""
    with transaction.atomic():
        spent = SetupLink.objects.filter(
            token_sha256=_hashed(token), used_at__isnull=True, expires_at__gt=timezone.now()
        ).update(used_at=timezone.now())
        if spent != 1:
            raise LinkSpent
        org_id = SetupLink.objects.get(token_sha256=_hashed(token)).org_id
        user = User.objects.create_user(email, password, last_login=timezone.now())  # comes in without mail
        with tenancy.scope(org_id=org_id, user_id=user.pk, reach="organisation"):
            Member.objects.create(org_id=org_id, user=user, role=ORGANISER)
    return user


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
