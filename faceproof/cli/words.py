"""Sentences for the terminal without the platform: gettext needs Django's settings, but no database."""

from __future__ import annotations

import locale
from pathlib import Path

import click
from django.conf import settings
from django.utils import translation

from faceproof import faults


def speak() -> str:
    """Use the terminal's language when we have it; returns its code."""
    if not settings.configured:
        settings.configure(
            USE_I18N=True, LOCALE_PATHS=[Path(__file__).parents[1] / "locale"], LANGUAGE_CODE="en"
        )
    spoken = (locale.getlocale()[0] or "en")[:2]
    language = spoken if spoken in ("en", "fr") else "en"
    translation.activate(language)
    return language


class Told(click.ClickException):
    """An error with its sentence, its next step, and the exit code that goes with it."""

    def __init__(self, error: Exception, about: str = "") -> None:
        fault = faults.of(error)
        super().__init__(f"{about}: {fault.told()}" if about else fault.told())
        self.__dict__["exit_code"] = fault.exit_code
        self.code = fault.code
