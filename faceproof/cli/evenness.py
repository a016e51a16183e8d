"""What is said of a person who falls out of the row."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from faceproof.finishing.consistency import Outlier


def _(text: str) -> str:
    """Marks a text for translation; which one is said is known later."""
    return text


# part → the sentences for less and for more than the others
WORDS = {
    "eye_line": (
        _("%(name)s: eyes higher than the others’, by %(much)d %% of the height."),
        _("%(name)s: eyes lower than the others’, by %(much)d %% of the height."),
    ),
    "head_share": (
        _("%(name)s: head %(much)d %% smaller than the others’."),
        _("%(name)s: head %(much)d %% larger than the others’."),
    ),
    "off": (
        _("%(name)s: %(much)d %% of the width further left than the others."),
        _("%(name)s: %(much)d %% of the width further right than the others."),
    ),
    "backdrop": (
        _("%(name)s: the backdrop is darker, by %(much)d steps of lightness."),
        _("%(name)s: the backdrop is lighter, by %(much)d steps of lightness."),
    ),
    "key": (
        _("%(name)s: more of the light comes from the right of the picture."),
        _("%(name)s: more of the light comes from the left of the picture."),
    ),
    "contrast": (
        _("%(name)s: less contrast than the others."),
        _("%(name)s: more contrast than the others."),
    ),
    "softness": (
        _("%(name)s: sharper than the others."),
        _("%(name)s: less sharp than the others; the photo holds fewer pixels or was not in focus."),
    ),
}
WHERE = {"left": _("on the left"), "top": _("above"), "right": _("on the right"), "bottom": _("below")}
SHARES = ("eye_line", "off")
PLACED = (*SHARES, "head_share")
"""Parts that more room in the photo would mend."""


def sentences(outliers: Sequence[Outlier], names: Sequence[str]) -> list[str]:
    """A sentence for each, in the reader's language, with the reason where it is known."""
    return [_sentence(outlier, names[outlier.place]) for outlier in outliers]


def _sentence(outlier: Outlier, name: str) -> str:
    less, more = WORDS[outlier.part]
    much = abs(outlier.difference)
    if outlier.part in SHARES:
        much *= 100
    elif outlier.part == "head_share":
        much *= 100 / outlier.middle
    said = gettext(more if outlier.difference > 0 else less) % {"name": name, "much": round(much)}
    if outlier.part in PLACED and outlier.held_by:
        edges = ", ".join(gettext(WHERE[edge]) for edge in outlier.held_by)
        why = gettext("The photo holds no more %(edges)s; one with more room round the head would do.")
        said += " " + why % {"edges": edges}
    return said
