"""The front page: what this is for a visitor, one's own pictures for a member."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from faceproof import guard
from faceproof.organisations.models import Member
from faceproof.sittings.models import ASKING, REFUSED, Headshot, Sitting
from faceproof.web import facts, looks
from faceproof.web.context import organisation


def show(request: HttpRequest) -> HttpResponse:
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return _landing(request)
    with guard.as_self(member):
        headshots = list(Headshot.objects.select_related("sitting").order_by("-created_at"))
        sittings = list(
            Sitting.objects.exclude(state__in=(REFUSED, ASKING))
            .order_by("-created_at")
            .prefetch_related("proofs")
        )
        labels = looks.labels()
        for shot in headshots:
            shot.label = labels.get(shot.style, {"en": shot.style})  # type: ignore[attr-defined]
        return render(request, "pages/gallery.html", {"headshots": headshots, "sittings": sittings})


def _landing(request: HttpRequest) -> HttpResponse:
    org = organisation(request)
    context = {
        "facts": facts.of(org) if org is not None else {},
        "keeping": facts.keeping(org) if org is not None else "choice",
        "local": facts.is_local(settings.FACEPROOF_ENGINE),
    }
    return render(request, "pages/landing.html", context)
