"""Sentences for the terminal without the platform: gettext needs Django's settings, but no database."""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.conf import settings
from django.utils import translation

LANGUAGES = ("en", "fr")


def speak() -> str:
    """Use the terminal's language when we have it; returns its code."""
    if not settings.configured:
        settings.configure(
            USE_I18N=True, LOCALE_PATHS=[Path(__file__).parents[1] / "locale"], LANGUAGE_CODE="en"
        )
        django.setup()  # without one installed app: translations ask for the registry
    language = spoken(os.environ)
    translation.activate(language)
    return language


def spoken(environment: os._Environ[str] | dict[str, str]) -> str:
    """The language that POSIX's variables ask for, in their order (XBD 8.2; LANGUAGE is GNU's list).

    The variables are read as they stand: the C library knows only languages whose locale the machine has
    installed, and a server or a container has none.
    """
    asked = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    if asked.partition(".")[0] in ("", "C", "POSIX"):  # GNU ignores LANGUAGE then
        return "en"
    for wish in [*environment.get("LANGUAGE", "").split(":"), asked]:
        if wish[:2] in LANGUAGES:
            return wish[:2]
    return "en"
