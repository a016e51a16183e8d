"""The bytes of a preview: marked like everything that leaves, and kept by no cache."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from faceproof import guard
from faceproof.finishing import Wish
from faceproof.sittings import asking, gallery
from faceproof.web.pages.page import asker


def proof(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        return jpeg(gallery.preview(member, guard.proof(member, ident), wished(request.GET)))


def glimpse(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """A small first picture while many wait: from memory, marked, never stored."""
    member = asker(request)
    with guard.as_self(member):
        small = asking.glimpse(guard.sitting(member, ident))
    if not small:
        raise guard.NotFound
    return jpeg(small)


def headshot(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        return jpeg(gallery.preview(member, guard.headshot(member, ident), wished(request.GET)))


def wished(given: Mapping[str, str]) -> Wish | None:
    """The wish in a query or a form, for a look ahead; None when there is none, or it cannot be read: then
    the picture is as it was settled on."""
    if not given.keys() & {"retouch", "zoom", "dx", "dy"}:
        return None
    try:
        return Wish.of(given)
    except ValueError:
        return None


def proof_changes(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        return _layer(gallery.changes(guard.proof(member, ident)))


def headshot_changes(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        return _layer(gallery.changes(guard.headshot(member, ident)))


def _layer(data: bytes) -> HttpResponse:
    """Flat colours, no picture: it has no marks of its own (darkroom/changes.py)."""
    response = HttpResponse(data, content_type="image/png")
    response["Cache-Control"] = "no-store, private"
    return response


def jpeg(data: bytes) -> HttpResponse:
    response = HttpResponse(data, content_type="image/jpeg")
    response["Cache-Control"] = "no-store, private"
    response["Content-Disposition"] = 'inline; filename="headshot.jpg"'
    return response
