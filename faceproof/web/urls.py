"""Addresses, built from `PAGES`."""

from __future__ import annotations

from django.urls import path

from faceproof.web.pages import PAGES
from faceproof.web.pages.page import opened

urlpatterns = [path(page.path, opened(page), name=page.name) for page in PAGES]
