"""What a single page allows its browser beyond settings.CONTENT_SECURITY_POLICY."""

from __future__ import annotations

from django.http import HttpResponse


def allow(response: HttpResponse, **more: str) -> HttpResponse:
    """``allow(response, img_src="data:")`` adds a source to a directive of this one answer."""
    added = {name.replace("_", "-"): [source] for name, source in more.items()}
    response._csp_update = added  # type: ignore[attr-defined]
    return response


def instead(response: HttpResponse, **other: str) -> HttpResponse:
    """The same, in place of what the directive said."""
    replaced = {name.replace("_", "-"): [source] for name, source in other.items()}
    response._csp_replace = replaced  # type: ignore[attr-defined]
    return response
