"""Why one of several photos was used and the others were not: codes → what a person reads.

The codes are those of `intake.ranking`; what is stored of a choice is the mapping that
`darkroom.Choice.codes` gives, and nothing that was measured of a face.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from faceproof import faults


def _(text: str) -> str:
    """Marks a text for translation."""
    return text


LOST = {"edges_lost", "edges_unsure"}
"""Refusals of the engine: the photo itself was good enough to be used."""
AHEAD = {
    "sharp": _("it is the sharpest"),
    "eyes": _("your eyes are open widest"),
    "pose": _("you face the camera best"),
    "gaze": _("you look into the camera"),
    "even": _("the light is more even"),
    "clipped": _("the light is softer on your face"),
    "grain": _("it has the least noise"),
    "mouth": _("you are not in the middle of a word"),
    "crooked": _("your mouth is at rest"),
    "pixels": _("it holds the most pixels of you"),
}
"""Goes on after “The program used photo 2 of 3: ”."""
BEHIND = {
    "sharp": (_("blurred"), _("a little blurred")),
    "eyes": (_("eyes far less open"), _("eyes less open")),
    "pose": (_("head turned away"), _("head turned a little")),
    "gaze": (_("eyes look past the camera"), _("eyes look a little past the camera")),
    "even": (_("light from one side only"), _("light less even")),
    "clipped": (_("harsh light"), _("light a little harsh")),
    "grain": (_("noisy, as with little light"), _("a little noisy")),
    "mouth": (_("mouth wide open"), _("mouth open")),
    "crooked": (_("mouth moving"), _("mouth moving a little")),
    "pixels": (_("you are small in it"), _("you are a little smaller in it")),
}
"""For what is clear, and for what is slight."""
SEEN = {
    "eyes_closed": _("eyes closed"),
    "face_covered": _("something in front of your mouth"),
    "dark_glasses": _("dark glasses"),
    "screenshot": _("screenshot"),
    "of_a_screen": _("photo of a screen"),
}
"""Warnings in a word or two, for photos that were not used; the others are measured, and told as BEHIND."""


@dataclass(frozen=True, slots=True)
class Line:
    """One photo of several: its number as handed in, from 1, what is said of it, and what would help."""

    number: int
    used: bool
    sentence: str
    remedy: str = ""


def used(choice: Mapping[str, Any]) -> str:
    """“The program used photo 2 of 3: it is the sharpest.”; that none can be used, where none can; and which
    would have been used, had their edges held."""
    number, count = choice.get("used"), int(choice["of"])
    lost = [int(photo["photo"]) for photo in choice["photos"] if set(photo["refused"]) & LOST]
    if number is None:
        if any(not photo["refused"] for photo in choice["photos"]):  # not every one was tried
            said = gettext("None of the %(tried)d best of your %(count)d photos can be cut out cleanly.")
            return said % {"count": count, "tried": len(lost)}
        return gettext("None of your %(count)d photos can be used.") % {"count": count}
    values = {"number": number, "count": count, "why": _and(gettext(AHEAD[name]) for name in _why(choice))}
    if values["why"]:
        said = gettext("The program used photo %(number)d of %(count)d: %(why)s.") % values
    elif _alone(choice):
        said = (
            gettext("The program used photo %(number)d of %(count)d: it is the only one that can be used.")
            % values
        )
    else:
        said = (
            gettext("The program used photo %(number)d of %(count)d: it is the best of them, by little.")
            % values
        )
    return f"{said} {_before(lost)}".strip()


def _before(lost: list[int]) -> str:
    if not lost:
        return ""
    return ngettext(
        "Photo %(numbers)s would have come first, but you cannot be cut out of it cleanly.",
        "Photos %(numbers)s would have come first, but you cannot be cut out of them cleanly.",
        len(lost),
    ) % {"numbers": _and(map(str, lost))}


def lines(choice: Mapping[str, Any]) -> list[Line]:
    """One for each photo, as they were handed in."""
    return [_line(photo, choice.get("used")) for photo in choice["photos"]]


def _line(photo: Mapping[str, Any], chosen: int | None) -> Line:
    number = int(photo["photo"])
    if photo["refused"]:
        fault = faults.fault(str(photo["refused"][0]))
        remedy = gettext(fault.next_step) if fault.next_step else ""
        return Line(number, False, gettext(fault.sentence), remedy)
    if number == chosen:
        return Line(number, True, gettext("Used."))
    seen = [gettext(SEEN[code]) for code in photo["seen"] if code in SEEN]
    known = [name for name in photo["lacks"] if name.partition(":")[0] in BEHIND]
    if "eyes_closed" in photo["seen"]:
        known = [name for name in known if name.partition(":")[0] != "eyes"]
    said = [gettext(BEHIND[name.partition(":")[0]][name.endswith(":little")]) for name in known]
    told = _and(dict.fromkeys(seen + said)) or gettext("nearly as good")
    return Line(number, False, f"{told[:1].upper()}{told[1:]}.")


def _why(choice: Mapping[str, Any]) -> list[str]:
    return [name for name in choice["why"] if name in AHEAD]


def _alone(choice: Mapping[str, Any]) -> bool:
    return sum(not photo["refused"] for photo in choice["photos"]) == 1


def _and(parts: Any) -> str:
    listed = list(parts)
    if len(listed) < 2:
        return "".join(listed)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(listed[:-1]), "last": listed[-1]}
