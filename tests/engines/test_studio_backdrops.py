from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof import engines, styles
from faceproof.engines.studio import backdrops, cast, composite, grain
from faceproof.engines.studio.backdrops import apart, hue, paper, places
from faceproof.imaging.colour import delta_e, to_bytes, to_lab

from .people import brief, front
from .test_studio_finish import scene

Floats = NDArray[np.float32]
SIDE = 1024
PLACES = ("office", "library", "city", "greenery")
PAPERS = ("studio-grey", "charcoal", "deep-blue", "warm-white", "paper", "gradient", "brand")


def large(name: str, **changes: Any) -> Floats:
    """A style's backdrop at the size of a master, nobody before it."""
    nobody = {
        "picture": np.zeros((SIDE, SIDE, 3), np.float32),
        "alpha": np.zeros((SIDE, SIDE), np.float32),
        "inside": np.ones((SIDE, SIDE), np.uint8),
    }
    return backdrops.paint(scene(name, **nobody, **changes))


def head(tone: tuple[float, float, float], **changes: Any) -> backdrops.Scene:
    """The brand's scene with somebody of one colour."""
    made = scene("brand", **changes)
    return replace(made, picture=np.where(made.alpha[..., None] > 0, np.float32(tone), made.picture))


@pytest.mark.parametrize("name", PLACES)
def test_a_place_is_the_same_for_one_seed_and_another_for_the_next(name: str) -> None:
    rooms = [large(name, seed=seed)[::16, ::16] for seed in (1, 1, 2, 3)]
    assert (rooms[0] == rooms[1]).all()
    for one, two in ((0, 2), (0, 3), (2, 3)):
        assert np.abs(rooms[one] - rooms[two]).mean() > 0.05
        alike = np.corrcoef(rooms[one].mean(-1).ravel(), rooms[two].mean(-1).ravel())[0, 1]
        assert alike < 0.9


@pytest.mark.parametrize("name", PLACES)
def test_the_same_place_comes_back_after_others_were_drawn(name: str) -> None:
    first = large(name, seed=7)
    places._photographed.cache_clear()
    assert (large(name, seed=7) == first).all()


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_place_is_far_out_of_focus_and_nowhere_flat(name: str, seed: int) -> None:
    painted = large(name, seed=seed)
    for axis in (0, 1):
        assert np.abs(np.diff(painted, axis=axis)).max() < 0.16
    blocks = painted[..., 1].reshape(16, 64, 16, 64).transpose(0, 2, 1, 3).reshape(256, -1)
    in_range = (blocks.max(1) < 0.97) & (blocks.min(1) > 0.03)
    assert in_range.mean() > 0.5
    assert (np.ptp(blocks, axis=1)[in_range] > 0.001).mean() > 0.97
    assert 0.2 < painted.mean() < 0.8


@pytest.mark.parametrize("name", PLACES)
def test_a_places_wishes_are_heard(name: str) -> None:
    wishes = dict(styles.get(name).backdrop)
    usual, bright, warm, sharp = (
        large(name, wishes=wishes | change)
        for change in ({}, {"brightness": 1.4}, {"warmth": 1.0}, {"blur": 0.02})
    )
    assert bright.mean() > usual.mean() + 0.03
    assert (warm[..., 0] - warm[..., 2]).mean() > (usual[..., 0] - usual[..., 2]).mean() + 0.01
    assert np.abs(np.diff(sharp, axis=1)).mean() > np.abs(np.diff(usual, axis=1)).mean()


def test_dusk_is_darker_and_bluer_above_than_day() -> None:
    wishes = dict(styles.get("city").backdrop)
    day, night = (large("city", wishes=wishes | {"dusk": dusk}) for dusk in (0.0, 1.0))
    assert np.median(night) < np.median(day) - 0.05


@pytest.mark.parametrize("side", [160, 333])
@pytest.mark.parametrize("name", PLACES)
def test_a_place_can_be_had_at_any_size(name: str, side: int) -> None:
    made = scene(name, alpha=np.zeros((side, side), np.float32))
    assert backdrops.paint(made).shape == (side, side, 3)


