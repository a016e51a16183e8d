"""Smaller pages on the wire: text is sent as gzip. docs/decisions/0009-what-is-compressed.md says why.

Static text (CSS, JavaScript, SVG) is the same for everybody: it is compressed once, hardest, and the result
is kept in memory; there is no collect step to forget. Pages are compressed one by one and padded with up to
100 random bytes, so that their length says little (BREACH). Pictures, fonts, receipts and downloads pass
untouched.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

STATIC_TEXT = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")
SMALL = 200  # bytes; below it gzip's own frame costs more than it saves
PADDING = 100  # bytes at most, as Django's own middleware adds
_ACCEPTS = re.compile(r"\bgzip\b(?!\s*;\s*q\s*=\s*0(?:\.0*)?\s*(?:,|$))")


class Squeeze:
    """Stands above WhiteNoise, which serves the static files, and above every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._kept: dict[tuple[str, str], bytes] = {}  # (path, ETag) of a static file → compressed

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        kind = response.get("Content-Type", "").partition(";")[0]
        if (
            request.method == "HEAD"
            or response.status_code in (204, 206, 304)
            or response.get("Content-Encoding")
        ):
            return response
        static = request.path_info.startswith(settings.STATIC_URL) and kind in STATIC_TEXT
        if not static and kind != "text/html":
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not _ACCEPTS.search(request.headers.get("Accept-Encoding", "")):
            return response
        return self._static(request, response) if static else _page(response)

    def _static(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not isinstance(response, StreamingHttpResponse):
            return response
        key = (request.path_info, response.get("ETag", "") or response.get("Last-Modified", ""))
        if key not in self._kept:
            self._kept = {each: text for each, text in self._kept.items() if each[0] != key[0]}
            self._kept[key] = gzip.compress(b"".join(response), 9, mtime=0)
        squeezed = HttpResponse(self._kept[key], status=response.status_code)
        for name, value in response.headers.items():
            squeezed[name] = value
        response.close()
        return _marked(squeezed, len(self._kept[key]))


def _page(response: HttpResponseBase) -> HttpResponseBase:
    if not isinstance(response, HttpResponse) or len(response.content) < SMALL:
        return response
    response.content = compress_string(response.content, max_random_bytes=PADDING)
    return _marked(response, len(response.content))


def _marked(response: HttpResponse, length: int) -> HttpResponse:
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(length)
    return response
