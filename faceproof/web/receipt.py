"""The technical receipt of one sitting: custody, engine, keys, clocks, marks, ids of the audit entries."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import formats as dates
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from faceproof import faults, formats
from faceproof.archive import trail
from faceproof.organisations.models import Member
from faceproof.sittings import plainly
from faceproof.sittings.models import ASKING, FAILED, REFUSED, Sitting
from faceproof.web import facts, looks
from faceproof.web.templatetags.studio import words


def of(member: Member, sitting: Sitting, told: list[trail.Told]) -> dict[str, Any]:
    """Plain values only, ready for JSON. Runs in the subject's scope."""
    proofs = list(sitting.proofs.all())
    return {
        "sitting": str(sitting.id),
        "state": sitting.state,
        "why": _why(sitting),
        "custody": sitting.custody,
        "held_ms": sitting.held_ms,
        "custody_sentence": _custody(sitting),
        "engine": sitting.engine,
        "engine_sentence": _engine(sitting),
        "sizes_sentence": _sizes(sitting),
        "marks_sentence": _marks(sitting),
        "source_types": sorted({proof.source_type for proof in proofs}),
        "proofs": [
            {"id": str(proof.id), "style": proof.style, "width": proof.width, "height": proof.height}
            for proof in proofs
        ],
        "keys": _keys(told),
        "clocks": _clocks(sitting) + _backups(told),
        "entries": [
            {
                "id": str(entry.ref),
                "at": entry.at.isoformat(),
                "action": entry.action,
                "object": str(entry.object_id) if entry.object_id else None,
            }
            for entry in told
        ],
    }


def _why(sitting: Sitting) -> str:
    codes = sitting.refusals if sitting.state in (REFUSED, ASKING) else []
    if sitting.state == FAILED:
        codes = [sitting.fault]
    return " ".join(faults.fault(code).told() for code in codes)


def _custody(sitting: Sitting) -> str:
    if sitting.custody == "sealed":
        kept = sitting.selfies.first()
        if kept is None:
            return _("sealed: the photo was kept encrypted; it is gone")
        return _("sealed: the photo is kept encrypted until %(until)s") % {"until": _date(kept.expires_at)}
    if sitting.held_ms is None:
        return _("transit: in memory only")
    return _("transit: in memory for %(seconds)s s (at most %(limit)d), never on a disk") % {
        "seconds": seconds(sitting.held_ms),
        "limit": settings.FACEPROOF_TRANSIT_SECONDS,
    }


def _engine(sitting: Sitting) -> str:
    name = sitting.engine.partition(":")[0]
    if plainly.is_plain(sitting.engine):
        return _("no AI: on this installation’s own machines, nothing looked into the picture; no transfer")
    if facts.is_local(sitting.engine):
        return _("%(engine)s, on this installation’s own machines; no transfer") % {"engine": name}
    return _("%(engine)s, outside this installation’s machines") % {"engine": name}


def _sizes(sitting: Sitting) -> str:
    """The largest true size, when it is below what some format asks for."""
    proof = sitting.proofs.first()
    if proof is None:
        return ""
    wanted = {fmt.name: fmt.width for fmt in formats.offered() if fmt.fit == "exact"}
    short = [name for name, width in wanted.items() if (proof.largest.get(name) or [0])[0] < width]
    if not short:
        return ""
    return _("the picture holds %(w)d × %(h)d true pixels; larger formats come at the size that is there") % {
        "w": proof.width,
        "h": proof.height,
    }


def _marks(sitting: Sitting) -> str:
    pictures = sitting.headshots if plainly.is_plain(sitting.engine) else sitting.proofs
    kinds = sorted({picture.source_type for picture in pictures.all()})
    if not kinds:
        return _("no picture")
    count = pictures.count()
    return _("%(count)d pictures marked (%(kinds)s) and read back before they were kept") % {
        "count": count,
        "kinds": ", ".join(kinds),
    }


def _keys(told: list[trail.Told]) -> dict[str, str]:
    """Class → id of the key its objects are sealed under (the id, never the key)."""
    classes = {"selfie.sealed": "selfie", "proof.sealed": "draft", "headshot.chosen": "headshot"}
    classes |= {"photo.cut": "headshot", "initials.drawn": "headshot"}
    return {
        classes[entry.action]: str(entry.detail["key"])
        for entry in told
        if entry.action in classes and entry.detail and "key" in entry.detail
    }


def _clocks(sitting: Sitting) -> list[str]:
    labels = looks.labels()
    out = [
        _("kept photo until %(until)s") % {"until": _date(row.expires_at)} for row in sitting.selfies.all()
    ]
    drafts = [proof.expires_at for proof in sitting.proofs.all()]
    if drafts:
        out.append(_("looks until %(until)s") % {"until": _date(max(drafts))})
    for shot in sitting.headshots.all():
        look = words(labels[shot.style]) if shot.style in labels else shot.style
        until = _date(shot.expires_at)
        out.append(_("headshot “%(look)s” until %(until)s") % {"look": look, "until": until})
    return out


def _backups(told: list[trail.Told]) -> list[str]:
    """Until when copies made by the operator may hold what is gone from here."""
    gone = [entry.at for entry in told if entry.action.endswith((".deleted", ".expired"))]
    if not gone:
        return []
    return [_("last backup of what was deleted until %(until)s") % {"until": facts.gone(max(gone))}]


def seconds(milliseconds: int) -> str:
    """Seconds with one decimal, as the reader's language writes them."""
    return str(dates.number_format(milliseconds / 1000, 1))


def _date(value: Any) -> str:
    return str(dates.date_format(localtime(value), "j F Y"))
