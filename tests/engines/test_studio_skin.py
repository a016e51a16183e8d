from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof import styles
from faceproof.engines.studio import compare, exposure, eyes, grade, relight, retouch
from faceproof.imaging.colour import delta_e, luma, to_lab

from .people import DARK, LIGHT, doll, front, spot

Floats = NDArray[np.float32]
HOUSE = styles.get("studio-grey").retouch
NOTHING = dict.fromkeys(HOUSE, 0.0)
LAMP = styles.get("studio-grey").light
GRADE = styles.get("studio-grey").grade
SIDE = 640
CHEEK = (250, 370)
SKINS = pytest.mark.parametrize("skin", [DARK, LIGHT], ids=["dark", "light"])


def contrast(picture: Floats, at: tuple[int, int], channel: int, radius: int = 3) -> float:
    """Lab value of a spot against the skin around it."""
    lab = to_lab(picture)[..., channel]
    x, y = at
    middle = lab[y - radius : y + radius + 1, x - radius : x + radius + 1].mean()
    ring = np.concatenate(
        [lab[y - 40 : y - 30, x - 40 : x + 40].ravel(), lab[y + 30 : y + 40, x - 40 : x + 40].ravel()]
    )
    return float(middle - ring.mean())


@SKINS
def test_a_red_spot_fades_but_is_not_painted_over(skin: tuple[float, float, float]) -> None:
    plain, points, masks = doll(SIDE, skin)
    marked = spot(plain, CHEEK, 5, (0.05, -0.03, -0.02))
    after, _ = retouch.soften(marked, masks, points, HOUSE)
    before, left = contrast(marked, CHEEK, 1), contrast(after, CHEEK, 1)
    assert before > 4
    assert 0.3 * before < left < 0.85 * before


@SKINS
def test_pores_stay(skin: tuple[float, float, float]) -> None:
    picture, points, masks = doll(SIDE, skin)
    after, _ = retouch.soften(picture, masks, points, HOUSE)
    part = np.s_[330:420, 200:300]
    assert luma(after)[part].std() > 0.985 * luma(picture)[part].std()  # 97 % of the energy


@SKINS
def test_skin_keeps_its_colour(skin: tuple[float, float, float]) -> None:
    picture, points, masks = doll(SIDE, skin)
    after, _ = retouch.soften(picture, masks, points, HOUSE)
    after = eyes.clear(after, masks, points, HOUSE)
    drift, _ = compare.picture(picture, after, np.ones((SIDE, SIDE), np.float32), masks, points)
    assert drift["skin_delta_e"] < 0.5
    assert abs(drift["skin_delta_l"]) < 0.5


def test_without_retouch_nothing_changes() -> None:
    picture, points, masks = doll(SIDE)
    marked = spot(picture, CHEEK, 5, (0.05, -0.03, -0.02))
    assert retouch.soften(marked, masks, points, NOTHING)[0] is marked
    assert eyes.clear(marked, masks, points, NOTHING) is marked
    off = {"key": (0.0, 0.0, -1.0), "add": 0.0, "even": 0.0, "fill": 0.0}
    assert relight.shape_light(marked, masks, points, off)[0] is marked


def test_small_faces_are_not_softened() -> None:
    picture, points, masks = doll(256)
    assert masks.iod < retouch.SMALL
    assert retouch.soften(picture, masks, points, HOUSE)[0] is picture


def test_only_skin_is_touched() -> None:
    plain, points, masks = doll(SIDE)
    eye = tuple(points[468, :2].astype(int))
    marked = spot(plain, (int(eye[0]), int(eye[1])), 5, (0.05, -0.03, -0.02))
    after, _ = retouch.soften(marked, masks, points, HOUSE)
    rows, columns = slice(eye[1] - 4, eye[1] + 5), slice(eye[0] - 4, eye[0] + 5)
    assert np.abs(after - marked)[rows, columns].max() < 0.01
    assert np.abs(after - marked)[:60].max() < 1e-6


def test_the_white_of_the_eye_loses_a_little_red_and_the_face_keeps_its_own() -> None:
    picture, points, masks = doll(SIDE)
    picture = picture.copy()
    x, y = int(points[468, 0] - 17), int(points[468, 1])
    picture[y - 3 : y + 4, x - 3 : x + 4] = (0.86, 0.74, 0.74)
    after = eyes.clear(picture, masks, points, HOUSE)
    one, two = to_lab(picture)[y, x], to_lab(after)[y, x]
    assert 0.6 * one[1] < two[1] < 0.97 * one[1]
    assert np.abs(after - picture)[: int(points[face_top(points), 1])].max() == 0


