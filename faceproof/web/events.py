"""The audit trail as sentences. An action without a sentence shows its own name: nothing is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_noop as _

from faceproof import faults, formats, legal
from faceproof.archive import trail
from faceproof.web import facts, looks, receipt
from faceproof.web.templatetags.studio import words

SENTENCES = {
    "sitting.opened": _("You sent a photo."),
    "sitting.chosen": _(
        "The best of your photos was used: number %(used)s of %(photos)s. The others were dropped."
    ),
    "sitting.ready": _("Your looks were ready."),
    "sitting.refused": _("The photo could not be used."),
    "sitting.failed": _("The work was not finished."),
    "sitting.again": _("You asked for more looks from the kept photo."),
    "sitting.turned_away": _("The studio was full; nothing of your photo was kept."),
    "sitting.asked": _("You were asked something about the photo."),
    "sitting.answered": _("You answered."),
    "sitting.not_me": _("You said: this is not me."),
    "sitting.deleted": _("You deleted a photo session."),
    "selfie.sealed": _("Your photo was encrypted with your own key, because you asked to keep it."),
    "selfie.opened": _("Your photo was opened to work on it."),
    "selfie.deleted": _("You deleted the kept photo."),
    "selfie.expired": _("The kept photo reached its date and was deleted."),
    "proof.deleted": _("You deleted a look."),
    "proof.expired": _("A look that you did not choose reached its date and was deleted."),
    "headshot.chosen": _("You chose a headshot: %(look)s."),
    "picture.tuned": _("You changed the crop or the retouch of a picture: %(look)s."),
    "headshot.downloaded": _("You downloaded it: %(format)s, %(size)s."),
    "headshot.deleted": _("You deleted a headshot."),
    "headshot.expired": _("A headshot reached its date and was deleted."),
    "photo.cut": _("You sent a photo of your own and cropped it by hand. No program looked into it."),
    "initials.drawn": _("A card with your initials was drawn."),
    "headshot.published": _("You showed a headshot to your colleagues: %(look)s."),
    "headshot.taken_back": _("You took it back: your colleagues do not see it any more."),
    "consent.given": _("You agreed: %(purpose)s."),
    "consent.withdrawn": _("You withdrew: %(purpose)s."),
    "subject.erased": _("You deleted all your pictures."),
    "subject.exported": _("You downloaded everything as one file."),
    "selfie.exported": _("Your photo was opened to put it into that file."),
    "sitting.reminded": _("We reminded you by mail that the headshot reaches its date."),
    "custody.erased": _("Looked: the file is gone."),
    "custody.key_destroyed": _("Looked: the key is destroyed; what was under it cannot be opened."),
}
ADULT = _("You confirmed that you are 18 or older.")
SEVERAL = {
    "sitting.opened": _("You sent %(photos)s photos."),
    "sitting.refused": _("None of the photos could be used."),
}
# The archive's own book-keeping stands in the receipt; the timeline shows its proof that something is gone.
QUIET = {"custody.sealed", "custody.hidden", "custody.key_hidden", "try.made"}  # the last is about nobody
# After these, copies that the operator made before may still hold something, until a date.
TAKEN_OUT = {"sitting.deleted", "subject.erased"} | {
    f"{kind}.{how}" for kind in ("selfie", "proof", "headshot") for how in ("deleted", "expired")
}
MERGED = {"custody.erased", "custody.key_destroyed"}
CONSENT_TEXTS = {
    "headshot": "consent",
    "adult": "adult",
    "marketing": "marketing",
    "publication": "publication",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline. ``gone``: after it something no longer exists."""

    at: datetime
    sentence: str
    detail: str = ""
    gone: bool = False


def timeline(told: list[trail.Told]) -> list[Event]:
    """What a person wants to read, oldest first. Drafts sealed together are one line."""
    events: list[Event] = []
    for action, group in groupby((entry for entry in told if entry.action not in QUIET), lambda e: e.action):
        entries = list(group)
        if action == "proof.sealed":
            events.append(_sealed(entries))
        else:
            events += [event(entry) for entry in (entries[-1:] if action in MERGED else entries)]
    return events


def event(entry: trail.Told) -> Event:
    """One audit entry as a line."""
    detail = entry.detail or {}
    size = f"{detail.get('width')} × {detail.get('height')} px"
    values = {"look": _look(detail), "format": _format(detail), "size": size, "purpose": _purpose(detail)}
    values |= {name: str(detail.get(name, "")) for name in ("photos", "used")}
    several = SEVERAL if detail.get("photos", 1) > 1 else {}
    known = several.get(entry.action) or SENTENCES.get(entry.action)
    if entry.action == "consent.given" and detail.get("purpose") == "adult":
        known = ADULT
    sentence = gettext(known) % values if known else entry.action
    gone = entry.action.partition(".")[2] in (
        "deleted",
        "expired",
        "erased",
        "key_destroyed",
        "refused",
        "turned_away",
    )
    return Event(entry.at, sentence, _more(entry, detail), gone or bool(detail.get("held_ms")))


def _more(entry: trail.Told, detail: Mapping[str, Any]) -> str:
    """The second line: why it went wrong, or how long the photo was held."""
    if not entry.readable:
        return gettext("Its details can no longer be read: their key is destroyed.")
    codes = [*detail.get("codes", []), *([detail["fault"]] if detail.get("fault") else [])]
    if codes:
        return " ".join(faults.fault(str(code)).told() for code in codes)
    if entry.action in TAKEN_OUT:
        return gettext("The last backup of it is gone on %(day)s.") % {"day": facts.gone(entry.at)}
    if not detail.get("held_ms"):
        return ""
    held = receipt.seconds(detail["held_ms"])
    return gettext(
        "Your photo was in the studio’s memory for %(seconds)s seconds, and is gone from there."
    ) % {"seconds": held}


NOT_EDITED = {
    "own-photo": _("Your own picture was marked as cropped by hand and encrypted with your own key."),
    "initials": _("The card with your initials was marked as drawn and encrypted with your own key."),
}
"""What is said of pictures that no look was made of."""


def _sealed(entries: list[trail.Told]) -> Event:
    count = len(entries)
    if (first := str((entries[0].detail or {}).get("style"))) in NOT_EDITED:
        return Event(entries[-1].at, gettext(NOT_EDITED[first]))
    sentence = ngettext(
        "%(count)d look was marked as edited with AI and encrypted with your own key.",
        "%(count)d looks were marked as edited with AI and encrypted with your own key.",
        count,
    ) % {"count": count}
    return Event(entries[-1].at, sentence, ", ".join(_look(entry.detail or {}) for entry in entries))


def _look(detail: Mapping[str, Any]) -> str:
    labels = looks.labels()
    name = str(detail.get("style", ""))
    return words(labels[name]) if name in labels else name


def _format(detail: Mapping[str, Any]) -> str:
    labels = {fmt.name: fmt.label for fmt in formats.all_formats()}
    name = str(detail.get("format", ""))
    return words(labels[name]) if name in labels else name


def _purpose(detail: Mapping[str, Any]) -> str:
    name = str(detail.get("purpose", ""))
    return legal.get(CONSENT_TEXTS[name], get_language() or "en").title if name in CONSENT_TEXTS else name
