"""Finishing never invents pixels, never leaves the master, and puts the head where the format wants it."""

import sys
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from faceproof import faults, finishing, formats
from faceproof.finishing import FinishingError, crop, largest_true_size, render
from faceproof.finishing.sharpen import OVERSHOOT, noise, sharpen, softness

ALL = formats.all_formats()
Point = tuple[float, float]


@dataclass(frozen=True)
class Points:
    left_eye: Point
    right_eye: Point
    chin: Point
    crown: Point


@dataclass(frozen=True)
class Picture:
    pixels: NDArray[np.uint8]
    geometry: Points
    matte: NDArray[np.uint8] | None = None
    given: bool = False
    unretouched: NDArray[np.uint8] | None = None


def points(middle: float, crown: float, chin: float) -> Points:
    head, eyes = chin - crown, (crown + chin) / 2
    return Points((middle - 0.14 * head, eyes), (middle + 0.14 * head, eyes), (middle, chin), (middle, crown))


def picture(width: int, height: int, head: float = 0.47, top: float = 0.2) -> Picture:
    """A smooth picture with a marked head: red at the eyes, green at the chin, blue at the crown."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([80 + 60 * x / width, 90 + 60 * y / height, 120 + 0 * x], axis=-1).astype(np.uint8)
    geometry = points(width / 2, top * height, (top + head) * height)
    for point, colour in (
        (geometry.left_eye, (255, 0, 0)),
        (geometry.right_eye, (255, 0, 0)),
        (geometry.chin, (0, 255, 0)),
        (geometry.crown, (0, 0, 255)),
    ):
        centre = (round(point[0]), round(point[1]))
        cv2.circle(pixels, centre, max(3, height // 100), colour, -1)
    return Picture(pixels, geometry)


def row_of(pixels: NDArray[np.uint8], channel: int) -> float:
    others = [c for c in range(3) if c != channel]
    strength = pixels[..., channel].astype(int) - pixels[..., others].max(axis=-1)
    rows = np.nonzero(strength > 60)[0]
    return float(rows.mean())


@pytest.mark.parametrize("fmt", [f for f in ALL if f.fit == "exact"], ids=lambda f: f.name)
def test_the_head_lands_where_the_format_asks_for_it(fmt: formats.Format) -> None:
    done = render(picture(3600, 3600, head=0.4, top=0.24), fmt)
    assert done.pixels.shape == (fmt.height, fmt.width, 3)
    assert done.true_size
    assert done.notes == ()
    eyes, chin, crown = (row_of(done.pixels, channel) / fmt.height for channel in (0, 1, 2))
    assert eyes == pytest.approx(fmt.eye_line, abs=0.01)
    assert chin - crown == pytest.approx(fmt.head_share, abs=0.01)


@pytest.mark.parametrize("fmt", [f for f in ALL if f.fit == "exact"], ids=lambda f: f.name)
def test_a_small_master_gives_its_largest_true_size_and_says_so(fmt: formats.Format) -> None:
    master = picture(240, 240)
    width, height = largest_true_size(master, fmt)
    assert width <= 240
    assert height <= 240
    done = render(master, fmt)
    assert (done.width, done.height) == (width, height)
    assert not done.true_size
    assert width / height == pytest.approx(fmt.aspect, rel=0.02)
    with pytest.raises(FinishingError) as caught:
        render(master, fmt, allow_smaller=False)
    assert caught.value.code == "larger_than_held"
    assert f"{width} × {height}" in faults.of(caught.value).told()


@pytest.mark.parametrize("side", [300, 777, 1600])
def test_the_largest_square_takes_everything_the_master_holds(side: int) -> None:
    done = render(picture(side, side), formats.get("web-original"))
    assert (done.width, done.height) == (side, side)
    assert done.true_size
    assert done.reduction == 1.0


def test_a_master_at_its_native_size_is_cut_and_not_resampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finishing, "sharpen", lambda pixels, *_: pixels.copy())
    master = picture(700, 700)
    done = render(master, formats.get("linkedin"))
    wanted = {row.tobytes() for row in master.pixels[:, : done.width].reshape(-1, 3)}
    assert done.reduction == 1.0
    assert {row.tobytes() for row in done.pixels.reshape(-1, 3)} <= wanted | {
        row.tobytes() for row in master.pixels.reshape(-1, 3)
    }


# P-016
def test_there_is_one_resample_and_it_never_enlarges(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    calls: list[tuple[tuple[int, int], Any]] = []
    original = Image.Image.resize

    def counted(self: Image.Image, size: tuple[int, int], *args: Any, **more: Any) -> Image.Image:
        calls.append((size, more["box"]))
        return original(self, size, *args, **more)

    monkeypatch.setattr(Image.Image, "resize", counted)
    for side in (200, 900, 1600):
        for fmt in ALL:
            calls.clear()
            render(picture(side, side), fmt)
            assert len(calls) <= 1
            for (width, height), (left, top, right, bottom) in calls:
                assert right - left >= width
                assert bottom - top >= height


def test_a_picture_too_small_for_anything_is_refused_even_when_smaller_is_allowed() -> None:
    with pytest.raises(FinishingError) as caught:
        render(picture(60, 60), formats.get("badge"))
    assert caught.value.code == "too_few_pixels"


@pytest.mark.parametrize("hair", [-0.1, 0.0, 0.1])
def test_faces_of_one_format_are_of_one_size_whatever_the_hair(hair: float) -> None:
    fmt = formats.get("linkedin")
    master = picture(3600, 3600, head=0.4, top=0.24)
    crown = (1800.0, 0.24 * 3600 - hair * 1440)
    done = render(replace(master, geometry=replace(master.geometry, crown=crown)), fmt)
    eyes, chin = (row_of(done.pixels, channel) / fmt.height for channel in (0, 1))
    assert chin - eyes == pytest.approx(fmt.head_share / 2, abs=0.005)
    assert eyes == pytest.approx(fmt.eye_line, abs=0.005)
    assert done.notes == ()


def test_a_tall_hat_is_not_cut_off() -> None:
    master = picture(3600, 3600, head=0.4, top=0.35)
    crown = (1800.0, 0.35 * 3600 - 0.5 * 1440)
    done = render(replace(master, geometry=replace(master.geometry, crown=crown)), formats.get("avatar"))
    assert "hair_cut" not in done.notes
    assert {"loosened", "recentred"} & set(done.notes)


@settings(max_examples=60, deadline=None)
@given(
    crown=st.floats(0.05, 0.4),
    head=st.floats(0.3, 0.6),
    middle=st.floats(0.35, 0.65),
    number=st.integers(0, len(ALL) - 1),
)
def test_a_picture_that_misses_its_targets_by_a_hundredth_says_so(
    crown: float, head: float, middle: float, number: int
) -> None:
    fmt = ALL[number]
    if fmt.fit != "exact":
        return
    geometry = points(1600 * middle, 1600 * crown, 1600 * (crown + head))
    try:
        cut = crop_of(geometry, fmt)
    except FinishingError:
        return
    missed = abs(cut.eye_line - fmt.eye_line) > 0.01 or abs(cut.aside) > 0.01
    assert not missed or "recentred" in cut.notes
    assert abs(cut.head_share - fmt.head_share) <= 0.01 or {"tightened", "loosened"} & set(cut.notes)


def crop_of(geometry: Points, fmt: formats.Format) -> crop.Crop:
    return crop.solve((1600, 1600), geometry, fmt)


def test_a_picture_knows_at_which_edge_the_photo_held_no_more() -> None:
    low = replace(picture(1600, 1600), geometry=points(800, 800, 1500))
    assert render(low, formats.get("linkedin")).held_by == ("bottom",)
    assert render(picture(1600, 1600, head=0.4), formats.get("linkedin")).held_by == ()


def test_a_tight_master_is_cut_tighter_and_says_so() -> None:
    done = render(picture(1200, 1200, head=0.8, top=0.1), formats.get("linkedin"))
    assert "tightened" in done.notes
    assert done.head_share > formats.get("linkedin").head_share
    assert "hair_cut" not in done.notes


def test_a_head_at_the_edge_moves_the_crop_and_says_so() -> None:
    master = picture(1600, 1600)
    shifted = replace(master, geometry=points(330, 400, 1000))
    done = render(shifted, formats.get("linkedin"))
    assert "recentred" in done.notes or "tightened" in done.notes


@pytest.mark.parametrize(
    "geometry",
    [
        points(500, 700, 300),
        points(500, 1500, 1900),
        points(float("nan"), 200, 700),
        points(500, 200, float("inf")),
        points(500, 400, 400),
    ],
)
def test_geometry_that_cannot_be_is_refused(geometry: Points) -> None:
    with pytest.raises(FinishingError) as caught:
        render(replace(picture(1000, 1000), geometry=geometry), formats.get("linkedin"))
    assert caught.value.code == "does_not_fit"


@settings(max_examples=150, deadline=None)
@given(
    width=st.integers(200, 3000),
    height=st.integers(200, 3000),
    middle=st.floats(0.1, 0.9),
    crown=st.floats(-0.1, 0.6),
    head=st.floats(0.15, 0.95),
    number=st.integers(0, len(ALL) - 1),
)
def test_no_crop_ever_leaves_the_master(
    width: int, height: int, middle: float, crown: float, head: float, number: int
) -> None:
    geometry = points(middle * width, crown * height, (crown + head) * height)
    try:
        cut = crop.solve((width, height), geometry, ALL[number])
    except FinishingError as error:
        if error.code != "does_not_fit":
            raise
        return
    assert cut.left >= 0
    assert cut.top >= 0
    assert cut.left + cut.width <= width + 1e-6
    assert cut.top + cut.height <= height + 1e-6
    assert cut.width / cut.height == pytest.approx(ALL[number].aspect)


def test_lopsided_hair_is_given_room() -> None:
    master = picture(1600, 1600)
    matte = np.zeros((1600, 1600), np.uint8)
    matte[300:1100, 500:1250] = 255  # the face is in the middle, the hair reaches far to the right
    plain = crop.solve((1600, 1600), master.geometry, formats.get("linkedin"))
    moved = crop.solve((1600, 1600), master.geometry, formats.get("linkedin"), matte)
    assert moved.left > plain.left + 10
    assert moved.left - plain.left <= crop.LEAN * 0.47 * 1600 + 1


def test_the_same_master_gives_the_same_pixels() -> None:
    for fmt in (formats.get("linkedin"), formats.get("cv")):
        first, second = (render(picture(1300, 1300), fmt) for _ in range(2))
        assert np.array_equal(first.pixels, second.pixels)


def test_what_was_done_is_told_as_actions() -> None:
    done = render(picture(1600, 1600), formats.get("linkedin"))
    assert [name for name, _ in done.actions] == ["c2pa.cropped", "c2pa.resized", "c2pa.enhanced"]
    untouched = render(picture(500, 500), formats.get("web-original"))
    assert [name for name, _ in untouched.actions] == ["c2pa.cropped", "c2pa.enhanced"]


def test_the_rendition_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        render(picture(900, 900), formats.get("linkedin")).pixels[0, 0] = 0


HEAD = (50, 50, 350, 350)


def grain(sigma: float, level: int = 128) -> NDArray[np.uint8]:
    noisy = np.random.default_rng(7).normal(level, sigma, (400, 400, 1))
    return np.clip(np.rint(np.repeat(noisy, 3, axis=2)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0])
def test_grain_is_measured_and_hardly_amplified(sigma: float) -> None:
    before = grain(sigma)
    luma = cv2.cvtColor(before, cv2.COLOR_RGB2GRAY).astype(np.float32)
    assert noise(luma[50:350, 50:350]) == pytest.approx(sigma, rel=0.15)
    after = sharpen(before, 1.0, HEAD)
    assert after.std() < before.std() * 1.2


def test_an_edge_gets_steeper_without_a_halo() -> None:
    step = np.full((400, 400, 3), 60, np.uint8)
    step[:, 200:] = 110
    soft = cv2.GaussianBlur(step, (0, 0), 1.2)
    sharp = sharpen(soft, 2.0, HEAD)
    assert sharp[:, 196:200].mean() < soft[:, 196:200].mean() - 0.3
    assert sharp[:, 200:204].mean() > soft[:, 200:204].mean() + 0.3
    assert sharp.min() >= 60 - OVERSHOOT - 1
    assert sharp.max() <= 110 + OVERSHOOT + 1


def test_sharpening_does_not_move_colours() -> None:
    rng = np.random.default_rng(3)
    soft = cv2.GaussianBlur(rng.integers(60, 200, (200, 200, 3), dtype=np.uint8), (0, 0), 2)
    change = sharpen(soft, 1.0, (0, 0, 200, 200)).astype(int) - soft
    assert (change.max(axis=-1) - change.min(axis=-1)).max() <= 1
    assert np.abs(change).max() >= 1


def test_a_flat_backdrop_stays_flat() -> None:
    flat = np.full((300, 300, 3), (41, 88, 120), np.uint8)
    assert np.array_equal(sharpen(flat, 1.5, (0, 0, 300, 300)), flat)


def lines(contrast: float, blur: float, side: int = 400) -> NDArray[np.uint8]:
    """Edges of one contrast every 20 pixels, as soft as a lens of that blur draws them."""
    y, x = np.mgrid[0:side, 0:side]
    pattern = (128 + contrast / 2 * (((x // 20) + (y // 20)) % 2 * 2 - 1)).astype(np.float32)
    soft = cv2.GaussianBlur(pattern, (0, 0), blur)
    return np.repeat(np.clip(np.rint(soft), 0, 255).astype(np.uint8)[..., None], 3, 2)


def test_the_softness_of_a_picture_is_measured_at_its_edges() -> None:
    found = [softness(lines(80, blur)[..., 0].astype(np.float32)) for blur in (0.35, 0.7, 1.0, 1.4)]
    own = 0.77  # of the derivative
    wanted = [(blur**2 + own**2) ** 0.5 for blur in (0.35, 0.7, 1.0, 1.4)]
    assert found == pytest.approx(wanted, abs=0.05)


def test_a_picture_that_was_sharpened_before_is_left_alone_and_a_soft_one_is_not() -> None:
    soft = lines(40, 1.0)
    luma = soft[..., :1].astype(np.float32)
    harsh = luma[..., 0] + 6 * (luma[..., 0] - cv2.GaussianBlur(luma[..., 0], (0, 0), 0.8))
    crisp = np.repeat(np.clip(np.rint(harsh), 0, 255).astype(np.uint8)[..., None], 3, 2)
    moved = [int(np.abs(sharpen(one, 1.0, HEAD).astype(int) - one).max()) for one in (crisp, soft)]
    assert moved[0] < moved[1]
    assert moved[1] >= 2


def test_the_steeper_an_edge_the_less_is_drawn_round_it() -> None:
    # Teeth against lips, frames against skin: the share of the contrast that is added falls to nothing.
    added = []
    for contrast in (60, 120, 220):
        soft = lines(contrast, 1.0)
        added.append(np.abs(sharpen(soft, 2.0, (180, 180, 220, 220)).astype(int) - soft).max() / contrast)
    assert added[0] > 1.5 * added[1]
    assert added[0] > 4 * added[2]
    assert added[2] < 0.02


def test_pores_are_sharpened_less_than_the_same_texture_elsewhere() -> None:
    rng = np.random.default_rng(5)
    texture = cv2.GaussianBlur(rng.normal(0, 22, (400, 400)).astype(np.float32), (0, 0), 1.2)
    y, x = np.mgrid[0:400, 0:400]
    edges = 40.0 * ((x // 40 + y // 40) % 2)
    soft = np.clip(110 + texture + cv2.GaussianBlur(edges.astype(np.float32), (0, 0), 1.2), 0, 255)
    picture = np.repeat(soft.astype(np.uint8)[..., None], 3, 2)
    moved = np.abs(sharpen(picture, 1.0, (150, 150, 250, 250)).astype(int) - picture)
    assert moved[170:230, 170:230].mean() < 0.8 * moved[:100].mean()


def test_a_tall_picture_is_sharpened_the_same_as_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    soft = lines(60, 1.1, 700)
    once = sharpen(soft, 1.3, HEAD)
    monkeypatch.setattr(sys.modules[sharpen.__module__], "BAND", 10_000)
    assert np.array_equal(sharpen(soft, 1.3, HEAD), once)


def test_sharpening_that_did_nothing_is_not_told_as_done() -> None:
    crisp = picture(500, 500)
    crisp = replace(crisp, pixels=np.full_like(crisp.pixels, 90))
    assert [name for name, _ in render(crisp, formats.get("web-original")).actions] == ["c2pa.cropped"]
