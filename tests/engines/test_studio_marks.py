"""What is permanent stays, what is inflamed fades: drawn on skins of several tones, at the house's policy
and at the strongest that any style file may ask for."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof import styles
from faceproof.engines.studio import retouch, spots
from faceproof.engines.studio.masks import Masks, find
from faceproof.imaging.colour import to_lab
from faceproof.styles.schema import RETOUCH

from .people import DARK, LIGHT, doll

Floats = NDArray[np.float32]
SIDE = 900
CHEEK = (345, 520)
MELANIN, BLOOD = (0.4143, 0.3570, 0.8372), (0.2988, 0.6838, 0.6657)
"""What each absorbs of red, green and blue (Tsumura et al. 2003)."""
TONES = {"deep": DARK, "brown": (0.55, 0.38, 0.29), "olive": (0.74, 0.58, 0.46), "light": LIGHT}
STRONGEST = {key: limits.high for key, limits in RETOUCH.items()}
POLICIES = {"house": styles.get("studio-grey").retouch, "strongest": STRONGEST}
LEAST = {"house": 0.91, "strongest": 0.87}
"""Share of a mark that must be left; a thin red scar on deep skin is the one that comes near."""

tones = pytest.mark.parametrize("skin", TONES.values(), ids=TONES)
policies = pytest.mark.parametrize("policy", POLICIES)


def absorbed(picture: Floats, cover: Floats, what: tuple[float, float, float], amount: float) -> Floats:
    """The picture under a layer that takes light: `amount` in green, as a logarithm of display values."""
    taken = np.array(what, np.float32) * np.float32(amount / what[1])
    return np.asarray(np.clip(picture * np.exp(-cover[..., None] * taken), 0, 1), np.float32)


def round_cover(at: tuple[int, int], radius: float, soft: float) -> Floats:
    cover = np.zeros((SIDE, SIDE), np.float32)
    cv2.circle(cover, (at[0] * 8, at[1] * 8), round(radius * 8), 1.0, -1, cv2.LINE_AA, 3)
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), soft), np.float32)


def line_cover(wide: int, soft: float) -> Floats:
    cover = np.zeros((SIDE, SIDE), np.float32)
    cv2.line(cover, (CHEEK[0] - 30, CHEEK[1] - 14), (CHEEK[0] + 30, CHEEK[1] + 14), 1.0, wide, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), soft), np.float32)


def freckles() -> Floats:
    chance = np.random.default_rng(4)
    cover = np.zeros((SIDE, SIDE), np.float32)
    for _ in range(40):
        at = (CHEEK[0] + int(chance.integers(-45, 45)), CHEEK[1] + int(chance.integers(-45, 45)))
        cover = np.maximum(cover, round_cover(at, float(chance.uniform(1.5, 3)), 0.9))
    return cover


def kept(before: Floats, marked: Floats, after: Floats, cover: Floats) -> float:
    """Share of a mark's difference to its skin, in Lab, that is still there."""
    plain = [cv2.GaussianBlur(to_lab(p), (0, 0), 1.0) for p in (before, marked, after)]
    where = cover > 0.5 * cover.max()
    drawn = (plain[1] - plain[0])[where].mean(0)
    left = (plain[2] - plain[0])[where].mean(0)
    return float(left @ drawn / (drawn @ drawn))


def retouched(marked: Floats, policy: Mapping[str, float]) -> tuple[Floats, int]:
    _, points, _ = doll(SIDE)
    masks: Masks = find(marked, points, np.ones((SIDE, SIDE), np.float32))
    return retouch.soften(marked, masks, points, policy)


MARKS = {
    "mole": (round_cover(CHEEK, 5, 0.8), MELANIN, 0.8),
    "soft mole": (round_cover(CHEEK, 6, 2.2), MELANIN, 0.4),
    "freckles": (freckles(), MELANIN, 0.22),
    "dark patch": (round_cover(CHEEK, 30, 3.0), MELANIN, 0.25),
    "pale scar": (line_cover(3, 1.0), MELANIN, -0.25),
    "red scar": (line_cover(3, 1.0), BLOOD, 0.35),
    "wrinkle": (line_cover(2, 1.0), (1.0, 1.0, 1.0), 0.25),
    "vitiligo": (round_cover(CHEEK, 40, 1.2), MELANIN, -0.30),
    "red birthmark": (round_cover(CHEEK, 34, 1.5), BLOOD, 0.5),
    "red stone": (round_cover(CHEEK, 5, 0.7), BLOOD, 1.2),
}


@policies
@tones
@pytest.mark.parametrize("mark", MARKS)
def test_what_is_permanent_stays(mark: str, skin: tuple[float, float, float], policy: str) -> None:
    plain, _, _ = doll(SIDE, skin)
    cover, what, amount = MARKS[mark]
    marked = absorbed(plain, cover, what, amount)
    after, found = retouched(marked, POLICIES[policy])
    assert found == 0
    assert LEAST[policy] < kept(plain, marked, after, cover) < 1.08


@tones
@pytest.mark.parametrize("radius", [4.0, 6.0], ids=["small", "large"])
def test_an_inflamed_spot_fades_and_is_not_painted_over(
    radius: float, skin: tuple[float, float, float]
) -> None:
    plain, _, _ = doll(SIDE, skin)
    cover = round_cover(CHEEK, radius, radius * 0.45)
    marked = absorbed(plain, cover, BLOOD, 0.28)
    after, found = retouched(marked, POLICIES["house"])
    assert found == 1
    assert 0.2 < kept(plain, marked, after, cover) < 0.6


def test_without_the_policy_a_spot_is_not_looked_for() -> None:
    plain, _, _ = doll(SIDE)
    marked = absorbed(plain, round_cover(CHEEK, 5, 2), BLOOD, 0.28)
    assert retouched(marked, POLICIES["house"] | {"blemish": 0.0})[1] == 0


@tones
def test_noise_and_pores_are_no_spots(skin: tuple[float, float, float]) -> None:
    plain, points, masks = doll(SIDE, skin)
    grain = np.random.default_rng(8).standard_normal(plain.shape).astype(np.float32)
    noisy = np.clip(plain * (1 + grain * np.float32(0.05)), 0, 1).astype(np.float32)
    cover = np.ones((SIDE, SIDE), np.float32)
    assert spots.find(noisy, masks.skin * cover, points, masks.iod).count == 0


def test_lips_and_eyes_are_no_spots() -> None:
    plain, points, _ = doll(SIDE)
    for index in (13, 468, 473):
        at = (int(points[index, 0]), int(points[index, 1]))
        plain = absorbed(plain, round_cover(at, 5, 2), BLOOD, 0.28)
    assert retouched(plain, POLICIES["house"])[1] == 0
