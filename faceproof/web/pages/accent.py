"""The organisation's colour as a stylesheet: a pure function of its address, so it may be cached."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse

from faceproof.web import accent


def stylesheet(request: HttpRequest, colour: str) -> HttpResponse:
    if not re.fullmatch(r"[0-9a-f]{6}", colour):
        raise Http404
    red, green, blue = bytes.fromhex(colour)
    response = HttpResponse(accent.stylesheet((red, green, blue)), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400, immutable"
    return response
