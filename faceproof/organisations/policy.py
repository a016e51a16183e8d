"""What an organisation allows, worked out from its row: one function a question."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from faceproof import styles
from faceproof.organisations.models import Organisation

Custody = Literal["transit", "sealed"]
CUSTODIES: tuple[Custody, ...] = ("transit", "sealed")

# The operator's published limits: an organisation may go lower, never higher.
LIMITS = {"selfie": 30, "draft": 30, "headshot": 90}


def custodies(org: Organisation) -> tuple[Custody, ...]:
    """Allowed custody modes, the default first."""
    chosen = tuple(mode for mode in CUSTODIES if mode in org.custody)
    return chosen or CUSTODIES


def approved_styles(org: Organisation) -> tuple[styles.Style, ...]:
    """The looks this organisation allows, in their usual order; the usual ones when it chose none (R-090)."""
    chosen = tuple(style for style in styles.all_styles() if style.name in org.styles)
    return chosen or styles.usual_styles()


def days(org: Organisation, klass: str) -> int:
    """Days that an object of ``klass`` is kept: the organisation's choice inside `LIMITS`."""
    wanted = {"selfie": org.selfie_days, "draft": org.draft_days, "headshot": org.headshot_days}[klass]
    return max(0, min(wanted, LIMITS[klass]))


def expiry(org: Organisation, klass: str, now: datetime, *, days_wanted: int | None = None) -> datetime:
    """When an object of ``klass`` made ``now`` must be gone; ``days_wanted`` may only shorten it."""
    limit = days(org, klass)
    return now + timedelta(days=limit if days_wanted is None else max(0, min(days_wanted, limit)))


def brand_colour(org: Organisation) -> tuple[int, int, int]:
    """The accent colour as sRGB 0..255; the house colour when the stored text is not ``#rrggbb``."""
    text = org.accent.lstrip("#")
    try:
        red, green, blue = bytes.fromhex(text)
    except ValueError:
        return (36, 82, 110)
    return (red, green, blue)
