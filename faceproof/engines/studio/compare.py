"""What was changed of a person: the photo as it was taken against the picture, in numbers and as a map.

Everything is compared in cells (master.CHANGES_SIDE a side): what an eye can see of a change is broader, and
cells need no more time on a large master than on a small one.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from faceproof.engines.master import CHANGE_STEP, CHANGES_SIDE, NO_CHANGE
from faceproof.imaging import face
from faceproof.imaging.colour import delta_e, luma, to_bytes, to_lab

from .crop import CHIN
from .fields import blur, f32, reduce
from .masks import Masks

Floats = NDArray[np.float32]

PORES = 0.012
"""Finest detail, as the sigma in eye distances that takes it away: 0.75 mm."""
PLACES: dict[str, tuple[tuple[int, ...], float]] = {
    "forehead": ((151, 108, 337), 0.22),
    "nose": ((4, 5, 195), 0.14),
    "left_cheek": ((50, 205), 0.22),
    "right_cheek": ((280, 425), 0.22),
    "under_eyes": ((230, 231, 450, 451), 0.09),
    "chin": ((199, 200), 0.18),
}
"""Mesh points in the middle of each part of the face, and how far it reaches in eye distances; left and
right as in the picture."""
FEW = 5
"""Cells below which nothing is said of a part."""
GREY = 4.0
"""Chroma below which a hue means nothing."""
SEEN = 1.0
"""CIEDE2000 from which an eye may see a change."""


def polish(colours: Floats, subject: Floats, masks: Masks, points: Floats) -> dict[str, float]:
    """Once for every policy: what was left of the pores, and how far the points of the face moved.

    The face is measured anew on the result; the mesh itself wavers by 0.6 to 1.4 % when a picture is turned
    or scaled (imaging/mesh.py).
    """
    top, bottom, left, right = masks.box
    part = np.s_[top:bottom, left:right]
    corner = np.array([left, top, 0], np.float32)
    oval = np.clip(points[face.OVAL, :2], 0, masks.skin.shape[0])
    (x, y), (last_x, last_y) = oval.min(0).astype(int), oval.max(0).astype(int)
    inside = np.s_[y:last_y, x:last_x]
    where = masks.skin[inside] > 0.6
    told = {}
    if int(where.sum()) >= 200:
        before, after = (
            _fine(luma(picture[inside]), masks.iod)[where].var() for picture in (colours, subject)
        )
        told["skin_pores_kept"] = float(after / max(float(before), 1e-9))
    found = face.follow(to_bytes(subject[part]), points - corner)[:468, :2] + corner[:2]
    moved = np.linalg.norm(found - points[:468, :2], axis=1)
    return told | {"change_landmarks": float(100 * np.median(moved) / masks.iod)}


def _fine(grey: Floats, iod: float) -> Floats:
    return f32(grey - blur(grey, max(0.5, iod * PORES)))


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The photo as it was taken, in cells: all that a finished picture is compared with; once a photo."""

    lab: Floats
    """(CHANGES_SIDE, CHANGES_SIDE, 3)."""
    person: Floats
    skin: NDArray[np.intp]
    """Cells of nothing but this person's skin, as places in the flattened map."""
    parts: dict[str, NDArray[np.intp]]

    def told(self, after: Floats) -> tuple[dict[str, float], NDArray[np.uint8]]:
        """The report's numbers, and the map as a master holds it, of a picture (n, n, 3) 0..1."""
        lab = to_lab(reduce(after, (CHANGES_SIDE, CHANGES_SIDE)))
        changes = _map(f32(lab - self.lab), self.person)
        if len(self.skin) < 4 * FEW:
            return {}, changes
        one, two = self.lab.reshape(-1, 3), lab.reshape(-1, 3)
        before, now = one.take(self.skin, 0), two.take(self.skin, 0)
        told = _skin(before.mean(0), now.mean(0))
        for name, here in self.parts.items():
            told |= _part(name, one.take(here, 0).mean(0), two.take(here, 0).mean(0))
        away = delta_e(before, now)
        return told | {
            "change_share": float((away > SEEN).mean()),
            "change_mean": float(away.mean()),
            "change_largest": float(away.max()),
        }, changes


def cells(before: Floats, alpha: Floats, masks: Masks, points: Floats) -> Cells:
    """Of a photo (n, n, 3) 0..1 as it was taken."""
    size = (CHANGES_SIDE, CHANGES_SIDE)
    person, skin = reduce(alpha, size), reduce(masks.skin, size)
    sure = (skin > 0.6) & (person > 0.95)
    unit = np.float32(CHANGES_SIDE / before.shape[0])
    places = _parts(points * unit, masks.iod * float(unit))
    parts = {name: np.flatnonzero(where & sure) for name, where in places.items()}
    enough = {name: here for name, here in parts.items() if len(here) >= FEW}
    return Cells(to_lab(reduce(before, size)), person, np.flatnonzero(sure), enough)


def picture(
    before: Floats, after: Floats, alpha: Floats, masks: Masks, points: Floats
) -> tuple[dict[str, float], NDArray[np.uint8]]:
    """`cells` and `Cells.told` in one. Pictures (n, n, 3) 0..1: the photo as it was taken and what became of
    it, at one scale."""
    return cells(before, alpha, masks, points).told(after)


def _map(change: Floats, person: Floats) -> NDArray[np.uint8]:
    light, red, yellow = (f32(plane) for plane in cv2.split(change * person[..., None]))
    solid = person > 0.95  # at its edge a person's cells hold the backdrop as well
    lightness = np.clip(np.rint(light / CHANGE_STEP) + NO_CHANGE, 0, 255)
    colour = np.clip(np.rint(np.hypot(red, yellow) / CHANGE_STEP), 0, 255)
    return np.stack([np.where(solid, lightness, NO_CHANGE), np.where(solid, colour, 0)]).astype(np.uint8)


def _parts(points: Floats, iod: float) -> dict[str, NDArray[np.bool_]]:
    """(cells, cells) masks by the part's name."""
    parts = {}
    for name, (middles, reach) in PLACES.items():
        mask = np.zeros((CHANGES_SIDE, CHANGES_SIDE), np.uint8)
        for x, y in points[list(middles), :2]:
            cv2.circle(mask, (round(float(x)), round(float(y))), max(1, round(reach * iod)), 1, -1)
        parts[name] = mask > 0
    rows = np.arange(CHANGES_SIDE)[:, None]
    parts["neck"] = np.broadcast_to(rows > points[CHIN, 1] + 0.2 * iod, (CHANGES_SIDE, CHANGES_SIDE))
    return parts


def _skin(one: Floats, two: Floats) -> dict[str, float]:
    return {
        "skin_lightness_before": float(one[0]),
        "skin_lightness_after": float(two[0]),
        "skin_delta_l": float(two[0] - one[0]),
        "skin_delta_e": float(delta_e(one, two)),
    }


def _part(name: str, one: Floats, two: Floats) -> dict[str, float]:
    """Lightness and hue (degrees) of one part, after minus before."""
    told = {f"skin_{name}_delta_l": float(two[0] - one[0])}
    if min(np.hypot(*one[1:]), np.hypot(*two[1:])) > GREY:
        turned = np.degrees(np.arctan2(two[2], two[1]) - np.arctan2(one[2], one[1]))
        told[f"skin_{name}_delta_hue"] = float((turned + 180) % 360 - 180)
    return told
