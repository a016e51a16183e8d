"""What happened to this photo: the audit trail as sentences, and the same as a receipt a program can read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext as _

from faceproof import faults, formats, guard, styles
from faceproof.archive import trail
from faceproof.sittings import gallery
from faceproof.sittings.models import Sitting
from faceproof.web import receipt
from faceproof.web.pages.page import asker
from faceproof.web.templatetags.studio import words

QUIET = {"custody.sealed", "custody.hidden", "custody.key_hidden"}
CHECKED = {
    "custody.erased": gettext_noop("Looked: the file is gone."),
    "custody.key_destroyed": gettext_noop(
        "Looked: the key is destroyed; what was under it cannot be opened."
    ),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline. ``gone``: after it something no longer exists; ``next``: still to come."""

    at: datetime
    sentence: str
    detail: str = ""
    gone: bool = False
    next: bool = False


def show(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    member = asker(request)
    with guard.as_self(member):
        sitting = guard.sitting(member, ident)
        told = gallery.story(member, sitting)
        context = {
            "sitting": sitting,
            "events": timeline(told),
            "ahead": ahead(sitting),
            "receipt": receipt.of(member, sitting, told),
        }
        return render(request, "pages/story.html", context)


def as_json(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """The receipt, for whoever checks by program."""
    member = asker(request)
    with guard.as_self(member):
        sitting = guard.sitting(member, ident)
        return JsonResponse(receipt.of(member, sitting, gallery.story(member, sitting)))


def timeline(told: list[trail.Told]) -> list[Event]:
    """The entries a person wants to read. Drafts sealed together are one line; the archive's own book-keeping
    (``custody.…``) is in the receipt, but for its proof that something is gone."""
    events: list[Event] = []
    for action, group in groupby((entry for entry in told if entry.action not in QUIET), lambda e: e.action):
        entries = list(group)
        if action == "proof.sealed":
            events.append(_sealed(entries))
        elif action in CHECKED:
            events.append(Event(entries[-1].at, gettext(CHECKED[action]), gone=True))
        else:
            events += [event(entry) for entry in entries]
    return events


def _sealed(entries: list[trail.Told]) -> Event:
    count = len(entries)
    sentence = ngettext(
        "%(count)d draft was marked as edited with AI and sealed under your own key.",
        "%(count)d drafts were marked as edited with AI and sealed under your own key.",
        count,
    ) % {"count": count}
    return Event(entries[-1].at, sentence, ", ".join(_look(dict(entry.detail or {})) for entry in entries))


def _look(detail: dict[str, Any]) -> str:
    labels = {style.name: style.label for style in styles.all_styles()}
    name = str(detail.get("style", ""))
    return words(labels[name]) if name in labels else name


def _format(detail: dict[str, Any]) -> str:
    labels = {fmt.name: fmt.label for fmt in formats.all_formats()}
    name = str(detail.get("format", ""))
    return words(labels[name]) if name in labels else name


def _held(detail: dict[str, Any]) -> str:
    held = detail.get("held_ms")
    return (
        _("Your photo was in memory for %(seconds)s seconds and is gone.")
        % {"seconds": receipt.seconds(held)}
        if held
        else ""
    )


def event(entry: trail.Told) -> Event:
    """The sentence of one audit entry; an action without one shows its name: nothing is left out."""
    detail = dict(entry.detail or {})
    held, gone = _held(detail), False
    match entry.action:
        case "sitting.opened":
            sentence = _("You handed in a photo.")
        case "sitting.ready":
            sentence, gone = _("Your looks were ready."), bool(held)
        case "sitting.refused":
            sentence, gone = _("The photo could not be used."), True
            held = " ".join(faults.fault(code).told() for code in detail.get("codes", []))
        case "sitting.failed":
            sentence, held = (
                _("The work was not finished."),
                faults.fault(str(detail.get("fault", ""))).told(),
            )
        case "sitting.again":
            sentence = _("You asked for more looks from the kept photo.")
        case "selfie.sealed":
            sentence = _("Your photo was sealed under your own key, because you asked to keep it.")
        case "selfie.opened":
            sentence = _("Your photo was opened once, to work on it.")
        case "headshot.chosen":
            sentence = _("You chose a headshot: %(look)s.") % {"look": _look(detail)}
        case "headshot.downloaded":
            size = f"{detail.get('width')} × {detail.get('height')} px"
            sentence = _("You downloaded it: %(format)s, %(size)s.") % {
                "format": _format(detail),
                "size": size,
            }
        case "selfie.deleted":
            sentence, gone = _("You deleted the kept photo."), True
        case "proof.deleted":
            sentence, gone = _("You deleted a draft."), True
        case "headshot.deleted":
            sentence, gone = _("You deleted a headshot."), True
        case "selfie.expired":
            sentence, gone = _("The kept photo reached its date and was deleted."), True
        case "proof.expired":
            sentence, gone = _("A draft reached its date and was deleted."), True
        case "headshot.expired":
            sentence, gone = _("A headshot reached its date and was deleted."), True
        case other:
            sentence = other
    return Event(entry.at, sentence, held, gone)


def ahead(sitting: Sitting) -> list[Event]:
    """What is going to happen by itself, and when."""
    sentences = {
        "selfies": _("Your kept photo is deleted, at the latest."),
        "proofs": _("Drafts you did not choose are deleted."),
        "headshots": _("The headshot is deleted; download it before."),
    }
    events = []
    for name, sentence in sentences.items():
        dates = sorted({row.expires_at for row in getattr(sitting, name).all()})
        events += [Event(date, sentence, next=True) for date in dates[-1:]]
    return sorted(events, key=lambda each: each.at)
