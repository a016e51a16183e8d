"""Finds out who asks: ``request.member`` is the account's membership, or ``None``."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from faceproof import tenancy
from faceproof.organisations.models import Member, Organisation, User


class AskedBy(HttpRequest):
    """An `HttpRequest` after `WhoAsks`; only a type."""

    member: Member | None


def membership(user: User) -> Member | None:
    """The account's (oldest) membership, with its organisation loaded; ``None`` when it belongs nowhere."""
    with tenancy.account(user.pk):
        member = Member.objects.filter(user_id=user.pk).order_by("id").first()
    if member is None:
        return None
    with tenancy.scope(org_id=member.org_id, subject_id=member.id, user_id=user.pk):
        member.org = Organisation.objects.get(id=member.org_id)
    member.user = user
    return member


class WhoAsks:
    """Sets ``request.member`` for signed-in accounts. Opens no scope: pages do that through `guard`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.member = membership(user) if isinstance(user, User) else None  # type: ignore[attr-defined]
        return self.get_response(request)
