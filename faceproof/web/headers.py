"""Response headers that every route carries, beside those of Django and django-csp."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Everything a browser could hand to a page is off but the camera, which the photo page asks for on a click.
# fmt: off
_OFF = (
    "accelerometer", "autoplay", "browsing-topics", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture",
    "screen-wake-lock", "serial", "usb",  "xr-spatial-tracking",
)
# fmt: on
PERMISSIONS = "camera=(self), " + ", ".join(f"{name}=()" for name in _OFF)


class Headers:
    """Adds what is missing; a view that sets its own `Cache-Control` keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Robots-Tag", "noindex, noimageindex, noai, noimageai")
        # Pages speak of one person, pictures show one face: neither belongs in any cache.
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
