"""No AI, no upload, no record that somebody read this: an ordinary picture, or none (R-064)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/another_way.html")
