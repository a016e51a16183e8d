"""One sitting: the looks to choose from, or how far the work is, or why the photo cannot be used."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from faceproof import faults, guard, styles
from faceproof.sittings import gallery
from faceproof.sittings.models import FAILED, READY, REFUSED
from faceproof.web.pages import photo
from faceproof.web.pages.page import asker


def show(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        sitting = guard.sitting(member, ident)
        chosen = {shot.style: shot for shot in sitting.headshots.all()}
        order = {style.name: (style.order, style) for style in styles.all_styles()}
        looks = [
            {"proof": proof, "style": order[proof.style][1], "chosen": chosen.get(proof.style)}
            for proof in sorted(sitting.proofs.all(), key=lambda proof: order.get(proof.style, (999,))[0])
            if proof.style in order
        ]
        context = {
            "sitting": sitting,
            "looks": looks,
            "selfie": sitting.selfies.first(),
            "refusals": [faults.fault(code) for code in sitting.refusals],
            "warnings": [faults.fault(code) for code in sitting.warnings],
            "fault": faults.fault(sitting.fault) if sitting.state == FAILED else None,
            "is_ready": sitting.state == READY,
            "is_refused": sitting.state == REFUSED,
            "seconds": f"{(sitting.held_ms or 0) / 1000:.1f}",
            "drafts_until": max((look["proof"].expires_at for look in looks), default=None),
            "step": 3 if sitting.state == READY else 2,
            **photo.offer(member),
        }
        return render(request, "pages/sitting.html", context)


@require_POST
def choose(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        sitting = guard.sitting(member, ident)
        proof = guard.proof(member, _uuid(request.POST.get("proof", "")))
        if proof.sitting_id != sitting.id:
            raise guard.NotFound
        headshot = gallery.choose(member, proof)
    return redirect("headshot", ident=headshot.id)


@require_POST
def again(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """Work once more on a kept photo: for looks that came since, or after a failure."""
    member = asker(request)
    with guard.as_self(member):
        guard.may_be_photographed(member)
        gallery.again(member, guard.sitting(member, ident))
    return redirect("sitting", ident=ident)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise guard.NotFound from None
