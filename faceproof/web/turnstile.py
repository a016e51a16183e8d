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
    """Counts bodies in; it stands before everything that would read one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.places = threading.BoundedSemaphore(settings.FACEPROOF_BODIES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("CONTENT_LENGTH", "") in ("", "0"):  # without a length Django reads no body
            return self.get_response(request)
        if not self.places.acquire(blocking=False):
            return _full()
        try:
            return self.get_response(request)
        finally:
            self.places.release()


def _full() -> HttpResponse:
    told = faults.fault("studio_busy").told()
    response = HttpResponse(f"{told}\n", status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(RETRY_AFTER)
    return response
