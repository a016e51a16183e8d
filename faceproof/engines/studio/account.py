"""The honest list of what was done to a photo, for its content credentials."""

from __future__ import annotations

from faceproof.engines.master import Action
from faceproof.styles import Style

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


def actions(style: Style, placement: Placement, gain: float, retouched: bool) -> tuple[Action, ...]:
    """What was done, in order; nothing is listed that left the pixels as they were."""
    done = []
    if placement.turned:
        done.append(Action("c2pa.orientation", f"Levelled by {abs(placement.turned):.1f} degrees"))
    if placement.lens is not None:
        done.append(Action("c2pa.edited", _moved_back(placement.lens)))
    done.append(Action("c2pa.cropped", "Cropped to head and shoulders"))
    if placement.scale > 1:
        done.append(Action("c2pa.resized", f"Reduced {placement.scale:.2f} times; never enlarged"))
    if gain > 1:
        done.append(Action("c2pa.color_adjustments", f"Brightened an underexposed photo {gain:.2f} times"))
    if retouched:
        what = "Softened passing redness, blotches and shadows under the eyes; shape and permanent marks kept"
        done.append(Action("c2pa.edited", what))
    if any(float(style.light[key]) for key in ("add", "even")):  # type: ignore[arg-type]
        done.append(
            Action("c2pa.color_adjustments", "Evened the light on the face within a quarter of a stop")
        )
    done.append(Action("c2pa.edited", BEHIND[style.kind]))
    done.append(Action("c2pa.color_adjustments", "Adjusted contrast and saturation of the whole picture"))
    return tuple(done)
