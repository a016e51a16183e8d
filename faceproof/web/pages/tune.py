"""Retouch and crop of a picture as its person wishes them: one form, for drafts and for headshots."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from faceproof import guard
from faceproof.finishing import Wish
from faceproof.sittings import gallery
from faceproof.web.pages.page import asker
from faceproof.web.pages.picture import wished


@require_POST
def proof(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        guard.may_be_photographed(member)
        picture = guard.proof(member, ident)
        gallery.tune(member, picture, _wish(request))
    return redirect(reverse("sitting", args=[picture.sitting_id]) + f"?look={picture.id}")


@require_POST
def headshot(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        guard.may_be_photographed(member)
        gallery.tune(member, guard.headshot(member, ident), _wish(request))
    return redirect("headshot", ident=ident)


def _wish(request: HttpRequest) -> Wish:
    if "as_made" in request.POST:
        return Wish()
    # A box that is not ticked is not sent.
    return wished({"retouch": "0", **{name: str(request.POST[name]) for name in request.POST}}) or Wish()
