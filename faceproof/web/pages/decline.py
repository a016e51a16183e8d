"""“No picture”: a page to read. It records nothing and tells nobody, not even that it was opened."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/decline.html")
