"""The colleagues who chose to be seen by the members of their organisation."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from faceproof import guard
from faceproof.sittings import gallery, publication
from faceproof.web.pages.page import asker
from faceproof.web.pages.picture import jpeg


def show(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        shown = publication.all_shown()
        mine = next((each for each in shown if each.subject_id == member.id), None)
        return render(request, "pages/people.html", {"shown": shown, "mine": mine})


def picture(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    with guard.colleague(asker(request), ident) as (owner, headshot):
        return jpeg(gallery.preview(owner, headshot))
