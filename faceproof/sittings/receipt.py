"""The technical receipt of one sitting: what was sealed under which key, how it was marked, which clocks run.

Everything in it is read back at this moment (rows, keys, marks, trail), nothing is remembered for the purpose.
Runs in the subject's scope.
"""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from faceproof import faults, formats, marking
from faceproof.archive import store, trail
from faceproof.archive.models import LIVE, StoredObject
from faceproof.organisations.models import Member
from faceproof.sittings import studio
from faceproof.sittings.models import FAILED, REFUSED, Headshot, Proof, Selfie, Sitting

Receipt = dict[str, Any]


def of(member: Member, sitting: Sitting) -> Receipt:
    """The receipt as plain values for JSON, with sentences in the reader's language."""
    selfies, proofs, headshots = (
        list(kind._default_manager.filter(sitting=sitting).order_by("created_at"))
        for kind in (Selfie, Proof, Headshot)
    )
    pictures = [*selfies, *proofs, *headshots]
    return {
        "sitting": str(sitting.id),
        "state": sitting.state,
        "why": _why(sitting),
        "custody": sitting.custody,
        "custody_sentence": _custody(sitting),
        "engine": sitting.engine,
        "engine_sentence": _("%(engine)s on these machines; nothing was sent anywhere")
        % {"engine": sitting.engine},
        "sizes_sentence": _sizes(proofs),
        "keys": _keys(pictures),
        "marks_sentence": _marks(member, proofs),
        "clocks": _clocks(selfies, proofs, headshots),
        "proofs": [{"id": str(p.id), "style": p.style, "width": p.width, "height": p.height} for p in proofs],
        "headshots": [{"id": str(h.id), "style": h.style} for h in headshots],
        "entries": [_entry(told) for told in trail.story(sitting_id=sitting.id)],
    }


def _why(sitting: Sitting) -> str:
    codes = (
        sitting.refusals if sitting.state == REFUSED else [sitting.fault] if sitting.state == FAILED else []
    )
    return " ".join(faults.fault(code).told() for code in codes)


def _custody(sitting: Sitting) -> str:
    if sitting.custody == "transit":
        if sitting.held_ms is None:
            return _("memory only: the photo was never written down")
        return _("memory only, for %(seconds).1f seconds (60 at most): the photo was never written down") % {
            "seconds": sitting.held_ms / 1000
        }
    return _("sealed under your own key (AES-256) until its clock runs out")


def _sizes(proofs: list[Proof]) -> str:
    if not proofs:
        return ""
    proof = proofs[0]
    smaller = [
        fmt.name
        for fmt in formats.offered()
        if fmt.width and tuple(proof.largest.get(fmt.name, (0, 0))) < (fmt.width, fmt.height)
    ]
    text = _("the photo holds %(width)d × %(height)d px for the picture") % {
        "width": proof.width,
        "height": proof.height,
    }
    if smaller:
        text += "; " + _("offered smaller than asked: %(formats)s") % {"formats": ", ".join(smaller)}
    return text


def _keys(pictures: list[Any]) -> dict[str, str]:
    rows = StoredObject.objects.filter(id__in=[picture.object_id for picture in pictures], state=LIVE)
    return {row.klass: str(row.key_id) for row in rows.order_by("created_at")}


def _marks(member: Member, proofs: list[Proof]) -> str:
    root = studio.signer(member.org).root_pem
    read = [marking.read_back(store.open_part(p.object_id, "rendition"), root_pem=root) for p in proofs]
    trusted = sum(marks.c2pa_valid and marks.signer_trusted for marks in read)
    kinds = sorted({marks.digital_source_type for marks in read})
    return _(
        "%(count)d of %(all)d previews read back: content credentials valid, signed by %(issuer)s (%(kinds)s)"
    ) % {
        "count": trusted,
        "all": len(read),
        "issuer": read[0].issuer if read else "—",
        "kinds": ", ".join(kinds),
    }


def _clocks(selfies: list[Selfie], proofs: list[Proof], headshots: list[Headshot]) -> list[str]:
    rows = [
        (_("your photo"), selfies),
        (_("drafts"), proofs),
        (_("chosen headshots"), headshots),
    ]
    return [
        _("%(what)s: deleted on %(date)s")
        % {"what": what, "date": date_format(found[0].expires_at, "DATE_FORMAT")}
        for what, found in rows
        if found
    ]


def _entry(told: trail.Told) -> dict[str, Any]:
    return {
        "id": str(told.ref),
        "at": told.at.isoformat(),
        "action": told.action,
        "object": str(told.object_id) if told.object_id else None,
        "detail": dict(told.detail) if told.detail else None,
    }
