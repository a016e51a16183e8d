from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof import engines, styles
from faceproof.engines.studio import account, backdrops, grade, relight, stages
from faceproof.engines.studio.fields import fill
from faceproof.imaging import pipeline
from faceproof.imaging.colour import delta_e, luma, to_lab
from faceproof.styles import schema

from .people import DARK, LIGHT, brief, front

Floats = NDArray[np.float32]
SIDE = 256


def scene(name: str, **changes: Any) -> backdrops.Scene:
    """A style's scene over a photo with a red left and a green right half and a person in the middle."""
    style = styles.get(name)
    picture = np.zeros((SIDE, SIDE, 3), np.float32)
    picture[:, : SIDE // 2], picture[:, SIDE // 2 :] = (0.7, 0.2, 0.2), (0.2, 0.6, 0.2)
    alpha = np.zeros((SIDE, SIDE), np.float32)
    alpha[60:, 90:166] = 1
    picture[alpha > 0] = (0.1, 0.1, 0.9)
    made = backdrops.Scene(
        kind=style.kind,
        wishes=style.backdrop,
        picture=picture,
        alpha=alpha,
        inside=np.ones((SIDE, SIDE), np.uint8),
        brand=(36, 82, 110),
        seed=1,
    )
    return replace(made, **changes)


@pytest.mark.parametrize("name", [style.name for style in styles.all_styles()])
def test_every_backdrop_is_smooth_complete_and_in_range(name: str) -> None:
    painted = backdrops.paint(scene(name))
    assert painted.shape == (SIDE, SIDE, 3)
    assert painted.dtype == np.float32
    assert np.isfinite(painted).all()
    assert painted.min() >= 0
    assert painted.max() <= 1
    assert np.abs(np.diff(painted, axis=0)).max() < 0.35
    assert (painted == backdrops.paint(scene(name))).all()


def test_paper_lies_between_its_two_colours() -> None:
    wishes = styles.get("studio-grey").backdrop
    painted = backdrops.paint(scene("studio-grey", alpha=np.zeros((SIDE, SIDE), np.float32))) * 255
    inner, outer = np.array(wishes["inner"]), np.array(wishes["outer"])
    assert (painted.max((0, 1)) <= inner + 1).all()
    assert (painted.min((0, 1)) >= outer - 1).all()
    assert np.ptp(luma(painted / np.float32(255))) > 0.1


def test_white_hair_before_white_paper_is_set_apart() -> None:
    white = np.full((SIDE, SIDE, 3), 0.93, np.float32)
    dark = np.full((SIDE, SIDE, 3), 0.10, np.float32)
    beside = np.s_[100:130, 76:86]
    shaded = luma(backdrops.paint(scene("warm-white", picture=white)))[beside].mean()
    plain = luma(backdrops.paint(scene("warm-white", picture=dark)))[beside].mean()
    assert 0.015 < plain - shaded < 0.15


def test_the_own_place_shows_nothing_of_the_person() -> None:
    painted = backdrops.paint(scene("own-softened"))
    assert (painted[..., 2] < 0.45).all()
    assert painted[100, 10, 0] > painted[100, 10, 1]
    assert painted[100, 245, 1] > painted[100, 245, 0]


def test_the_own_place_goes_on_where_the_photo_ends() -> None:
    inside = np.ones((SIDE, SIDE), np.uint8)
    inside[:40] = 0
    picture = scene("own-softened").picture.copy()
    picture[:40] = 1
    painted = backdrops.paint(scene("own-softened", inside=inside, picture=picture))
    assert painted[5].max() < 0.8


def test_the_grade_can_be_switched_off() -> None:
    picture = np.random.default_rng(1).random((32, 32, 3), np.float32)
    assert grade.finish(picture, {"contrast": 0.0, "saturation": 1.0}) is picture
    assert np.ptp(grade.finish(picture, {"contrast": 0.0, "saturation": 0.0}), axis=-1).max() < 1e-5


@pytest.mark.parametrize("skin", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("style", styles.all_styles(), ids=lambda style: style.name)
def test_no_shipped_grade_moves_skin_by_more_than_one(skin: tuple[float, ...], style: styles.Style) -> None:
    picture = np.full((8, 8, 3), skin, np.float32)
    assert float(delta_e(to_lab(picture), to_lab(grade.finish(picture, style.grade))).max()) < 1


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_skin_drifts_little_in_every_style_and_the_report_says_how_much(name: str) -> None:
    for master in engines.get("studio:").develop(brief(name)):
        report = master.report
        assert float(report["skin_delta_e"]) < 2
        assert abs(float(report["skin_delta_l"])) < 1.5
        assert report["scale"] == master.scale
        assert report["iod_px"] == pytest.approx(master.geometry.iod)
        assert report["head_px"] == pytest.approx(master.geometry.head)
        assert 0 <= float(report["matte_confidence"]) <= 1
        assert report["backdrop_advice"] in ("free", "tone")
        assert float(report["exposure_gain"]) >= 1


def test_the_same_brief_gives_the_same_bytes_and_another_seed_another_grain() -> None:
    order = brief("astronaut", "office")
    one, two = (next(engines.get("studio:").develop(order)) for _ in range(2))
    other = next(engines.get("studio:").develop(brief("astronaut", "office", seed=9)))
    assert one.to_bytes() == two.to_bytes()
    assert not (one.pixels == other.pixels).all()


def test_the_matte_and_the_person_are_the_same_in_every_style() -> None:
    one, two = engines.get("studio:").develop(brief("astronaut", "charcoal", "deep-blue"))
    assert one.matte is not None
    assert (one.matte == two.matte).all()
    solid = one.matte == 255
    assert np.abs(one.pixels[solid].astype(int) - two.pixels[solid]).mean() < 1


def test_a_drawn_backdrop_makes_a_composite_and_the_own_place_does_not() -> None:
    drawn, own = engines.get("studio:").develop(brief("astronaut", "office", "own-softened"))
    assert drawn.source_type == "composite"
    assert own.source_type == "algorithmicallyEnhanced"
    assert any("drawn by the program" in action.what for action in drawn.actions)
    assert not any("drawn" in action.what for action in own.actions)


def test_only_what_was_done_is_listed() -> None:
    small = next(engines.get("studio:").develop(brief("astronaut", "studio-grey")))
    large = next(engines.get("studio:").develop(brief("hopper", "studio-grey")))
    assert not any("Softened passing" in action.what for action in small.actions)
    assert any("Softened passing" in action.what for action in large.actions)
    assert "c2pa.resized" not in [action.name for action in large.actions]


def told(style: str, iod: float = 120.0, **facts: float | str) -> str:
    """What the content credentials list for a master with this report."""
    report = {"exposure_gain": 1.0, "light_shine": 0.0, "change_spots": 0.0, "backdrop_advice": "free"}
    framing = SimpleNamespace(turned=0.0, lens=None, scale=1.0)
    listed = account.actions(styles.get(style), cast(Any, framing), report | facts, iod)
    return "\n".join(action.what for action in listed)


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("Brightened an underexposed photo 1.20 times", {"exposure_gain": 1.2}),
        ("Softened shine on 4.0% of the skin", {"light_shine": 0.04}),
        ("Faded small inflamed spots: 3", {"change_spots": 3.0}),
        ("Brought the backdrop's tone nearer", {"backdrop_advice": "tone"}),
    ],
)
def test_what_depends_on_the_photo_is_listed_when_it_was_done(sentence: str, facts: dict[str, Any]) -> None:
    assert sentence in told("studio-grey", **facts)
    assert sentence not in told("studio-grey")