@pytest.mark.parametrize("name", PAPERS)
def test_no_bands_are_left_in_paper_once_the_grain_is_on_it(name: str) -> None:
    painted = large(name)
    nobody = np.zeros((SIDE, SIDE), np.float32)
    grade = {"wrap": 0.0}
    seen = to_bytes(composite.join(painted, nobody, painted, 0.0, grade, 1))[..., 1].astype(int)
    longest = max(_run(seen[row]) for row in range(0, SIDE, 37))
    assert longest < 32
    assert _run(to_bytes(painted)[512, :, 1].astype(int)) > 5, (
        "without grain there would be runs: the test sees"
    )


def _run(row: NDArray[Any]) -> int:
    """The longest run of equal values."""
    ends = np.flatnonzero(np.diff(row))
    return int(np.diff(np.concatenate([[-1], ends, [len(row) - 1]])).max())


def test_grain_is_soft_and_coloured_like_a_cameras_and_stays_off_the_person() -> None:
    plain, person = np.full((600, 700, 3), 0.5, np.float32), np.full((600, 700, 3), 0.25, np.float32)
    picture = grain.strewn(plain, 0.004, 3)
    alpha = np.zeros((600, 700), np.float32)
    alpha[:, 600:] = 1
    alpha[:, 599] = 0.5
    nothing = np.zeros((8, 8), np.float32), np.zeros((8, 8, 3), np.float32)
    mixed = composite.mix(person, alpha, plain, *nothing, 0.004, 3)
    assert (mixed[:, 600:] == 0.25).all()
    assert (mixed[:, :599] == picture[:, :599]).all()
    half = np.sqrt((0.25**2 + 0.5**2) / 2) + (picture[:, 599] - 0.5) / 2
    assert np.abs(mixed[:, 599] - half).max() < 1e-5
    noise = picture[:, :600].astype(np.float64) - 0.5
    luma, colour = noise @ np.array([0.2126, 0.7152, 0.0722]), noise[..., 2] - noise[..., 1]
    assert luma.std() == pytest.approx(0.004, rel=0.1)
    for field, low, high in ((luma, 0.34, 0.62), (colour, 0.4, 0.75)):
        alike = (field[:, 1:] * field[:, :-1]).mean() / field.var()
        assert low < alike < high
    assert 0.7 < colour.std() / luma.std() < 1.7
    rows = grain.strewn(plain[:40], 0.004, 3, top=490)
    assert np.abs(rows - picture[490:530]).max() < 1e-6, "bands fit together"


def test_a_gradient_goes_from_one_colour_to_the_other_along_its_angle() -> None:
    wishes = {"first": (200.0, 210.0, 220.0), "second": (60.0, 70.0, 90.0), "angle": 0.0}
    down = large("gradient", wishes=wishes) * 255
    across = large("gradient", wishes=wishes | {"angle": 90.0}) * 255
    assert np.abs(down[2, 500] - wishes["first"]).max() < 4
    assert np.abs(down[-3, 500] - wishes["second"]).max() < 4
    assert np.abs(across[500, 2] - wishes["first"]).max() < 4
    assert (np.diff(down[::8, 500, 0]) < 0.01).all()


CUBE = [(r, g, b) for r, g, b in product((0, 128, 255), repeat=3)]


@pytest.mark.parametrize("colour", CUBE)
def test_the_brands_paper_is_recognisably_the_brand(colour: tuple[int, int, int]) -> None:
    painted = backdrops.paint(scene("brand", brand=colour, alpha=np.zeros((256, 256), np.float32)))
    wanted, seen = hue.oklab(np.array(colour) / 255), hue.oklab(painted[::16, ::16].astype(np.float64))
    strength = np.hypot(*wanted[1:])
    middle = np.median(seen.reshape(-1, 3), axis=0)
    assert abs(middle[0] - wanted[0]) < 0.37
    if strength < 0.02:
        assert np.hypot(*middle[1:]) < 0.02
        return
    turn = np.arctan2(middle[2], middle[1]) - np.arctan2(wanted[2], wanted[1])
    assert abs(np.degrees((turn + np.pi) % (2 * np.pi) - np.pi)) < 12
    assert np.hypot(*middle[1:]) > 0.45 * min(strength, 0.2)
    assert painted.min() > 0 or min(colour) < 255
    assert np.ptp(painted.mean(-1)) > 0.03, "light falls on it"


