"""Hot spots and shadows: softened within the bound, on every skin, and never a lighter face."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof import styles
from faceproof.engines.studio import relight, shine
from faceproof.engines.studio.masks import Masks
from faceproof.imaging.colour import luma, to_lab
from faceproof.styles.schema import LIGHT as LIMITS

from .people import DARK, LIGHT, doll, front

Floats = NDArray[np.float32]
SIDE = 800
LAMP = styles.get("studio-grey").light
MOST = dict(LAMP) | {key: LIMITS[key].high for key in ("add", "even", "shine", "fill")}
OFF = dict(LAMP) | dict.fromkeys(("add", "even", "shine", "fill"), 0.0)
FOREHEAD = (400, 250)
skins = pytest.mark.parametrize(
    "skin",
    [DARK, (0.55, 0.38, 0.29), (0.74, 0.58, 0.46), (0.82, 0.67, 0.58)],
    ids=["deep", "brown", "olive", "light"],
)


def lit(picture: Floats, at: tuple[int, int], light: tuple[float, float, float], reach: float) -> Floats:
    """The picture with light added in a soft round place."""
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    shape = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * reach**2))[..., None]
    return np.sqrt(np.minimum(picture**2 + shape * np.array(light, np.float32), 1)).astype(np.float32)


def at(picture: Floats, place: tuple[int, int]) -> float:
    """L* of a small place."""
    x, y = place
    return float(to_lab(picture)[y - 4 : y + 5, x - 4 : x + 5, 0].mean())


def scene(skin: tuple[float, float, float]) -> tuple[Floats, Floats, Masks]:
    return doll(SIDE, skin)


@skins
def test_shine_is_softened_and_most_of_it_stays(skin: tuple[float, float, float]) -> None:
    plain, points, masks = scene(skin)
    room = 0.9 * (0.86 - max(skin) ** 2)
    shiny = lit(plain, FOREHEAD, (min(0.22, room),) * 3, 26)
    after, share = shine.soften(shiny, masks, points, LAMP)
    before, left = at(shiny, FOREHEAD) - at(plain, FOREHEAD), at(after, FOREHEAD) - at(plain, FOREHEAD)
    assert before > 3
    assert 0.6 * before < left < 0.97 * before
    assert share > 0


@skins
def test_a_lit_place_of_the_skins_own_colour_is_no_shine(skin: tuple[float, float, float]) -> None:
    plain, points, masks = scene(skin)
    bright = lit(plain, FOREHEAD, tuple(0.25 * c**2 for c in skin), 26)  # type: ignore[arg-type]
    after, _ = shine.soften(bright, masks, points, MOST)
    assert np.abs(to_lab(after)[..., 0] - to_lab(bright)[..., 0]).max() < 0.4


@skins
def test_what_glasses_may_reflect_is_left(skin: tuple[float, float, float]) -> None:
    plain, points, masks = scene(skin)
    eye = (int(points[468, 0]) + 10, int(points[468, 1]) + 26)
    shiny = lit(plain, eye, (0.10,) * 3, 12)
    after, _ = shine.soften(shiny, masks, points, MOST)
    y, x = eye[1], eye[0]
    assert np.abs(after - shiny)[y - 12 : y + 13, x - 12 : x + 13].max() < 2e-3


def test_burnt_pixels_stay_as_they_are() -> None:
    plain, points, masks = scene((0.74, 0.58, 0.46))
    burnt = lit(plain, FOREHEAD, (1.5, 1.5, 1.5), 20)
    after, _ = shine.soften(burnt, masks, points, MOST)
    core = burnt.min(2) > 0.99
    assert core.any()
    assert np.abs(after - burnt)[core].max() < 0.004


@skins
def test_light_never_lightens_a_face(skin: tuple[float, float, float]) -> None:
    plain, points, masks = scene(skin)
    x = np.linspace(-1, 1, SIDE, dtype=np.float32)
    uneven = np.clip(plain * np.exp(0.35 * x)[None, :, None], 0, 1).astype(np.float32)
    for policy in (LAMP, MOST):
        matt, _ = shine.soften(uneven, masks, points, policy)
        after, _ = relight.shape_light(matt, masks, points, policy)
        skin_here = masks.skin > 0.6
        moved = (to_lab(after) - to_lab(uneven))[skin_here][:, 0].mean()
        assert -1.0 < moved < 0.5


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_portraits_skin_keeps_its_lightness(name: str) -> None:
    values = front(name)
    for policy in (LAMP, MOST):
        matt, _ = shine.soften(values["colours"], values["masks"], values["points"], policy)
        after, _ = relight.shape_light(matt, values["masks"], values["points"], policy)
        skin = values["masks"].skin > 0.6
        moved = (to_lab(after) - to_lab(values["colours"]))[skin][:, 0].mean()
        assert -1.2 < moved < 0.5
        ratio = (luma(after) + 1e-3) / (luma(values["colours"]) + 1e-3)
        assert ratio.max() < np.exp(0.1) + 0.01  # display values: half of the logarithm of light
        assert ratio.min() > np.exp(-0.1) * 0.9 - 0.01  # where light is moved away and shine is taken as well


def test_eye_sockets_in_shadow_are_filled_a_little() -> None:
    plain, points, masks = scene((0.55, 0.38, 0.29))
    shadow = plain.copy()
    for index in (468, 473):
        place = (int(points[index, 0]), int(points[index, 1]))
        shadow = lit(shadow, place, tuple(-0.72 * c**2 for c in (0.55, 0.38, 0.29)), 22)  # type: ignore[arg-type]
    only = OFF | {"fill": 0.08}
    after, _ = relight.shape_light(shadow, masks, points, only)
    socket = (int(points[468, 0]), int(points[468, 1]) - 14)
    assert 0.3 < at(after, socket) - at(shadow, socket) < 2.5
    flat, _ = relight.shape_light(plain, masks, points, only)
    assert np.abs(to_lab(flat) - to_lab(plain)).max() < 0.3


def test_without_the_policy_the_same_array_comes_back() -> None:
    plain, points, masks = scene(LIGHT)
    assert shine.soften(plain, masks, points, OFF)[0] is plain
    assert relight.shape_light(plain, masks, points, OFF)[0] is plain


def test_burnt_skin_is_not_made_grey_to_even_a_face() -> None:
    plain, points, masks = scene((0.55, 0.38, 0.29))
    x = np.linspace(-1, 1, SIDE, dtype=np.float32)
    harsh = np.clip(plain * np.exp(-0.8 * x)[None, :, None], 0, 1).astype(np.float32)
    burnt = harsh.copy()
    burnt[330:450, 270:330] = 0.995
    only_even = OFF | {"even": LIMITS["even"].high}
    after, imbalance = relight.shape_light(burnt, masks, points, only_even)
    assert imbalance > 0.5
    spot, beside = (390, 300), (500, 300)

    def dimmed(place: tuple[int, int]) -> float:
        y, x = place
        part = np.s_[y - 8 : y + 9, x - 8 : x + 9]
        return 1 - float(luma(after)[part].mean() / luma(burnt)[part].mean())

    assert dimmed(spot) < 0.045
    assert dimmed(beside) > dimmed(spot) + 0.015
