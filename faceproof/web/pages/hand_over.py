"""“Use my phone”, at the computer: a QR code, and a watch for the photo that comes from there."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from faceproof import guard
from faceproof.organisations import phone
from faceproof.organisations.models import Member
from faceproof.sittings.models import DEVELOPING, REFUSED, Sitting
from faceproof.web import qr
from faceproof.web.pages.page import asker


def show(request: HttpRequest) -> HttpResponse:
    """The page, and by POST (a link is made) the code. The code is in this one answer only."""
    member = asker(request)
    with guard.as_self(member):
        guard.may_be_photographed(member)
    context: dict[str, object] = {"local": only_here(request.get_host())}
    if request.method == "POST" and not context["local"]:
        address = request.build_absolute_uri(reverse("phone_open", args=[phone.make(member)]))
        label = _("QR code that opens the link below on your phone")
        context |= {"code": qr.svg(address, label), "address": address, "state": "waiting"}
    part = bool(getattr(request, "htmx", False))
    return render(request, "parts/hand_over.html" if part else "pages/hand_over.html", context)


def state(request: HttpRequest) -> HttpResponse:
    """How far the phone is; to the sitting as soon as there is something to see or to answer."""
    member = asker(request)
    now, sitting = _state(member)
    part = bool(getattr(request, "htmx", False))
    if sitting is not None:
        to = reverse("sitting", args=[sitting.id])
        return HttpResponseClientRedirect(to) if part else redirect(to)
    if part and now == request.GET.get("seen"):
        return HttpResponse(status=204)  # nothing new: the page is left alone, and so is a screen reader
    return render(
        request,
        "parts/hand_over_state.html" if part else "pages/hand_over.html",
        {"state": now, "asked": True},
    )


def _state(member: Member) -> tuple[str, Sitting | None]:
    """``over``, ``waiting``, ``opened``, ``working``, ``refused``; ``arrived`` with the sitting to show."""
    link = phone.of(member)
    if link is None:
        return "over", None
    if link.opened_at is None:
        return "waiting", None
    with guard.as_self(member):
        sitting = Sitting.objects.filter(id=link.sitting_id).first() if link.sitting_id else None
        if sitting is None:
            return "opened", None
        if sitting.state == REFUSED:  # the phone says why, and may hand in another
            return "refused", None
        if sitting.state == DEVELOPING and not sitting.proofs.exists():
            return "working", None
        return "arrived", sitting


def only_here(host: str) -> bool:
    """Whether this address leads a phone back to itself instead of to the studio."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
