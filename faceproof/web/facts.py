"""What is true of this installation, as the sentences of the legal texts need it: one source for all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from faceproof import legal, mail
from faceproof.organisations import letters, policy
from faceproof.organisations.models import Organisation
from faceproof.privacy import retention

LOCAL_ENGINES = frozenset(
    {"studio", "personal", "reference", "fake", "plain", "initials"}
)  # work on this installation's own machines


def days(count: int) -> str:
    """“30 days”, in the reader's language."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def is_local(engine: str) -> bool:
    """Whether the engine at this address (``studio:``) keeps the photo on our machines (R-004, R-005)."""
    return engine.partition(":")[0] in LOCAL_ENGINES


def of(org: Organisation) -> dict[str, Any]:
    """Every blank of every legal text."""
    engine = str(settings.FACEPROOF_ENGINE)
    local = is_local(engine)
    return {
        "organisation": org.name,
        "contact": org.contact or gettext("the person who runs this studio in your organisation"),
        "engine": engine.partition(":")[0],
        "place": settings.FACEPROOF_REGION or gettext("place not stated by the operator"),
        "transfer": gettext("Photos do not leave these machines: there is no transfer to another country.")
        if local
        else gettext("Photos leave these machines: a transfer to another country is possible."),
        "mail": _mail(),
        "transit_seconds": settings.FACEPROOF_TRANSIT_SECONDS,
        "selfie_days": days(policy.days(org, "selfie")),
        "draft_days": days(policy.days(org, "draft")),
        "backup_days": days(settings.FACEPROOF_BACKUP_DAYS),
        "headshot_days": days(policy.days(org, "headshot")),
    }


def _mail() -> str:
    if not mail.configured():
        return gettext("This studio sends no mail.")
    return gettext(
        "Mails of this studio (a link for a forgotten password, a reminder of a date) go through a mail"
        " server, which sees your address. They never hold a picture."
    )


def gone(deleted_at: datetime | None = None) -> str:
    """“18 December”: when the last backup of something deleted then (or now) is gone."""
    return letters.day(retention.last_backup(deleted_at or timezone.now()))


def keeping(org: Organisation) -> str:
    """The passage about keeping that is true: ``transit``, ``sealed``, or ``choice`` (the person decides)."""
    allowed = policy.custodies(org)
    return "choice" if len(allowed) > 1 else allowed[0]


def five_sentences(org: Organisation, kept: str = "") -> list[str]:
    """The notice before upload, as this installation is configured (R-060, R-083).

    ``kept`` names the passage about keeping where a page has its own (``try``, where nothing can be tuned).
    """
    passages = legal.get("notice", get_language() or "en").passages(of(org))
    where = "local" if is_local(settings.FACEPROOF_ENGINE) else "outside"
    happens = "happens.try" if kept == "try" else "happens"
    names = (happens, f"kept.{kept or keeping(org)}", "seen", f"where.{where}", "ai")
    return [passages[name] for name in names]
