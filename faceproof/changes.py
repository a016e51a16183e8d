"""What was changed of a person, in sentences: the report of a master → what a person reads."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

SEEN = 1.0
"""CIEDE2000 below which an eye sees no difference."""
Report = Mapping[str, float | str]


def sentences(report: Report) -> list[str]:
    """Plain sentences, in the reader's language; none when the engine told nothing."""
    if "skin_delta_e" not in report:
        return []
    told = [
        _shape(report),
        _colour(float(report["skin_delta_e"])),
        _spots(round(float(report.get("change_spots", 0)))),
    ]
    told += _light(report)
    if (kept := float(report.get("skin_pores_kept", 1))) < 0.995:
        told.append(
            gettext("%(share)s%% of the fine detail of the skin is still there.") % {"share": _whole(kept)}
        )
    told.append(
        gettext("%(share)s%% of the skin differs from the photo by more than an eye can just see.")
        % {"share": _whole(float(report["change_share"]))}
    )
    return told


def _shape(report: Report) -> str:
    if float(report.get("lens_strength", 0)) > 0:
        return gettext("The perspective of a close photo was corrected, which moves parts of the face.")
    return gettext("Nothing was reshaped.")


def _colour(moved: float) -> str:
    value = {"value": number_format(moved, 1)}
    if moved < SEEN:
        return gettext("Skin colour moved by %(value)s: less than an eye can see.") % value
    return gettext("Skin colour moved by %(value)s; an eye sees it from 1.") % value


def _spots(count: int) -> str:
    if not count:
        return gettext("No spot was softened.") + " " + _marks()
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
    if (gain := float(report.get("exposure_gain", 1))) > 1:
        share = {"share": _whole(gain - 1)}
        told.append(gettext("The photo was underexposed: all of it was brightened by %(share)s%%.") % share)
    if (shiny := float(report.get("light_shine", 0))) >= 0.005:
        share = {"share": _whole(shiny)}
        told.append(gettext("Shine was softened on %(share)s%% of the skin; most of it stays.") % share)
    return told


def _whole(share: float) -> str:
    return number_format(100 * share, 0)
