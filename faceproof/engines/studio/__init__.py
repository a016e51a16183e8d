"""The embedded engine: computational photography on the pixels that were photographed. Invents no face.

Read stages.py first: it is the order of everything. docs/studio.md says why, with numbers and known limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceproof.engines.brief import Brief, EngineError, Progress
from faceproof.engines.master import Geometry, Master
from faceproof.imaging import pipeline
from faceproof.imaging.coarse import CoarseError
from faceproof.imaging.colour import to_float
from faceproof.styles import Style

from . import account, bands, decision, full, measure, perspective, undo
from .backdrops import Scene
from .stages import BACK, FRONT, POLISH, ROWS

KEEP_FRONT = {
    "framing",
    "carrier",
    "matte",
    "placement",
    "optics_found",
    "inside",
    "points",
    "picture",
    "alpha",
    "grain",
    "colours",
    "gain",
    "masks",
    "cells",
    "confidence",
    "advice",
}
KEEP_POLISH = {"subject", "undone", "imbalance", "spots", "shine", "middle", "polish"}
SHARED = {"cast", "creep", "glow", "grain", "grade", "middle", "seed"}
"""What every band of rows is given besides its own rows."""


class Studio:
    """address "studio:". Deterministic: the same brief gives the same bytes."""

    address = "studio:"
    version = "studio:2"

    def __init__(self, hook: pipeline.Hook | None = None) -> None:
        self.hook = hook
        """Called with (stage name, milliseconds); times are never written into a master."""

    def develop(self, brief: Brief, progress: Progress | None = None) -> Iterator[Master]:
        """One master a style, each as soon as it is ready; none where the backdrop would show a bad cut.

        Raises EngineError: too_few_pixels, no_style; edges_unsure, edges_lost (no style is left).
        """
        tell = progress or (lambda name, share: None)
        front = self._front(FRONT, brief, KEEP_FRONT)
        looks = _allowed(brief, front)
        total = len(looks) + 1
        tell("cut out", 1 / total)
        policy: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None
        polished: dict[str, Any] = {}
        for place, style in enumerate(looks):
            if policy != (style.retouch, style.light):
                policy = (style.retouch, style.light)
                given = front | {"retouch": style.retouch, "light": style.light}
                polished = pipeline.run(POLISH, given, keep=KEEP_POLISH, hook=self.hook)
            yield self._finish(brief, style, front, polished)
            tell(style.name, (place + 2) / total)

    def admits(self, brief: Brief) -> None:
        """Raises what `develop` would for the edges of this photo, as soon as they are judged."""
        judged = next(place for place, stage in enumerate(FRONT, 1) if "advice" in stage.gives)
        _allowed(brief, self._front(FRONT[:judged], brief, {"advice", "confidence"}))

    def _front(self, rows: Sequence[pipeline.Stage], brief: Brief, keep: set[str]) -> dict[str, Any]:
        if not brief.styles:
            raise EngineError("no_style", "a brief needs at least one style")
        try:
            return pipeline.run(rows, asked(brief), keep=keep, hook=self.hook)
        except CoarseError as error:
            raise EngineError("mask_not_usable", str(error)) from error

    def _finish(self, brief: Brief, style: Style, front: dict[str, Any], polished: dict[str, Any]) -> Master:
        scene = Scene(
            kind=style.kind,
            wishes=style.backdrop,
            picture=front["picture"],
            alpha=front["alpha"],
            inside=front["inside"],
            brand=brief.brand_colour,
            seed=brief.seed,
        )
        given = {"scene": scene, "grade": style.grade, "seed": brief.seed}
        pixels, behind = self._pixels(front | polished | given)
        framing, masks = front["framing"], front["masks"]
        points = full.raised(front["points"], front["placement"], framing)
        geometry = measure.geometry(points, front["matte"] >= 128)
        shown = full.shown(pixels, front["picture"].shape[0])
        seen = to_float(shown)
        told, changes = front["cells"].told(seen)
        report = _report(front, polished, geometry) | behind | told
        retouch = undo.finished(polished, seen, front["alpha"], style.grade)
        without: dict[str, float | str] = {}
        if retouch is not None:
            told, unretouched = front["cells"].told(undo.shown(retouch, shown))
            changes = np.concatenate([changes, unretouched])
            kept = {key: value for key, value in report.items() if key not in undo.OF_RETOUCH}
            without = kept | told | {"retouched": 0.0}
        return Master(
            pixels=pixels,
            matte=front["matte"],
            geometry=geometry,
            engine=self.version + (f"+{brief.coarse.kind}" if brief.coarse else ""),
            style=style.name,
            seed=brief.seed,
            scale=framing.scale,
            source_type=account.source_type(style),
            actions=account.actions(style, framing, report, masks.iod),
            report=report,
            changes=changes,
            retouch=retouch,
            unretouched_report=without,
            photo=measure.photo(brief.frame, framing, brief.face.landmarks, points),
        )

    def _pixels(self, given: dict[str, Any]) -> tuple[NDArray[np.uint8], dict[str, float]]:
        """The master's pixels, what needs the whole canvas first, the rest in bands; and what is told of the
        backdrop."""
        kept = SHARED | {"subject", "backdrop", "behind"}
        made = pipeline.run(BACK, given, keep=kept, hook=self.hook)
        behind = made.pop("behind")
        carrier = given["carrier"]
        rows = carrier.look(made.pop("subject"), made.pop("backdrop"))
        return bands.render(ROWS, made, rows, carrier.side, self.hook), behind


def _allowed(brief: Brief, front: dict[str, Any]) -> list[Style]:
    looks = [style for style in brief.styles if decision.allows(front["advice"], style.kind)]
    if not looks:
        code = "edges_lost" if front["advice"] == "none" else "edges_unsure"
        raise EngineError(code, f"confidence {front['confidence']:.2f}")
    return looks


def asked(brief: Brief) -> dict[str, Any]:
    """The values that FRONT begins with."""
    return {
        "photo": brief.frame.pixels,
        "landmarks": brief.face.landmarks,
        "max_side": brief.max_side,
        "optics": perspective.optics(brief.frame, brief.lens),
        "coarse": brief.coarse,
        "sketch": brief.sketch,
    }


def _report(front: dict[str, Any], polished: dict[str, Any], geometry: Geometry) -> dict[str, float | str]:
    """What was measured on the way; docs/studio.md explains each key."""
    placement = front["framing"]
    return {
        "scale": placement.scale,
        "head_px": geometry.head,
        "iod_px": geometry.iod,
        "turned_degrees": placement.turned,
        "cut_by_photo": placement.cut,
        "matte_confidence": front["confidence"],
        "backdrop_advice": front["advice"],
        "exposure_gain": front["gain"],
        "light_imbalance": polished["imbalance"],
        "light_shine": polished["shine"],
        "change_spots": float(polished["spots"]),
        "grain": front["grain"],
        **polished["polish"],
    } | perspective.report(front["optics_found"], placement.lens)


def build(rest: str) -> Studio:
    """The engine for the part of the address after "studio:", which must be empty."""
    if rest:
        raise EngineError("unknown_engine", f"studio: takes nothing after the colon, not {rest!r}")
    return Studio()
