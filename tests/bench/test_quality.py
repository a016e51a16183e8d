"""The bench's own arithmetic, on pictures that the tests draw: no portrait and no peer is needed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bench.quality import cutouts, drift, faces, framing, hair, light, matting_errors, report, scenes
from bench.quality.cutouts import Cutout
from faceproof.imaging.colour import delta_e, to_lab
from tests.engines.people import doll, mesh
from tests.imaging.faces import astronaut

Floats = NDArray[np.float32]
SIDE = 240
EVERYWHERE = np.ones((SIDE, SIDE), bool)


def disc(radius: float, shift: float = 0) -> Floats:
    y, x = np.mgrid[:SIDE, :SIDE]
    return np.clip(radius - np.hypot(x - SIDE / 2 - shift, y - SIDE / 2) + 0.5, 0, 1).astype(np.float32)


def head() -> Cutout:
    """A flat head of one colour, with landmarks in the middle of it."""
    colour = np.full((SIDE, SIDE, 3), (0.25, 0.12, 0.08), np.float32)
    return Cutout(disc(80), colour, mesh(SIDE))


def recipe(**more: object) -> scenes.Recipe:
    return scenes.Recipe(
        **({"portrait": "test", "method": "core", "colour": "brown", "kind": "wavy", "place": "x"} | more)
    )  # type: ignore[arg-type]


# --- errors of a matte


def test_the_truth_has_no_error() -> None:
    alpha, colours = disc(60), np.full((SIDE, SIDE, 3), 0.4, np.float32)
    found = matting_errors.against(
        alpha, colours, alpha, light.to_light(colours), EVERYWHERE, [np.array([0.1, 0.2, 0.6], np.float32)]
    )
    assert max(found.values()) == pytest.approx(0, abs=1e-3)


def test_sad_and_mse_of_a_known_difference() -> None:
    truth = np.zeros((SIDE, SIDE), np.float32)
    found = truth.copy()
    found[:10, :100] = 0.5
    assert matting_errors.sad(found, truth, EVERYWHERE) == pytest.approx(0.5)
    assert matting_errors.mse(found, truth, EVERYWHERE) == pytest.approx(1000 * 250 / SIDE**2)


def test_gradient_sees_a_blurred_edge_and_connectivity_a_loose_island() -> None:
    truth = disc(60)
    soft = np.asarray(cv2.GaussianBlur(truth, (0, 0), 3), np.float32)
    island = truth.copy()
    island[5:25, 5:25] = 0.6
    assert matting_errors.gradient(soft, truth, EVERYWHERE) > 10 * matting_errors.gradient(
        truth, truth, EVERYWHERE
    )
    assert matting_errors.connectivity(island, truth, EVERYWHERE) == pytest.approx(0.4 * 0.6, abs=0.05)


def test_the_composite_error_of_a_hole_is_what_the_eye_would_see() -> None:
    truth = disc(60)
    found = np.where(matting_errors.band(truth, 3), 0, truth).astype(np.float32)
    grey = np.full((SIDE, SIDE, 3), 0.5, np.float32)
    same = matting_errors.against(found, grey, truth, light.to_light(grey), EVERYWHERE, [grey[0, 0]])
    other = matting_errors.against(
        found, grey, truth, light.to_light(grey), EVERYWHERE, [np.zeros(3, np.float32)]
    )
    assert same["composite"] == pytest.approx(0, abs=1e-3)
    assert other["composite"] > 50


# --- the truth itself


def test_a_strand_covers_what_its_width_says() -> None:
    layer = hair.Layer(64, 64)
    path = np.stack([np.linspace(4, 60, 30), np.full(30, 32.5)], 1).astype(np.float32)
    layer.draw(path, 0.5, np.array([0.2, 0.1, 0.05], np.float32), 0.5)
    cover, glow = layer.reduced()
    assert 56 * 0.5 < cover.sum() < 57 * (0.5 + 1 / hair.FINE), "at most a sub-pixel wider"
    assert cover.max() <= 1
    assert np.all(glow.max(-1) <= cover * 0.5), "light is premultiplied"


def test_strands_taper_and_are_lit_along_their_length() -> None:
    layer = hair.Layer(64, 64)
    turn = np.linspace(0, np.pi / 2, 60)
    path = np.stack([8 + 48 * np.sin(turn), 8 + 48 * (1 - np.cos(turn))], 1).astype(np.float32)
    layer.draw(path, 1.0, np.array([0.3, 0.2, 0.1], np.float32), 0.1)
    cover, glow = layer.reduced()
    assert cover[:, :20].sum() > 1.5 * cover[40:].sum()
    tones = (glow / np.maximum(cover, 1e-3)[..., None])[cover > 0.05][:, 0]
    assert tones.max() > 1.2 * tones.min()


@pytest.mark.parametrize("kind", sorted(hair.KINDS))
def test_every_kind_of_hair_leaves_the_head_and_stays_a_fraction(kind: str) -> None:
    person = head()
    made = scenes.mixed(recipe(kind=kind), person, np.full((SIDE, SIDE, 3), 0.8, np.float32))
    outside = person.alpha == 0
    assert 0.001 < made.alpha[outside].mean() < 0.2
    assert ((made.alpha > 0.02) & (made.alpha < 0.98))[outside].sum() > 100


def test_the_photo_is_the_truth_mixed_as_light() -> None:
    place = np.random.default_rng(1).uniform(0, 1, (8, 8, 3)).astype(np.float32)
    place = np.asarray(cv2.resize(place, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC).clip(0, 1), np.float32)
    made = scenes.mixed(recipe(noise=0.01, quality=100), head(), place)
    again = light.over(light.to_display(made.light), made.alpha, place)
    assert np.abs(again * 255 - made.photo).mean() < 1.0


def test_a_recipe_makes_the_same_photo_twice_and_another_one_another() -> None:
    place = np.full((SIDE, SIDE, 3), 0.8, np.float32)
    one, two, other = (scenes.mixed(recipe(kind=k), head(), place) for k in ("wavy", "wavy", "curls"))
    assert np.array_equal(one.photo, two.photo)
    assert not np.array_equal(one.photo, other.photo)


def test_recipes_have_names_of_their_own_and_known_parts() -> None:
    from bench.quality import backgrounds

    assert len({r.seed for r in scenes.RECIPES}) == len(scenes.RECIPES)
    assert {r.place for r in scenes.RECIPES} <= set(backgrounds.PLACES)
    assert {r.kind for r in scenes.RECIPES} - {"bare", "braids"} == set(hair.KINDS)
    assert {r.colour for r in scenes.RECIPES} - {"none"} == set(hair.COLOURS)
    assert all(hasattr(cutouts, r.method) for r in scenes.RECIPES)


# --- whole pictures


def test_a_turn_a_scale_and_a_shift_are_found() -> None:
    start = np.random.default_rng(2).uniform(0, 100, (5, 2))
    angle = 0.3
    linear = 1.7 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = faces.similarity(start, start @ linear.T + (3, -8))
    assert np.allclose(found, np.column_stack([linear, (3, -8)]))


def test_rank_correlation_is_spearmans() -> None:
    rising = [1, 2, 3, 4, 9]
    assert faces.rank_correlation(rising, [1, 4, 9, 16, 81]) == pytest.approx(1)
    assert faces.rank_correlation(rising, [-v for v in rising]) == pytest.approx(-1)
    assert faces.rank_correlation([1, 2, 3, 4], [2, 1, 4, 3]) == pytest.approx(0.6)
    assert faces.rank_correlation(rising, [5] * 5) == 0


def test_the_beauty_filter_moves_the_face_and_nothing_moves_without_strength() -> None:
    picture, points, _ = doll(320)
    pixels = np.round(picture * 255).astype(np.uint8)
    for iris in (468, 473):
        cv2.circle(pixels, tuple(np.round(points[iris, :2]).astype(int).tolist()), 5, (20, 20, 20), -1)
    filtered = faces.beautified(pixels, points)
    assert np.array_equal(faces.beautified(pixels, points, 0.0), pixels)
    assert (filtered < 60).sum() > 1.3 * (pixels < 60).sum(), "eyes grow"
    assert filtered.std() < pixels.std() * 2


@pytest.mark.parametrize("tone", [(0.33, 0.22, 0.17), (0.88, 0.72, 0.63)])
def test_drift_is_the_colour_difference_that_was_made(tone: tuple[float, float, float]) -> None:
    before = np.full((SIDE, SIDE, 3), tone, np.float32)
    after = before * np.float32(0.9)
    median, worst, lighter = drift.between(before, after, disc(60) > 0.5)
    expected = float(delta_e(to_lab(before)[0, 0], to_lab(after)[0, 0]))
    assert median == pytest.approx(expected, rel=0.02)
    assert worst == pytest.approx(expected, rel=0.02)
    assert lighter < -2


@pytest.mark.parametrize("name", list(drift.DAMAGE))
def test_every_damage_keeps_size_and_type(name: str) -> None:
    pixels = np.array(astronaut()[:128, :128])
    damaged = drift.DAMAGE[name](pixels)
    assert damaged.shape == pixels.shape
    assert damaged.dtype == np.uint8
    assert (name == "as photographed") == np.array_equal(damaged, pixels)


def test_tables_go_between_the_markers_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"above\n\n{report.BEGIN}\n\nold\n\n{report.END}\n\nbelow\n")
    report.put(page, report.table({"row": {"a": 1.234}}, "what", {"a": "A", "b": "B"}))
    assert page.read_text() == (
        f"above\n\n{report.BEGIN}\n\n| what | A | B |\n|---|---|---|\n| row | 1.23 | – |\n"
        f"\n{report.END}\n\nbelow\n"
    )
    page.write_text("no markers")
    with pytest.raises(ValueError, match="lacks"):
        report.put(page, "x")


def test_a_constant_of_the_second_eyes_is_no_error_of_ours() -> None:
    rows: list[dict[str, float]] = [
        {
            "span": span,
            "eye_line_lower_than_told": 0.03 * span + error,
            "head_larger_than_told": -0.06 * span + 2 * error,
        }
        for span, error in ((0.1, 0.0), (0.2, 0.0), (0.3, 0.0), (0.2, 0.004))
    ]
    assert framing.calibrated(rows) == pytest.approx(0.03)
    assert [row["eye_line_calibrated"] for row in rows] == pytest.approx([0, 0, 0, 0.004])
    assert [row["head_calibrated"] for row in rows] == pytest.approx([0, 0, 0, 0.008])
