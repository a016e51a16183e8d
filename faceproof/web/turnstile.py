"""Only so many requests with a body at a time: the others are told to come back, and pages keep answering.

A body is read by the thread that answers. A photo from a slow connection, or a line of photos before a busy
studio, would otherwise take one thread after the other until the gallery hangs too, and with it the health
page that the supervisor asks before it starts the web process again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from faceproof import faults

RETRY_AFTER = 10  # seconds


class Turnstile:
    """Counts bodies in, and the bytes they declare; it stands before everything that would read one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.lock = threading.Lock()
        self.places, self.bytes = settings.FACEPROOF_BODIES, settings.FACEPROOF_BODY_BYTES

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH", "")
        if length in ("", "0"):  # without a length Django reads no body
            return self.get_response(request)
        declared = int(length) if length.isdecimal() else 0
        if not self._taken(1, declared):
            return _full()
        try:
            return self.get_response(request)
        finally:
            self._taken(-1, -declared)

    def _taken(self, places: int, size: int) -> bool:
        """Take places and bytes, if both are free; less than none gives them back."""
        with self.lock:
            if places > 0 and (self.places < places or self.bytes < size):
                return False
            self.places -= places
            self.bytes -= size
            return True


def _full() -> HttpResponse:
    told = faults.fault("studio_busy").told()
    response = HttpResponse(f"{told}\n", status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(RETRY_AFTER)
    return response
