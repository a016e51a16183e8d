"""The honest list of what was done to a photo, for its content credentials."""

from __future__ import annotations

from collections.abc import Mapping

from faceproof.engines.master import Action
from faceproof.styles import Style

from . import eyes, retouch
from .crop import Placement
from .dolly import Lens

KEPT = "algorithmicallyEnhanced"
"""IPTC: a captured picture changed by an algorithm. True while every pixel shown was photographed."""
REPLACED = "composite"
"""IPTC: a composite of elements. True once a drawn backdrop stands behind the person; "compositeSynthetic"
would claim generative AI (docs/decisions/0001-digital-source-type.md)."""

BEHIND = {
    "paper": "Replaced the background with studio paper drawn by the program",
    "brand": "Replaced the background with paper in the organisation's colour, drawn by the program",
    "office": "Replaced the background with an out-of-focus office drawn by the program",
    "gradient": "Replaced the background with a smooth gradient drawn by the program",
    "library": "Replaced the background with an out-of-focus library drawn by the program",
    "city": "Replaced the background with an out-of-focus street drawn by the program",
    "greenery": "Replaced the background with an out-of-focus garden drawn by the program",
    "own": "Put the photo's own background out of focus and filled the place behind the person from it",
}

PASSING = {"skin": "blotches", "redness": "redness", "under_eye": "shadows under the eyes"}
CAST = {"eyes": "the white of the eyes", "teeth": "teeth where they show"}
"""What each wish of a look's retouch means."""
LIGHT = {
    "even": "evened the light between the sides of the face",
    "add": "added a soft key light",
    "fill": "filled deep shadows",
}
TONE = "Brought the backdrop's tone nearer to the photo's own background, where the cut-out is in doubt"
RIM = "Let a little of the backdrop's light fall on the person's outline; gave the backdrop the photo's grain"


def source_type(style: Style) -> str:
    """The IPTC digital source type of a master in this style."""
    return KEPT if style.keeps_background else REPLACED


def _moved_back(lens: Lens) -> str:
    """The face's outline does change in this one: said first, with the reason for it."""
    why = (
        "as a guess, on request"
        if lens.distance is None
        else f"taken from about {round(lens.distance / 10)} cm"
    )
    return (
        f"Redrew the perspective of a close photo ({why}) {lens.strength:.0%} of the way towards that of"
        " 150 cm, with an estimated depth of the head; this moves parts of the face"
    )


def actions(
    style: Style, placement: Placement, report: Mapping[str, float | str], iod: float
) -> tuple[Action, ...]:
    """What was done, in order; nothing is listed that left the pixels as they were.

    `report` is the master's own: the facts here and those that a person reads are the same numbers. `iod` is
    the eye distance in pixels of the canvas that was worked at: in few pixels nothing is retouched.
    """
    done = []
    if placement.turned:
        done.append(Action("c2pa.orientation", f"Levelled by {abs(placement.turned):.1f} degrees"))
    if placement.lens is not None:
        done.append(Action("c2pa.edited", _moved_back(placement.lens)))
    done.append(Action("c2pa.cropped", "Cropped to head and shoulders"))
    if placement.scale > 1:
        done.append(Action("c2pa.resized", f"Reduced {placement.scale:.2f} times; never enlarged"))
    if (gain := float(report["exposure_gain"])) > 1:
        done.append(Action("c2pa.color_adjustments", f"Brightened an underexposed photo {gain:.2f} times"))
    done += _retouched(style, round(float(report["change_spots"])), iod)
    done += _lit(style, float(report["light_shine"]))
    done.append(Action("c2pa.edited", BEHIND[style.kind]))
    if not style.keeps_background:
        done += _joined(str(report["backdrop_advice"]))
    done.append(Action("c2pa.color_adjustments", "Adjusted contrast and saturation of the whole picture"))
    return tuple(done)


def _retouched(style: Style, spots: int, iod: float) -> list[Action]:
    wanted = style.retouch
    done = []
    softened = [name for key, name in PASSING.items() if wanted[key]]
    if softened and iod >= retouch.SMALL:
        what = f"Softened passing {_and(softened)}; shape and permanent marks kept"
        done.append(Action("c2pa.edited", what, retouch=True))
    if spots:
        done.append(Action("c2pa.edited", f"Faded small inflamed spots: {spots}", retouch=True))
    whole = [name for key, name in CAST.items() if wanted[key]]
    if whole and iod >= eyes.SMALL:
        what = f"Took a little colour cast out of {_and(whole)}"
        done.append(Action("c2pa.color_adjustments", what, retouch=True))
    return done


def _lit(style: Style, shine: float) -> list[Action]:
    done = []
    if shine > 0:
        what = f"Softened shine on {shine:.1%} of the skin"
        done.append(Action("c2pa.color_adjustments", what, retouch=True))
    if shaped := [name for key, name in LIGHT.items() if style.light[key]]:
        what = f"{_and(shaped)}, within a quarter of the light"
        done.append(Action("c2pa.color_adjustments", what[0].upper() + what[1:]))
    return done


def _joined(advice: str) -> list[Action]:
    """What makes the person and a drawn place fit."""
    toned = [Action("c2pa.color_adjustments", TONE)] if advice == "tone" else []
    return [*toned, Action("c2pa.color_adjustments", RIM)]


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
