"""How far skin moves from the photo to the headshot, and whether that depends on how light the skin is.

Every portrait is damaged in the same ways; the damaged photo is what was photographed, and the finished
picture is held against it inside the face (landmarks, no colour assumed). `delivered` is the whole change;
`untouched` is the change without the intended corrections, made with a look whose retouch and light are zero,
the told exposure taken out. Skin is an axis of measured L*, never a group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof import styles
from faceproof.engines import EngineError
from faceproof.imaging.colour import delta_e, to_float, to_lab
from faceproof.imaging.frame import Frame
from faceproof.intake import examine
from faceproof.styles import Style

from .faces import rank_correlation
from .light import to_display, to_light
from .people import Portrait, skin
from .whole import ENHANCERS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def _bytes(picture: Floats) -> Bytes:
    return np.clip(np.round(picture * 255), 0, 255).astype(np.uint8)


def _gain(*factors: float) -> Callable[[Bytes], Bytes]:
    """Gains of the light, by channel."""
    return lambda pixels: _bytes(
        to_display(to_light(pixels / np.float32(255)) * np.array(factors, np.float32))
    )


def _noise(pixels: Bytes) -> Bytes:
    dice = np.random.default_rng(11).normal(0, 12, pixels.shape)
    return np.clip(np.round(pixels + dice), 0, 255).astype(np.uint8)


def _jpeg(pixels: Bytes) -> Bytes:
    file = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 25])[1]
    return np.ascontiguousarray(cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1], np.uint8)


DAMAGE: dict[str, Callable[[Bytes], Bytes]] = {
    "as photographed": lambda pixels: pixels,
    "one stop under": _gain(0.5, 0.5, 0.5),
    "warm cast": _gain(1.15, 1.0, 0.72),
    "green cast": _gain(0.92, 1.08, 0.85),
    "noise 12": _noise,
    "JPEG 25": _jpeg,
}


def bare(style: Style) -> Style:
    """The look without intended corrections of skin and light."""
    still = {key: 0.0 if isinstance(value, float | int) else value for key, value in style.light.items()}
    return replace(style, retouch=dict.fromkeys(style.retouch, 0.0), light=still)


def smoothed(picture: Floats) -> Floats:
    """Colour without grain: 1 % of the canvas."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.005 * picture.shape[0]), np.float32)


def shown(pixels: Bytes, like: Floats) -> Floats:
    """A master at the size of the canvas that it was worked on."""
    size = (like.shape[1], like.shape[0])
    if pixels.shape[:2] != like.shape[:2]:
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return to_float(pixels)


def between(before: Floats, after: Floats, where: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Median and 95th percentile of CIEDE2000, and the mean change of L*, where `where`."""
    one, two = to_lab(smoothed(before))[where], to_lab(smoothed(after))[where]
    apart = delta_e(one, two)
    return float(np.median(apart)), float(np.percentile(apart, 95)), float((two - one)[:, 0].mean())


def of(portrait: Portrait) -> list[dict[str, Any]]:
    """A row a damage."""
    style = styles.get("own-softened")  # given wherever any look is: the skin does not depend on the backdrop
    rows: list[dict[str, Any]] = []
    for name, damage in DAMAGE.items():
        pixels = damage(portrait.pixels)
        verdict = examine(Frame(pixels))
        row: dict[str, Any] = {
            "photo": portrait.name,
            "damage": name,
            "lightness": portrait.lightness,
            "accepted": verdict.accepted,
        }
        rows.append(row)
        try:
            hurt = Portrait(portrait.name, portrait.expected, pixels)
            front = hurt.front
        except LookupError:
            continue
        photographed = front["picture"]
        where = skin(photographed.shape[:2], front["points"])
        try:
            delivered, plain = hurt.masters((style, bare(style)))
        except EngineError as error:
            row["refused"] = error.code
            continue
        # The gain of display values, as it is told (engines/studio/exposure.py).
        lifted = np.minimum(photographed * np.float32(float(delivered.report["exposure_gain"])), 1)
        row["delivered"], row["delivered_p95"], row["delta_l"] = between(
            photographed, shown(delivered.pixels, photographed), where
        )
        row["untouched"], row["untouched_p95"], _ = between(lifted, shown(plain.pixels, photographed), where)
        for tool, enhance in ENHANCERS.items():
            made = to_float(enhance(hurt.canvas))
            row[f"{tool}"], _, row[f"{tool} delta_l"] = between(photographed, made, where)
    return rows


def summed_up(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """By damage: medians over the people, accepted share, and how each goes with the lightness of skin."""
    found = {}
    for name in DAMAGE:
        chosen = [row for row in rows if row["damage"] == name]
        made = [row for row in chosen if "delivered" in row]
        light = [row["lightness"] for row in made]
        darker = float(np.median(light)) if light else 0.0
        halves = [[r for r in made if (r["lightness"] < darker) == below] for below in (True, False)]
        found[name] = {
            "people": float(len(made)),
            "refused": float(sum("refused" in row for row in chosen)),
            "delivered": float(np.median([row["delivered"] for row in made])),
            "untouched": float(np.median([row["untouched"] for row in made])),
            "untouched_worst": float(max(row["untouched"] for row in made)),
            "delta_l": float(np.median([row["delta_l"] for row in made])),
            "delta_l_most": float(max(row["delta_l"] for row in made)),
            "untouched_with_lightness": rank_correlation(light, [row["untouched"] for row in made]),
            "delivered_with_lightness": rank_correlation(light, [row["delivered"] for row in made]),
            "delta_l_with_lightness": rank_correlation(light, [row["delta_l"] for row in made]),
            "delivered_darker_minus_lighter": float(
                np.subtract(*(np.median([row["delivered"] for row in half]) for half in halves))
            ),
            "accepted": float(np.mean([row["accepted"] for row in chosen])),
            "accepted_with_lightness": rank_correlation(
                [row["lightness"] for row in chosen], [float(row["accepted"]) for row in chosen]
            ),
            "accepted_darker_minus_lighter": float(
                np.subtract(*(np.mean([float(row["accepted"]) for row in half]) for half in halves))
            ),
        } | {tool: float(np.median([row[tool] for row in made])) for tool in ENHANCERS}
    return found