def test_every_wish_of_a_look_is_listed_and_none_that_it_does_not_have() -> None:
    grey, own = told("studio-grey"), told("own-softened")
    skin, lit = (
        "blotches, redness and shadows under the eyes",
        ("Evened the light", "soft key", "deep shadows"),
    )
    for sentence in (skin, "eyes and teeth", *lit):
        assert sentence in grey, sentence
    assert "fall on the person's outline" in grey
    assert "fall on the person's outline" not in own
    bare = replace(styles.get("studio-grey"), retouch=dict.fromkeys(schema.RETOUCH, 0.0))
    assert not account._retouched(bare, spots=0, iod=120.0)


def test_a_small_face_is_told_only_what_a_small_face_gets() -> None:
    def at(iod: float) -> str:
        return told("studio-grey", iod)

    skin, eyes_and_teeth = "Softened passing", "colour cast out of"
    found = [(skin in text, eyes_and_teeth in text) for text in map(at, (120.0, 50.0, 35.0))]
    assert found == [(True, True), (False, True), (False, False)]


def test_light_that_was_not_evened_is_not_told_as_evened() -> None:
    values = front("hopper")
    lamp = dict(styles.get("studio-grey").light)
    arguments = (values["colours"], values["masks"], values["points"])
    assert relight.shape_light(*arguments, lamp)[1] > 0
    assert relight.shape_light(*arguments, lamp | {"even": 0.0})[1] == 0


