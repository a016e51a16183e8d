"""Pages for what Django itself refuses. They need no database: it may be what is broken."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def _page(status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(404)


def too_often(request: HttpRequest) -> HttpResponse:
    """django-allauth's rate limits answer with it."""
    return _page(429)


def broken(request: HttpRequest) -> HttpResponse:
    return _page(500)