@pytest.mark.parametrize("tone", [(0.06, 0.05, 0.05), (0.93, 0.92, 0.90)], ids=["black hair", "white hair"])
@pytest.mark.parametrize("colour", CUBE)
def test_hair_can_be_told_from_every_brands_paper(
    colour: tuple[int, int, int], tone: tuple[float, float, float]
) -> None:
    made = head(tone, brand=colour)
    assert apart.contrast(made.picture, made.alpha, backdrops.paint(made)) > 9


def test_the_brands_paper_gives_way_as_far_as_it_must_and_no_further() -> None:
    blue = (36, 82, 110)
    own = float(hue.oklab(np.array(blue) / 255)[0])
    assert paper.brand_lightness(head((0.95, 0.94, 0.92), brand=blue)) == pytest.approx(own, abs=0.011)
    moved = paper.brand_lightness(head((0.30, 0.29, 0.29), brand=blue))
    assert 0.02 < abs(moved - own) <= paper.FAR + 1e-6


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_what_the_backdrop_throws_on_the_person_is_little_and_moves_no_skins_lightness(name: str) -> None:
    known = front(name)
    person, alpha, masks = known["colours"], known["alpha"], known["masks"]
    sure, inside = masks.skin > 0.9, alpha > 0.98
    for style in styles.all_styles():
        behind = backdrops.Scene(
            style.kind, style.backdrop, known["picture"], alpha, known["inside"], (255, 255, 0), 2
        )
        field = cast.light(behind, alpha, backdrops.paint(behind), masks)
        lit = cast.fall(person, field)
        drift = delta_e(to_lab(person), to_lab(lit))
        assert np.abs(np.log(field)).max() <= cast.MOST + 1e-6
        assert np.median(drift[sure]) < 1
        assert np.percentile(drift[inside], 95) < 4
        moved = to_lab(lit)[..., 0][sure].mean() - to_lab(person)[..., 0][sure].mean()
        assert abs(moved) < 0.5
        assert (field == 1).all() == (style.kind == "own")


def test_a_bright_side_lights_the_rim_on_that_side() -> None:
    known = front("hopper")
    alpha, side = known["alpha"], known["alpha"].shape[0]
    across = np.linspace(0.9, 0.2, side, dtype=np.float32)
    behind = np.ascontiguousarray(np.broadcast_to(across[None, :, None], (side, side, 3)))
    field = cast.light(scene("office"), alpha, behind, known["masks"]).mean(-1)
    low = field[80:90]
    assert low[:, :15].mean() > low[:, -15:].mean() + 0.02


def test_a_cast_of_nothing_gives_the_same_pixels_back() -> None:
    person = np.random.default_rng(1).random((64, 64, 3), np.float32)
    assert cast.fall(person, np.ones((8, 8, 3), np.float32)) is person


def test_the_report_says_how_far_the_edge_stands_out() -> None:
    light, dark = engines.get("studio:").develop(brief("hopper", "warm-white", "charcoal"))
    for master in (light, dark):
        assert 0 <= float(master.report["backdrop_contrast"]) <= 100
    assert float(light.report["backdrop_lightness"]) > float(dark.report["backdrop_lightness"]) + 30


def test_an_edge_like_its_backdrop_has_no_contrast_and_a_different_one_has() -> None:
    made = scene("studio-grey")
    grey = np.full_like(made.picture, 0.5)
    assert apart.contrast(grey, made.alpha, grey) < 1
    assert apart.contrast(grey, made.alpha, np.zeros_like(grey)) > 40
    assert apart.contrast(grey, np.zeros_like(made.alpha), grey) == 0