def test_every_list_of_stages_fits_together() -> None:
    given = {
        "photo",
        "landmarks",
        "max_side",
        "optics",
        "coarse",
        "sketch",
        "retouch",
        "light",
        "scene",
        "grade",
        "seed",
        "top",
    }
    pipeline.check([*stages.FRONT, *stages.POLISH, *stages.BACK, *stages.ROWS], given)


def test_a_stage_is_added_by_one_function_and_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def negative(picture: Floats) -> Floats:
        return np.asarray(1 - picture, np.float32)

    row = pipeline.Stage("negative", negative, ("finished",), ("finished",))
    usual = next(engines.get("studio:").develop(brief("astronaut", "charcoal")))
    monkeypatch.setattr("faceproof.engines.studio.ROWS", [*stages.ROWS, row])
    changed = next(engines.get("studio:").develop(brief("astronaut", "charcoal")))
    assert np.abs(changed.pixels.astype(int) - (255 - usual.pixels.astype(int))).max() <= 1


def test_the_hook_hears_every_stage_and_times_stay_out_of_the_master() -> None:
    from faceproof.engines.studio import Studio

    heard: list[str] = []
    master = next(Studio(lambda name, ms: heard.append(name)).develop(brief("astronaut", "charcoal")))
    assert heard == [stage.name for stage in (*stages.FRONT, *stages.POLISH, *stages.BACK, *stages.ROWS)]
    assert not any("ms" in key for key in master.report)


def test_the_front_half_runs_once_for_many_styles_and_the_polish_once_for_equal_policies() -> None:
    from faceproof.engines.studio import Studio

    heard: list[str] = []
    list(Studio(lambda name, ms: heard.append(name)).develop(brief("astronaut")))
    assert heard.count("matte") == 1
    assert heard.count("retouch") == 1
    assert heard.count("composite") == len(styles.all_styles())


def test_a_hole_takes_the_colour_of_its_own_rim() -> None:
    values = np.zeros((128, 128, 3), np.float32)
    values[:, :64], values[:, 64:] = (0.8, 0.1, 0.1), (0.1, 0.1, 0.8)
    known = np.ones((128, 128), np.float32)
    known[20:110, 30:100] = 0
    filled = fill(values * known[..., None], known)
    assert np.abs(filled[64, 33] - (0.8, 0.1, 0.1)).max() < 0.08
    assert np.abs(filled[64, 96] - (0.1, 0.1, 0.8)).max() < 0.08
    assert np.abs(filled - values)[known == 1].max() < 1e-5
