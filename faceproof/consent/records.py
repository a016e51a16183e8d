"""Give, withdraw and ask for a consent. Each is one row bound to the hash of the text the person saw."""

from __future__ import annotations

from django.utils import timezone

from faceproof import legal
from faceproof.archive import locks, trail
from faceproof.consent.models import Consent
from faceproof.organisations.models import Member

PURPOSES = (
    "headshot",
    "adult",
    "marketing",
    "publication",
)  # the last two are separate, unticked, and never needed


def give(member: Member, purpose: str, *, text: legal.Text) -> Consent:
    """Record that ``member`` agreed to ``text``; the same text again changes nothing. Runs in the
    subject's scope."""
    if purpose not in PURPOSES:
        raise ValueError(f"unknown purpose {purpose!r}")
    locks.subject(member.org_id, member.id)  # before any row: erasing the account beside this cannot deadlock
    standing = current(member, purpose)
    if standing is not None and standing.text_sha256 == text.sha256:
        return standing
    consent = Consent.objects.create(
        org_id=member.org_id,
        subject_id=member.id,
        purpose=purpose,
        text_version=text.version,
        text_sha256=text.sha256,
        language=text.lang,
        given_at=timezone.now(),
    )
    trail.record(
        "consent.given",
        subject_id=member.id,
        actor_id=member.id,
        detail={"purpose": purpose, "text": text.sha256, "version": text.version, "language": text.lang},
    )
    return consent


def withdraw(member: Member, purpose: str) -> int:
    """Withdraw every standing consent to ``purpose``; returns how many there were."""
    locks.subject(member.org_id, member.id)
    count = Consent.objects.filter(subject_id=member.id, purpose=purpose, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now()
    )
    if count:
        trail.record(
            "consent.withdrawn", subject_id=member.id, actor_id=member.id, detail={"purpose": purpose}
        )
    return count


def current(member: Member, purpose: str) -> Consent | None:
    """The standing consent to ``purpose``, or ``None``."""
    return (
        Consent.objects.filter(subject_id=member.id, purpose=purpose, withdrawn_at__isnull=True)
        .order_by("-given_at")
        .first()
    )


def standing(member: Member) -> dict[str, Consent | None]:
    """Purpose → standing consent."""
    return {purpose: current(member, purpose) for purpose in PURPOSES}
