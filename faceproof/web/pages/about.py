"""For IT and the works council: what this installation does, from its configuration, made to be printed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from faceproof import __version__
from faceproof.organisations.models import Organisation
from faceproof.web import facts, layers
from faceproof.web.context import organisation


def show(request: HttpRequest) -> HttpResponse:
    org = organisation(request) or Organisation(name="Faceproof")
    known = facts.of(org)
    context = {
        "known": known,
        "keeping": facts.keeping(org),
        "local": facts.is_local(str(settings.FACEPROOF_ENGINE)),
        "layers": layers.of(org),
        "eyes": layers.eyes(org),
        "unstated": layers.unstated(),
        "transfer": known["transfer"],
        "host": request.get_host(),
        "version": __version__,
        "now": timezone.now(),
    }
    return render(request, "pages/about.html", context)
