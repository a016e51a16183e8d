"""What happened to this photo: the audit trail as sentences, and the same as a receipt a program can read."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from faceproof import guard
from faceproof.sittings import gallery
from faceproof.sittings.models import Sitting
from faceproof.web import receipt
from faceproof.web.events import Event, timeline
from faceproof.web.pages.page import asker


def show(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        sitting = guard.sitting(member, ident)
        told = gallery.story(member, sitting)
        context = {
            "sitting": sitting,
            "events": timeline(told),
            "ahead": ahead(sitting),
            "receipt": receipt.of(member, sitting, told),
        }
        return render(request, "pages/story.html", context)


def as_json(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """The receipt, for whoever checks by program."""
    member = asker(request)
    with guard.as_self(member):
        sitting = guard.sitting(member, ident)
        return JsonResponse(receipt.of(member, sitting, gallery.story(member, sitting)))


def ahead(sitting: Sitting) -> list[Event]:
    """What is going to happen by itself, and when."""
    sentences = {
        "selfies": _("Your kept photo will be deleted, at the latest."),
        "proofs": _("Looks you did not choose will be deleted."),
        "headshots": _("The headshot will be deleted; download it before."),
    }
    events = []
    for name, sentence in sentences.items():
        dates = sorted({row.expires_at for row in getattr(sitting, name).all()})
        events += [Event(date, sentence) for date in dates[-1:]]
    return sorted(events, key=lambda each: each.at)
