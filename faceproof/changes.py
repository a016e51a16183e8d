"""What was changed of a person, in sentences: the report of a master → what a person reads."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

SEEN = 1.0
"""CIEDE2000 below which an eye sees no difference."""
HARSH = 0.5
"""Log of light between the sides of a face from which its evening is told: one and a half to one."""
Report = Mapping[str, float | str]


def _(text: str) -> str:
    """Marks a text for translation; which one is said is known later."""
    return text


LENS = {
    "no_focal_length": _(
        "No close-up correction was made: the file does not say through which lens it was taken."
    ),
    "unlikely_focal_length": _(
        "No close-up correction was made: what the file says of the lens cannot be true."
    ),
    "cropped": _("No close-up correction was made: a program had cut or reduced the photo before."),
    "irises_unclear": _("No close-up correction was made: your irises cannot be measured in it."),
    "far_enough": _("No close-up correction was made: you stood far enough from the camera."),
    "turned": _("No close-up correction was made: your head is turned too far for a correction."),
    "not_wanted": _("No close-up correction was made, as you asked."),
    "corrected": _("The file says through which lens it was taken, and so from how near."),
    "manual": _("You asked for that yourself."),
}
"""`lens_reason` of the report (docs/studio.md): why the perspective was corrected or not."""
AS_SEEN = _("Skin, eyes and teeth were not retouched: you asked for none.")
HELD = _("No close-up correction was made: a correction would have stretched your face.")


def sentences(report: Report) -> list[str]:
    """Plain sentences, in the reader's language; none when the engine told nothing."""
    if "skin_delta_e" not in report:
        return []
    told = [
        _shape(report),
        *_lens(report),
        _colour(float(report["skin_delta_e"])),
        _spots(round(float(report.get("change_spots", 0))))
        if report.get("retouched", 1)
        else gettext(AS_SEEN),
    ]
    told += _light(report)
    if (kept := float(report.get("skin_pores_kept", 1))) < 0.995:
        told.append(
            gettext("%(share)s%% of the fine detail of the skin is still there.") % {"share": _whole(kept)}
        )
    told.append(
        gettext("On %(share)s%% of the skin the change can be seen beside the photo.")
        % {"share": _whole(float(report["change_share"]))}
    )
    return told


def _shape(report: Report) -> str:
    if float(report.get("lens_strength", 0)) > 0:
        return gettext("The perspective of a close photo was corrected, which moves parts of the face.")
    return gettext("Nothing was reshaped.")


def _lens(report: Report) -> list[str]:
    """Why, in a sentence that goes on after that of `_shape`; nothing of an engine that gives no reason."""
    reason = str(report.get("lens_reason", ""))
    if reason in ("corrected", "manual") and not float(report.get("lens_strength", 0)):
        return [gettext(HELD)]
    told = [gettext(LENS[reason])] if reason in LENS else []
    if reason == "corrected" and (away := float(report.get("lens_distance_mm", 0))):
        told.append(
            gettext("You were about %(cm)s cm from the camera.") % {"cm": number_format(round(away / 10), 0)}
        )
    return told


def _colour(moved: float) -> str:
    value = {"value": number_format(moved, 1)}
    if moved < SEEN:
        kept = gettext("As a whole the skin kept its colour: a change of %(value)s is too small to see.")
        return kept % value
    return gettext("As a whole the skin changed its colour by %(value)s; an eye sees it from 1.") % value


def _spots(count: int) -> str:
    if not count:
        return gettext("No spot was retouched.") + " " + _marks()
    return (
        ngettext("%(count)s inflamed spot was softened.", "%(count)s inflamed spots were softened.", count)
        % {"count": count}
        + " "
        + _marks()
    )


def _marks() -> str:
    """No more than was measured: drawn marks keep 91 %, the faintest freckles 82 % (docs/quality.md)."""
    return gettext("Moles, freckles, scars and lines stay; the faintest may soften a little.")


def _light(report: Report) -> list[str]:
    told = []
    if float(report.get("light_imbalance", 0)) >= HARSH:
        told.append(gettext("Hard light from one side was evened a little: dark side up, bright side down."))
    if (gain := float(report.get("exposure_gain", 1))) > 1:
        share = {"share": _whole(gain - 1)}
        told.append(gettext("The photo was underexposed: all of it was brightened by %(share)s%%.") % share)
    if (shiny := float(report.get("light_shine", 0))) >= 0.005:
        share = {"share": _whole(shiny)}
        told.append(gettext("Shine was softened on %(share)s%% of the skin; most of it stays.") % share)
    return told


def _whole(share: float) -> str:
    return number_format(round(100 * share), 0)
