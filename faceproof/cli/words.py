"""Sentences for the terminal without the platform: gettext needs Django's settings, but no database."""

from __future__ import annotations

import locale
from pathlib import Path

import django
from django.conf import settings
from django.utils import translation


def speak() -> str:
    """Use the terminal's language when we have it; returns its code."""
    if not settings.configured:
        settings.configure(
            USE_I18N=True, LOCALE_PATHS=[Path(__file__).parents[1] / "locale"], LANGUAGE_CODE="en"
        )
        django.setup()  # without one installed app: translations ask for the registry
    spoken = (locale.getlocale()[0] or "en")[:2]
    language = spoken if spoken in ("en", "fr") else "en"
    translation.activate(language)
    return language
