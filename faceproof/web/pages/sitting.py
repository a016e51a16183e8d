"""One sitting: the looks to choose from, or how far the work is, or why the photo cannot be used."""

from __future__ import annotations

import math
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from faceproof import faults, guard, reasons
from faceproof.sittings import asking, closing, gallery, plainly, studio
from faceproof.sittings.models import ASKING, DEVELOPING, FAILED, READY, REFUSED
from faceproof.web import look as looking
from faceproof.web import receipt
from faceproof.web.pages import photo
from faceproof.web.pages.page import asker


def show(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        sitting = guard.sitting(member, ident)
        if plainly.is_plain(sitting.engine) and (kept := sitting.headshots.first()):
            return redirect("headshot", ident=kept.id)  # there are no looks to choose from
        if studio.line().case(sitting.id) is None and closing.orphaned(member, sitting):
            sitting = guard.sitting(member, ident)
        place = _about(studio.line().before(sitting.id)) if sitting.state == DEVELOPING else 0
        seen = f"{sitting.state}-{sitting.proofs.count()}-{place}"
        small = bool(asking.glimpse(sitting))
        seen += "-small" if small else ""
        if sitting.open and request.GET.get("seen") == seen:
            return HttpResponse(status=204)  # nothing new: the page is left alone, and so is a screen reader
        wait = studio.line().wait(sitting.id)
        question, looks = asking.question(sitting), looking.of_sitting(sitting)
        wanted = request.GET.get("look", "")
        context = {
            "sitting": sitting,
            "looks": looks,
            "look": looking.selected(looks, wanted),
            "look_wanted": wanted,
            "places": looking.places(sitting, looks),
            "used": (sitting.choice or {}).get("used") or 1,
            "initial": member.user.email[:1].upper(),
            "selfie": sitting.selfies.first(),
            "seen": seen,
            "place": place,
            "glimpse": small,
            "poll": _poll(wait),
            "about": math.ceil((wait or 0) / 5 + 0.1) * 5,  # s, as people say it
            "asks": [faults.fault(code) for code in sitting.refusals] if question else [],
            "may_anyway": question is not None and question.anyway,
            "faces": _faces(question.faces) if question else [],
            "refusals": [] if question else [faults.fault(code) for code in sitting.refusals],
            "warnings": [faults.fault(code) for code in sitting.warnings],
            "fault": faults.fault(sitting.fault) if sitting.state == FAILED else None,
            "is_ready": sitting.state == READY,
            # Asked, and the photo is no longer held: the clock has not come round yet, but it is over.
            "is_refused": sitting.state == REFUSED or (sitting.state == ASKING and question is None),
            "choice": reasons.used(sitting.choice) if sitting.choice else "",
            "photos": reasons.lines(sitting.choice) if sitting.choice else [],
            "seconds": receipt.seconds(sitting.held_ms or 0),
            "drafts_until": max((look.proof.expires_at for look in looks), default=None),
            "step": 3 if sitting.state == READY or looks else 2,
            **photo.offer(member, sitting.lens),
        }
        return render(request, "pages/sitting.html", context)


def _poll(wait: float | None) -> int:
    """Milliseconds until the page asks again: a little before the first picture is expected, so that it is
    seen soon after it is there and nobody asks twenty times; later the more calmly, the more people wait."""
    if wait is None:
        return min(5000, 600 + 120 * studio.line().length())
    return round(1000 * min(4.0, max(0.4, 0.9 * wait)))


def _about(place: int) -> int:
    """How many are before, as people say it: a page that counts down by one each half second says no more."""
    return place if place < 4 else place // 5 * 5 or 4


def _faces(boxes: tuple[tuple[float, float, float, float], ...]) -> list[dict[str, float]]:
    """For the page: each with its number, in per cent of the photo."""
    names = ("x", "y", "w", "h")
    return [
        {"n": number} | {name: round(100 * value, 2) for name, value in zip(names, box, strict=True)}
        for number, box in enumerate(boxes, 1)
    ]


@require_POST
def answer(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """Use the photo anyway, or this face is mine; the photo waits in memory for it."""
    member = asker(request)
    with guard.as_self(member):
        guard.may_be_photographed(member)
        sitting = guard.sitting(member, ident)
    face = request.POST.get("face", "")
    number = int(face) if face.isdecimal() and len(face) < 4 else None
    if not asking.answer(member, sitting, anyway="anyway" in request.POST, face=number):
        messages.info(request, _("Your photo is not held any more. Choose it again, please."))
    return redirect("sitting", ident=ident)


@require_POST
def choose(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        guard.may_be_photographed(member)  # or who withdrew would keep the picture for months with one click
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
        if not gallery.again(member, guard.sitting(member, ident)):
            messages.info(request, _("There is nothing new: every approved look is already here."))
    return redirect("sitting", ident=ident)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise guard.NotFound from None