def face_top(points: Floats) -> int:
    return int(np.argmin(points[:468, 1]))


def test_a_closed_mouth_has_no_teeth_to_clear() -> None:
    picture, points, masks = doll(SIDE)
    shut = points.copy()
    shut[14] = shut[13]
    only_teeth = NOTHING | {"teeth": 1.0}
    assert np.abs(eyes.clear(picture, masks, shut, only_teeth) - picture).max() < 2e-3


def test_yellow_teeth_get_less_yellow_but_not_brighter() -> None:
    picture, points, masks = doll(SIDE)
    smile, picture = points.copy(), picture.copy()
    x, y = int(points[13, 0]), int(points[13, 1])
    smile[13, 1], smile[14, 1] = y - 10, y + 14
    ring = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191]
    angle = np.pi + np.linspace(0, 2 * np.pi, len(ring), endpoint=False)
    smile[ring, 0], smile[ring, 1] = x + 40 * np.cos(angle), y + 2 - 14 * np.sin(angle)
    picture[y - 14 : y + 18, x - 45 : x + 45] = (0.85, 0.80, 0.62)
    after = eyes.clear(picture, masks, smile, HOUSE)
    one, two = to_lab(picture)[y + 2, x], to_lab(after)[y + 2, x]
    assert two[2] < 0.9 * one[2]
    assert abs(two[0] - one[0]) < 1.5


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_light_is_moved_not_added(name: str) -> None:
    values = front(name)
    lit, imbalance = relight.shape_light(values["colours"], values["masks"], values["points"], LAMP)
    ratio = (lit + 1e-3) / (values["colours"] + 1e-3)
    skin = values["masks"].skin > 0.6
    assert ratio.min() > 0.9  # a tenth in display values, a fifth in light
    assert ratio.max() < 1.12
    assert abs(float(ratio[skin].mean()) - 1) < 0.01
    assert imbalance >= 0


def test_a_harsh_side_light_is_softened_by_less_than_half() -> None:
    values = front("hopper")
    points, masks = values["points"], values["masks"]
    side = values["colours"].shape[0]
    x = (np.arange(side, dtype=np.float32) - points[1, 0]) / (2 * masks.iod)
    harsh = np.clip(values["colours"] * np.exp(0.5 * np.clip(x, -1, 1))[None, :, None], 0, 1).astype(
        np.float32
    )
    only_even = {"key": (0.0, 0.0, -1.0), "add": 0.0, "even": 0.5, "fill": 0.0}
    lit, imbalance = relight.shape_light(harsh, masks, points, only_even)
    skin = masks.skin > 0.5
    left = skin & (np.arange(side) < points[1, 0])[None]
    right = skin & ~left

    def slope(picture: Floats) -> float:
        return float(np.log(luma(picture)[right].mean() / luma(picture)[left].mean()))

    assert imbalance > relight.UNEVEN[0]
    assert 0.4 * slope(harsh) < slope(lit) < 0.8 * slope(harsh)


def side_lit(name: str, strength: float) -> tuple[dict[str, Any], Floats]:
    """A portrait with light from the right of the picture (left: below 0), its mean kept."""
    values = front(name)
    side = values["colours"].shape[0]
    across = (np.arange(side, dtype=np.float32) - values["points"][1, 0]) / (2 * values["masks"].iod)
    fall = np.exp(strength * np.tanh(2.5 * across))[None, :, None]
    return values, np.clip(0.8 * values["colours"] * fall, 0, 1).astype(np.float32)


def halves(picture: Floats, values: dict[str, Any]) -> float:
    """Log of light, left half of the face over right."""
    skin = values["masks"].skin > 0.6
    left = (np.arange(picture.shape[0]) < values["points"][1, 0])[None] & skin
    grey = luma(picture)
    return 2 * float(np.log(np.median(grey[left]) / np.median(grey[skin & ~left])))


@pytest.mark.parametrize("strength", [-0.5, 0.5])
@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_hard_side_is_evened_as_far_as_the_limit_and_no_skin_gets_lighter(
    name: str, strength: float
) -> None:
    values, harsh = side_lit(name, strength)
    lit, imbalance = relight.shape_light(harsh, values["masks"], values["points"], LAMP)
    assert imbalance > relight.HARSH[0]
    skin = values["masks"].skin > 0.6
    moved = 2 * np.log((luma(lit)[skin] + 1e-3) / (luma(harsh)[skin] + 1e-3))
    assert np.log(0.74) < moved.min() < -0.15
    assert 0.15 < moved.max() < np.log(1.26)
    assert abs(halves(lit, values) - halves(harsh, values)) > 0.25
    drift = (to_lab(lit) - to_lab(harsh))[..., 0][skin].mean()
    assert -0.5 < drift < 0.4


