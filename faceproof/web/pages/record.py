"""Everything the audit trail says about the reader, newest first: also of what has been deleted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from faceproof import guard
from faceproof.archive import trail
from faceproof.web.events import timeline
from faceproof.web.pages.page import asker


def show(request: HttpRequest) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        events = timeline(trail.story(subject_id=member.id))
        return render(request, "pages/record.html", {"events": events[::-1]})
