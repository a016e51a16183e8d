"""“This is not me”: the pictures of a sitting go at once, one line without content stays in the record."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from faceproof import guard
from faceproof.archive import trail
from faceproof.privacy import erase
from faceproof.web.pages.page import asker


def show(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        sitting = guard.sitting(member, ident)
        if request.method != "POST":
            count = sitting.selfies.count() + sitting.proofs.count() + sitting.headshots.count()
            return render(request, "pages/not_me.html", {"sitting": sitting, "pictures": count})
        trail.record("sitting.not_me", subject_id=member.id, actor_id=member.id, sitting_id=sitting.id)
        erase.sitting(member, sitting)
    messages.success(request, _("These pictures are deleted. Take another photo, or go another way."))
    return redirect("before")