def test_the_styles_key_says_to_which_side_light_is_moved() -> None:
    values, harsh = side_lit("hopper", 0.15)
    reached = []
    for across in (-0.6, 0.0, 0.6):
        lamp = dict(LAMP) | {"key": (across, -0.5, -0.6)}
        lit, _ = relight.shape_light(harsh, values["masks"], values["points"], lamp)
        reached.append(halves(lit, values))
    assert reached[0] > reached[1] + 0.06 > reached[2] + 0.12
    still, _ = side_lit("hopper", 0.0)
    plain, _ = relight.shape_light(still["colours"], still["masks"], still["points"], LAMP)
    assert abs(halves(plain, still) - halves(still["colours"], still)) < 0.1, (
        "even light needs no key but its own"
    )


@SKINS
def test_contrast_leaves_the_skins_mean_lightness_whatever_it_is(skin: tuple[float, float, float]) -> None:
    picture, _, masks = doll(320, skin)
    made = grade.finish(picture, GRADE, grade.middle(picture, masks))
    where = masks.skin > 0.5
    drift = (to_lab(made) - to_lab(picture))[..., 0][where].mean()
    assert abs(drift) < 0.06, "it went with the skin's own lightness once: -0.3 to +0.4"
    assert grade.middle(picture, replace(masks, skin=0 * masks.skin)) == grade.MIDDLE


@pytest.mark.parametrize("stops", [0.3, 0.6, 1.0, 1.5])
@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_dark_copy_is_brought_back_and_never_above_the_well_exposed_photo(name: str, stops: float) -> None:
    values = front(name)
    skin = values["masks"].skin > 0.6
    well, gain = exposure.lift(values["colours"], values["picture"], values["inside"])
    assert gain == 1.0
    dark, photo = (
        np.asarray(v * 0.5 ** (stops / 2), np.float32) for v in (values["colours"], values["picture"])
    )
    lifted, gain = exposure.lift(dark, photo, values["inside"])
    before, after, wanted = (float(to_lab(v)[..., 0][skin].mean()) for v in (dark, lifted, well))
    assert before <= after < wanted
    assert (gain > 1) == (stops > 0.8), "judged by the brightest parts"


@SKINS
def test_a_well_exposed_photo_is_left_alone_whatever_the_skin(skin: tuple[float, float, float]) -> None:
    picture, _, _ = doll(64, skin)
    picture[:6, :6] = 0.9  # a collar, a tooth, a lamp
    same, gain = exposure.lift(picture, picture, np.ones((64, 64), np.uint8))
    assert gain == 1
    assert same is picture


def test_an_underexposed_photo_is_lifted_within_the_limit() -> None:
    dim = np.full((64, 64, 3), 0.3, np.float32)
    dim[:20] = 0.70
    inside = np.ones((64, 64), np.uint8)
    lifted, gain = exposure.lift(dim, dim, inside)
    assert 1 < gain <= 1.1
    assert lifted.mean() == pytest.approx(dim.mean() * gain, rel=1e-4)
    assert exposure.lift(dim * np.float32(0.3), dim * np.float32(0.3), inside)[1] == pytest.approx(1.1)


def test_what_lies_outside_the_photo_does_not_count_as_light() -> None:
    dim = np.full((64, 64, 3), 0.3, np.float32)
    dim[:, 32:] = 1.0
    inside = np.ones((64, 64), np.uint8)
    inside[:, 32:] = 0
    assert exposure.lift(dim, dim, inside)[1] == exposure.MOST


def test_both_skins_are_moved_alike_by_the_whole_polish() -> None:
    moved = []
    for skin in (DARK, LIGHT):
        picture, points, masks = doll(SIDE, skin)
        marked = spot(picture, CHEEK, 5, (0.05, -0.03, -0.02))
        after, _ = retouch.soften(marked, masks, points, HOUSE)
        where = np.s_[330:420, 200:300]
        moved.append(float(delta_e(to_lab(marked)[where], to_lab(after)[where]).mean()))
    assert max(moved) < 1
    assert max(moved) / min(moved) < 2.5
