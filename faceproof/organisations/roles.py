"""The only permission functions: what a role may do inside its organisation. `guard` asks them about
objects."""

from __future__ import annotations

from faceproof.organisations.models import ORGANISER, Member


def may_organise(member: Member | None) -> bool:
    """Change the organisation's policy and see that pictures exist (never see the pictures)."""
    return member is not None and member.role == ORGANISER
