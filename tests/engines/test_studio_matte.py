from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof.engines import EngineError
from faceproof.engines.studio import (
    Studio,
    beside,
    composite,
    cutout,
    decision,
    familiar,
    flyaways,
    foreground,
    person,
    strands,
    trimap,
)
from faceproof.engines.studio.backdrops import Scene, tone
from faceproof.engines.studio.backdrops.apart import star
from faceproof.imaging.colour import luma
from tests.imaging.test_matte import hairy

from .people import brief, front, mesh

Floats = NDArray[np.float32]
SIDE = 480
GRADE = {"wrap": 0.012}


def net_would_say(truth: Floats) -> Floats:
    """What a 256-pixel net makes of a matte: no strands, an edge of its own, a little off."""
    coarse = cv2.GaussianBlur(cv2.resize(truth, (64, 64), interpolation=cv2.INTER_AREA), (0, 0), 1.2)
    steep = 1 / (1 + np.exp(-(coarse - 0.45) * 14))
    return cv2.resize(
        steep.astype(np.float32), (person.SIDE, person.SIDE), interpolation=cv2.INTER_CUBIC
    ).clip(0, 1)


@pytest.mark.parametrize("seed", [3, 11])
def test_the_matte_finds_strands_that_the_net_does_not_see(seed: int) -> None:
    picture, truth, _ = hairy(SIDE, seed)
    believed = net_would_say(truth)
    alpha = cutout.cut(picture, believed, mesh(SIDE), np.ones((SIDE, SIDE), np.uint8))
    band = (cv2.dilate(truth, np.ones((9, 9))) > 0) & (cv2.erode(truth, np.ones((9, 9))) < 1)
    raw = cv2.resize(believed, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    ours, net = np.abs(alpha - truth)[band].mean(), np.abs(raw - truth)[band].mean()
    assert ours < 0.12
    assert net > 1.8 * ours


def test_the_matte_is_exact_where_nothing_is_unsure() -> None:
    picture, truth, _ = hairy(SIDE)
    believed = net_would_say(truth)
    points = mesh(SIDE)
    alpha = cutout.cut(picture, believed, points, np.ones((SIDE, SIDE), np.uint8))
    # The band is drawn at the solver's size: a few pixels of its rim move.
    unsure = trimap.draw(believed, points, SIDE)
    wider = np.ones((9, 9), np.uint8)
    assert (alpha[cv2.erode((unsure == 1).astype(np.uint8), wider) > 0] > 0.999).all()
    assert (alpha[cv2.erode((unsure == 0).astype(np.uint8), wider) > 0] < 0.001).all()


def test_outside_the_photo_there_is_nobody() -> None:
    picture, truth, _ = hairy(SIDE)
    inside = np.ones((SIDE, SIDE), np.uint8)
    inside[:, : SIDE // 2] = 0
    assert cutout.cut(picture, net_would_say(truth), mesh(SIDE), inside)[:, : SIDE // 2].max() == 0


def test_the_inside_of_the_mesh_is_person_whatever_the_net_says() -> None:
    unsure = trimap.draw(np.zeros((320, 320), np.float32), mesh(SIDE), SIDE)
    assert unsure[SIDE // 2, SIDE // 2] == 1
    assert unsure[4, 4] == 0


def test_a_ragged_shoulder_is_run_smooth_and_stays_where_it_is() -> None:
    points = mesh(SIDE)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    steps = 4 * np.sign(np.sin(x / 2))
    ragged = (y > 420 + steps).astype(np.float32)
    straight = (y > 420).astype(np.float32)
    smooth = cutout.smooth_cloth(ragged, points)
    assert np.abs(smooth - straight).mean() < 0.3 * np.abs(ragged - straight).mean()


def test_a_veil_is_lifted_and_an_island_dropped() -> None:
    points = mesh(SIDE)
    alpha = np.full((SIDE, SIDE), 0.025, np.float32)
    alpha[100:, 140:340] = 1
    alpha[20:50, 20:50] = 1
    clean = cutout.tidy(alpha, points, np.ones((SIDE, SIDE), np.uint8))
    assert clean[30, 30] == 0
    assert clean[80, 450] == 0
    assert clean[200, 240] == 1


def field_of_doubt(breadth: float, side: int = 320) -> Floats:
    """A head and shoulders whose edge goes from 0 to 1 over `breadth` pixels of a 320-pixel field."""
    y, x = np.mgrid[:side, :side].astype(np.float32) * 320 / side
    away = np.minimum(np.hypot(x - 160, y - 140) - 80, np.maximum(np.abs(x - 160) - 130, 240 - y))
    return np.clip(0.5 - away / breadth, 0, 1).astype(np.float32)


def test_confidence_falls_with_the_breadth_of_doubt_and_decides() -> None:
    found = [decision.confidence(field_of_doubt(breadth), 0.5) for breadth in (1.5, 8, 20, 60)]
    assert found == sorted(found, reverse=True)
    assert [decision.advise(value) for value in found] == ["free", "free", "own", "none"]
    assert decision.advise((decision.FREE + decision.TONE) / 2) == "tone"
    assert decision.confidence(np.zeros((320, 320), np.float32), 0.5) == 0


def test_a_patch_of_doubt_counts_and_beside_the_head_it_counts_more() -> None:
    clean = field_of_doubt(1.5)
    low, high = clean.copy(), clean.copy()
    cv2.circle(low, (70, 240), 16, 0.5, -1)
    cv2.circle(high, (230, 120), 16, 0.5, -1)
    least, less, most = (decision.confidence(field, 0.6) for field in (high, low, clean))
    assert least < 0.8 * less < 0.8 * most


def test_what_the_net_takes_for_a_part_of_the_person_counts_a_little_and_disagreement_too() -> None:
    clean, faint = field_of_doubt(1.5), field_of_doubt(1.5)
    cv2.circle(faint, (236, 170), 16, 0.9, -1)
    looks = np.zeros_like(clean)
    cv2.circle(looks, (236, 120), 16, 0.8, -1)
    sure, less, apart = (
        decision.confidence(field, 0.6, 0.7, spread)
        for field, spread in ((clean, None), (faint, None), (clean, looks))
    )
    assert less < 0.6 * sure
    assert apart < 0.8 * sure
    doubted = np.where(looks > 0, 0.4, clean).astype(np.float32)
    with_it = np.maximum(clean, looks)
    assert decision.confidence(with_it, 0.6, close=doubted) < 0.5 * decision.confidence(with_it, 0.6)


def test_a_mask_whose_body_is_never_quite_sure_is_not_doubted_for_it() -> None:
    """An operator's net may say 0.9 where ours says 0.99; ours saying so has found no body."""
    modest = np.float32(0.9) * field_of_doubt(1.5)
    assert decision.confidence(modest, 0.6) > decision.FREE
    assert decision.confidence(modest, 0.6, 0.7) < decision.OWN


def test_an_outline_of_one_colour_on_both_sides_is_trusted_less() -> None:
    field = field_of_doubt(1.5)
    dark, bright = np.full((2, 320, 320, 3), 60, np.uint8)
    bright[field < 0.5] = 200
    same, other = (decision.confidence(field, 0.6, 0.7, canvas=canvas) for canvas in (dark, bright))
    assert other == decision.confidence(field, 0.6, 0.7)
    assert same < 0.5 * other


def crowd() -> tuple[Floats, Floats, Floats, NDArray[np.uint8]]:
    """A person in a blue shirt with somebody's head at the left: the field of all looks, of the closer one,
    landmarks, picture."""
    field, points = field_of_doubt(1.5), mesh(320) * np.float32([0.8, 0.8, 1]) + np.float32([32, 32, 0])
    canvas = np.full((320, 320, 3), (90, 140, 60), np.uint8)
    canvas[field > 0.5] = (120, 80, 60)
    canvas[240:][field[240:] > 0.5] = (40, 80, 180)
    close, both = field.copy(), field.copy()
    cv2.circle(canvas, (18, 180), 44, (180, 130, 110), -1)
    cv2.circle(both, (18, 180), 44, 0.85, -1)
    cv2.circle(both, (18, 180), 14, 1.0, -1)
    return np.maximum(both, field), close, points, canvas


def test_somebody_beside_the_person_is_left_out_and_the_shirt_below_stays() -> None:
    both, close, points, canvas = crowd()
    found = beside.left_out(both, close, points[:, :2], canvas)
    assert (found[:216, :60] < 0.01).all()
    assert (found[246:, 60:][field_of_doubt(1.5)[246:, 60:] > 0.9] > 0.9).all()
    assert decision.confidence(found, 0.6, 0.7) > 2 * decision.confidence(both, 0.6, 0.7)


def test_another_face_in_what_is_kept_is_seen_and_one_outside_of_it_is_none_of_ours() -> None:
    left, right = brief("astronaut"), brief("hopper")
    side = 512
    canvas = np.full((side, 2 * side, 3), 128, np.uint8)
    for place, order in enumerate((left, right)):
        pixels = order.frame.pixels[:side, :side]
        canvas[: pixels.shape[0], place * side : place * side + pixels.shape[1]] = pixels
    canvas = np.vstack([canvas, np.full_like(canvas, 128)])
    points = left.face.landmarks[:, :2] * (320 / canvas.shape[0])
    everybody = np.ones((320, 320), np.float32)
    one = everybody.copy()
    one[:, 160:] = 0
    assert beside.face_in(everybody, points, canvas)
    assert not beside.face_in(one, points, canvas)


@pytest.mark.parametrize("kind", ["seen by all looks", "far from the sides", "below the chin"])
def test_what_may_be_the_persons_own_is_not_left_out(kind: str) -> None:
    both, close, points, canvas = crowd()
    if kind == "seen by all looks":
        close = both
    elif kind == "far from the sides":
        both, close = (np.roll(x, 40, 1) for x in (both, close))
        both[:, :40] = 0
    else:
        both, close = field_of_doubt(1.5), field_of_doubt(1.5)
        cv2.circle(both, (18, 300), 30, 0.85, -1)
        close[262:, :60] = 0
    assert (beside.left_out(both, close, points[:, :2], canvas) == both).all()


def test_confidence_does_not_depend_on_the_size_of_the_field() -> None:
    small, large = (decision.confidence(field_of_doubt(6, side), 0.5) for side in (320, 640))
    assert small == pytest.approx(large, rel=0.15)


def test_a_drawn_look_is_made_only_where_the_cut_carries_it() -> None:
    allowed = {
        advice: [kind for kind in ("paper", "office", "own") if decision.allows(advice, kind)]
        for advice in get_args(decision.Advice)
    }
    assert allowed == {
        "free": ["paper", "office", "own"],
        "tone": ["paper", "office", "own"],
        "own": ["own"],
        "none": [],
    }


def doubted(wall: float, hair: float, paper: Sequence[float]) -> tuple[Floats, Scene]:
    """A wall of grey behind a person of grey, and paper to be put there."""
    _, truth, _ = hairy(SIDE)
    picture = np.repeat((truth * hair + (1 - truth) * wall)[..., None], 3, 2).astype(np.float32)
    inside = np.ones((SIDE, SIDE), np.uint8)
    drawn = np.full((SIDE, SIDE, 3), paper, np.float32)
    return drawn, Scene("paper", {}, picture, truth, inside, (0, 0, 0), 1)


def stars(picture: Floats) -> Floats:
    return star(luma(picture))


WARM = (0.96, 0.94, 0.91)


def test_a_doubted_cut_moves_a_light_look_a_little_and_it_stays_itself() -> None:
    paper, scene = doubted(0.1, 0.2, WARM)
    assert tone.near(paper, scene, decision.FREE) is paper
    most = tone.near(paper, scene, decision.TONE)
    step = stars(paper) - stars(most)
    assert 6 < step.max() < tone.MOST + 1.5, "seen, and still a warm white: it was 20 once"
    assert step.min() > 0
    assert step[:20, :20].mean() < 0.6 * step.max(), "least where there is nobody"
    assert np.abs(most / most[..., :1] - paper / paper[..., :1]).max() < 1e-3
    assert np.abs(np.diff(step, axis=0)).max() < 0.4, "no halo"
    less = tone.near(paper, scene, 0.8 * decision.FREE)
    assert 0.5 < (stars(paper) - stars(less)).max() < 0.7 * step.max(), "as far as it is doubted"


def test_a_doubted_cut_moves_nothing_where_nothing_would_be_hidden() -> None:
    dark = (0.30, 0.32, 0.35)
    paper, scene = doubted(0.35, 0.25, dark)
    assert tone.near(paper, scene, decision.TONE) is paper, "what is left of the old place has this tone"
    bright, scene = doubted(0.95, 0.9, dark)
    assert (stars(tone.near(bright, scene, decision.TONE)) > stars(bright)).mean() > 0.9


def test_no_drawn_look_is_made_of_a_cut_that_is_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision, "FREE", 2.1)
    monkeypatch.setattr(decision, "TONE", 2.0)
    order = brief("astronaut", "paper", "own-softened", max_side=400)
    (master,) = Studio().develop(order)
    assert master.style == "own-softened"
    assert master.report["backdrop_advice"] == "own"
    with pytest.raises(EngineError) as refused:
        list(Studio().develop(brief("astronaut", "paper", max_side=400)))
    assert refused.value.code == "edges_unsure"
    monkeypatch.setattr(decision, "OWN", 2.0)
    with pytest.raises(EngineError) as refused:
        list(Studio().develop(order))
    assert refused.value.code == "edges_lost"


def test_an_earring_that_the_net_doubts_is_filled_and_a_real_gap_is_not() -> None:
    field = np.ones((320, 320), np.float32)
    field[:40] = 0
    field[100:110, 100:110] = 0.4
    field[200:210, 200:210] = 0.02
    filled = person.mended(field)
    assert filled[105, 105] == 1
    assert filled[205, 205] < 0.1


def test_someone_who_leans_in_from_the_side_is_left_out() -> None:
    points = mesh(320)[:, :2]
    field = np.zeros((320, 320), np.float32)
    cv2.ellipse(field, (160, 160), (75, 95), 0, 0, 360, 1.0, -1)
    cv2.rectangle(field, (60, 250), (260, 320), 1.0, -1)
    other = field.copy()
    cv2.circle(other, (320, 150), 60, 1.0, -1)
    cv2.rectangle(other, (230, 148), (265, 152), 1.0, -1)
    alone = person.alone(other, points)
    assert alone[150, 300] == 0
    assert np.abs(alone - field)[:, :225].max() == 0


def test_the_persons_own_colours_come_back_from_a_green_wall() -> None:
    _, truth, _ = hairy(SIDE)
    hair, wall = np.array([0.15, 0.10, 0.08], np.float32), np.array([0.25, 0.75, 0.30], np.float32)
    picture = (truth[..., None] * hair + (1 - truth[..., None]) * wall).astype(np.float32)
    found = foreground.recover(picture, truth)
    edge = (truth > 0.15) & (truth < 0.95)
    assert np.abs(found - hair)[edge].mean() < 0.35 * np.abs(picture - hair)[edge].mean()


def test_a_single_hair_far_out_has_the_persons_colour_and_not_the_walls() -> None:
    """Farther from the person than colours are averaged, where all that is near is the wall."""
    truth = np.zeros((SIDE, SIDE), np.float32)
    truth[120:360, 300:] = 1
    truth[240:242, 40:300] = 0.3
    hair, wall = np.array([0.15, 0.10, 0.08], np.float32), np.array([0.95, 0.94, 0.92], np.float32)
    picture = (truth[..., None] * hair + (1 - truth[..., None]) * wall).astype(np.float32)
    found = foreground.recover(picture, truth)[240:242, 60:280]
    assert np.abs(found - hair).mean() < 0.06


def test_a_pocket_of_green_that_was_taken_for_hair_loses_its_hue() -> None:
    _, truth, _ = hairy(SIDE)
    hair, wall = np.array([0.15, 0.10, 0.08], np.float32), np.array([0.25, 0.75, 0.30], np.float32)
    picture = (truth[..., None] * hair + (1 - truth[..., None]) * wall).astype(np.float32)
    picture[236:244, 124:132] = wall
    found = foreground.recover(picture, truth)
    before, after = (float(np.ptp(colours[240, 128])) for colours in (picture, found))
    assert after < 0.75 * before


def test_a_fringe_more_vivid_than_the_wall_it_is_from_is_calmed() -> None:
    _, truth, _ = hairy(SIDE)
    hair, wall = np.array([0.20, 0.12, 0.08], np.float32), np.array([0.66, 0.69, 0.86], np.float32)
    picture = (truth[..., None] * hair + (1 - truth[..., None]) * wall).astype(np.float32)
    picture[232:248, 120:136] = (0.22, 0.16, 0.50)
    found = foreground.recover(picture, truth)
    before, after = (float((colours[240, 128] - colours[240, 128].mean())[2]) for colours in (picture, found))
    assert after < 0.5 * before


def test_the_backdrops_light_wraps_round_hair_and_not_round_a_hard_edge() -> None:
    hard = np.zeros((SIDE, SIDE), np.float32)
    hard[:, 240:] = 1
    hard = cv2.GaussianBlur(hard, (0, 0), 0.8)
    strands = np.zeros((SIDE, SIDE), np.float32)
    strands[:, 240:] = 1
    strands[::3, 200:240] = 0.6
    white = np.ones((SIDE, SIDE, 3), np.float32)
    round_hard, round_hair = (composite.wrap(alpha, white, GRADE)[0] for alpha in (hard, strands))
    assert round_hair.max() > 0.5 * GRADE["wrap"]
    assert round_hard.max() < 0.1 * GRADE["wrap"]


def test_a_full_matte_gives_back_the_foreground() -> None:
    colours = np.random.default_rng(1).random((64, 64, 3), np.float32)
    full, wall = np.ones((64, 64), np.float32), np.zeros((64, 64, 3), np.float32)
    joined = composite.join(colours, full, wall, 0.01, GRADE, 1)
    assert np.abs(joined - colours).max() < 1e-3


def test_an_empty_matte_gives_the_backdrop_and_its_grain() -> None:
    colours = np.random.default_rng(1).random((64, 64, 3), np.float32)
    empty, wall = np.zeros((64, 64), np.float32), np.full((64, 64, 3), 0.5, np.float32)
    joined = composite.join(colours, empty, wall, 0.006, GRADE, 1)
    assert abs(float(joined.mean()) - 0.5) < 0.002
    assert 0.003 < float(joined.std()) < 0.009
    assert not (joined == composite.join(colours, empty, wall, 0.006, GRADE, 2)).all()


def test_dark_hair_gets_no_milky_rim_before_white() -> None:
    _, truth, _ = hairy(SIDE)
    hair, white = np.full((SIDE, SIDE, 3), 0.08, np.float32), np.full((SIDE, SIDE, 3), 0.95, np.float32)
    joined = composite.join(hair, truth, white, 0.0, GRADE, 1)
    assert float((joined - hair)[truth == 1].max()) < 0.06


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_real_persons_face_is_solid_and_the_corners_are_empty(name: str) -> None:
    values = front(name)
    alpha, points = values["alpha"], values["points"]
    x, y = points[1, :2].astype(int)
    assert alpha[y - 20 : y + 20, x - 15 : x + 15].min() == 1
    assert alpha[:10, :10].max() == 0
    assert alpha[:10, -10:].max() == 0
    assert alpha[-4:, x].min() > 0.95
    assert 0 <= values["confidence"] <= 1


def test_broad_doubt_is_decided_and_strands_pass() -> None:
    alpha = np.zeros((SIDE, SIDE), np.float32)
    alpha[200:] = 1
    alpha[100:200, 40:140], alpha[100:200, 300:400] = 0.30, 0.75
    alpha[100:200, 220:222] = 0.5
    decided = cutout._decide(alpha, mesh(SIDE))
    assert decided[150, 90] < 0.05
    assert decided[150, 350] > 0.97
    assert decided[150, 220] > 0.4


def test_a_thin_dip_closes_only_where_the_net_is_firm() -> None:
    alpha = np.ones((SIDE, SIDE), np.float32)
    alpha[:, 200:203] = 0.2
    firm = np.ones((SIDE, SIDE), np.float32)
    firm[: SIDE // 2] = 0
    mended = cutout.mend(alpha, firm, mesh(SIDE))
    assert mended[SIDE // 2 + 40, 201] > 0.9
    assert mended[SIDE // 2 - 40, 201] < 0.3


def test_a_white_wrap_before_a_white_wall_is_left_to_the_net() -> None:
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    away = np.hypot(x - SIDE / 2, y - SIDE / 2) / SIDE
    grain = np.random.default_rng(1).normal(0, 0.01, (SIDE, SIDE, 3))
    picture = np.clip(0.93 + grain, 0, 1).astype(np.float32)
    picture[away < 0.22] = (0.75, 0.35, 0.45)
    truth = (away < 0.30).astype(np.float32)
    believed = cv2.GaussianBlur(truth, (0, 0), 3)
    believed = cv2.resize(believed, (person.SIDE, person.SIDE), interpolation=cv2.INTER_AREA)
    alpha = cutout.cut(picture, believed, mesh(SIDE), np.ones((SIDE, SIDE), np.uint8))
    wrap = (away > 0.23) & (away < 0.28) & (y < SIDE * 0.6)
    assert float(alpha[wrap].mean()) > 0.95
    assert float(alpha[(away > 0.34) & (y < SIDE * 0.6)].mean()) < 0.02


def test_a_cord_that_passes_behind_the_head_stays_behind() -> None:
    """The net half believes in it, and the background just beside it is blue; further up it is gold too."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    away = np.hypot(x - SIDE / 2, y - SIDE / 2) / SIDE
    head = away < 0.30
    picture = np.empty((SIDE, SIDE, 3), np.float32)
    picture[:] = (0.07, 0.07, 0.22)
    cord = np.abs(x - SIDE * 0.195) < 3  # just outside of the head's left edge, from top to bottom
    picture[cord] = (0.95, 0.62, 0.20)
    picture[head] = (0.05, 0.05, 0.06)
    picture += np.random.default_rng(2).normal(0, 0.01, picture.shape).astype(np.float32)
    truth = head.astype(np.float32)
    near = np.abs(y - SIDE / 2) < 0.06 * SIDE
    believed = cv2.GaussianBlur(np.where(cord & near, 0.55, truth).astype(np.float32), (0, 0), 2)
    believed = cv2.resize(believed, (person.SIDE, person.SIDE), interpolation=cv2.INTER_AREA)
    alpha = cutout.cut(picture.clip(0, 1), believed, mesh(SIDE), np.ones((SIDE, SIDE), np.uint8))
    assert float(alpha[cord & near & ~head].mean()) < 0.10
    assert float(alpha[(away < 0.27)].mean()) > 0.99


def test_bars_of_the_hairs_colour_that_go_on_behind_the_head_stay_behind() -> None:
    """Measured in light they are hair; but the sure background holds them too."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    head = np.hypot(x - SIDE / 2, y - SIDE / 2) / SIDE < 0.30
    bars = (y % 60 < 12) & ~head
    light = np.full((SIDE, SIDE, 3), 0.6, np.float32)
    light[bars] = 0.10
    light[head] = 0.02
    light += np.random.default_rng(2).normal(0, 0.004, light.shape).astype(np.float32)
    truth = head.astype(np.float32)
    # The net half believes the bars within a few pixels of the head.
    rim = (cv2.dilate(truth, np.ones((25, 25))) > 0) & bars
    believed = cv2.GaussianBlur(np.where(rim, 0.2, truth).astype(np.float32), (0, 0), 2)
    believed = cv2.resize(believed, (person.SIDE, person.SIDE), interpolation=cv2.INTER_AREA)
    picture = np.sqrt(light.clip(0, 1))
    alpha = cutout.cut(picture, believed, mesh(SIDE), np.ones((SIDE, SIDE), np.uint8))
    beyond = rim & (cv2.dilate(truth, np.ones((15, 15))) == 0)
    assert float(alpha[beyond].mean()) < 0.15
    assert float(alpha[cv2.erode(truth, np.ones((9, 9))) > 0].min()) > 0.95


def test_a_stub_is_explained_by_a_bar_that_ends_a_little_further_out() -> None:
    """A bright thing hides the bar for 4 % of the side, and the net doubts the stub beside the head."""
    thick = np.zeros((SIDE, SIDE), np.uint8)
    thick[228:244, 440:] = 230  # where nobody doubts the background
    thick[228:244, 400:420] = 230
    empty = np.zeros((SIDE, SIDE), bool)
    empty[:, 424:] = True
    stub, bare = 236 * SIDE + 410, 60 * SIDE + 410
    share = np.full(2, 0.9, np.float32)
    for probability, low, high in ((0.21, 0.7, 1.0), (0.5, 0.0, 0.0)):
        doubted = np.full((320, 320), probability, np.float32)
        explained, _ = familiar.seen(thick, empty, doubted).at(share, SIDE, np.array([stub, bare]))
        assert low <= float(explained[0]) <= high
        assert float(explained[1]) == 0


def test_a_full_look_leaves_out_a_neighbour_and_keeps_the_person() -> None:
    values = front("hopper")
    field = values["person"]
    assert field.shape == (person.SIDE, person.SIDE)
    assert field[0].max() < 0.2
    x, y = (values["points"][1, :2] * person.SIDE / values["placement"].side).astype(int)
    assert field[y, x] > 0.99


def flown(side: int, stray: bool) -> tuple[Floats, Floats, Floats]:
    """A dark head before a plain wall, mixed in light, with single hairs 1.5 pixels wide; its truth and
    what is drawn of hairs alone. `stray` lines cross the wall without reaching the head."""
    rng = np.random.default_rng(4)
    fine = np.zeros((side * 4, side * 4), np.uint8)
    for angle in rng.uniform(np.pi, 2 * np.pi, 24):
        reach = np.array([0.27, 0.42]) + (0.12 if stray else 0)
        along = np.linspace(0, 1, 16)
        turned = angle + 0.45 * along**2
        path = 0.5 + (reach[0] + (reach[1] - reach[0]) * along) * np.stack([np.cos(turned), np.sin(turned)])
        cv2.polylines(fine, [(side * 4 * path.T).astype(np.int32)], False, 255, 6, cv2.LINE_AA)
    hairs = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    head = np.zeros((side, side), np.float32)
    cv2.circle(head, (side // 2, side // 2), round(0.30 * side), 1.0, -1, cv2.LINE_AA)
    truth = np.maximum(head, hairs)
    light = truth[..., None] * np.float32(0.01) + (1 - truth[..., None]) * np.array(
        (0.5, 0.6, 0.3), np.float32
    )
    light += rng.normal(0, 0.004, light.shape)
    return np.sqrt(np.clip(light, 0, 1)).astype(np.float32), truth, hairs * (head < 0.01)


def hairs_of(picture: Floats, head: Floats) -> Floats:
    light = picture * picture
    sides = strands.colours(light, head)
    side = head.shape[0]
    share = strands.share(light, sides, head)
    return flyaways.hairs(light, head, sides, share, mesh(side), np.ones((side, side), np.uint8))


def test_single_hairs_outside_the_band_are_kept_at_their_known_share() -> None:
    picture, truth, hairs = flown(640, stray=False)
    head = np.where(hairs > 0, 0, truth).astype(np.float32)
    found = hairs_of(picture, head)
    assert 0.65 < float(found[hairs > 0.05].sum() / hairs[hairs > 0.05].sum()) < 1.15
    assert float(found[cv2.dilate(truth, np.ones((5, 5))) == 0].max()) < 0.02


def test_lines_that_do_not_reach_the_person_are_no_hairs() -> None:
    picture, truth, hairs = flown(640, stray=True)
    head = np.where(hairs > 0, 0, truth).astype(np.float32)
    assert float(hairs_of(picture, head).sum()) < 0.02 * float(hairs.sum())


@pytest.mark.parametrize("kind", ["wire", "mesh", "bricks"])
def test_wires_and_textures_beside_the_head_are_no_hairs(kind: str) -> None:
    _, truth, hairs = flown(640, stray=False)
    head = np.where(hairs > 0, 0, truth).astype(np.float32)
    lines = np.zeros((640 * 4, 640 * 4), np.uint8)
    if kind == "wire":
        cv2.line(lines, (1000, 0), (1060, 900), 255, 6, cv2.LINE_AA)
        cv2.line(lines, (1700, 0), (1500, 900), 255, 6, cv2.LINE_AA)
    for step in range(0, 2560, 80 if kind == "mesh" else 120):
        if kind == "mesh":
            cv2.line(lines, (step, 0), (step + 500, 2560), 255, 6, cv2.LINE_AA)
        if kind != "wire":
            cv2.line(lines, (0, step), (2560, step), 255, 6, cv2.LINE_AA)
    share = np.maximum(head, cv2.resize(lines, (640, 640), interpolation=cv2.INTER_AREA) / np.float32(255))
    light = share[..., None] * np.float32(0.01) + (1 - share[..., None]) * np.array(
        (0.5, 0.6, 0.3), np.float32
    )
    found = hairs_of(np.sqrt(light).astype(np.float32), head)
    drawn = float(share[head == 0].sum())
    assert float(found[head == 0].sum()) < 0.01 * drawn
    assert float(found.max()) < 0.5


def test_a_soft_edge_is_measured_in_light_where_the_net_does_not_forbid_it() -> None:
    truth = np.tile(np.linspace(-10, 11, 320).clip(0, 1).astype(np.float32), (320, 1))
    light = truth[..., None] * np.float32(0.02) + (1 - truth[..., None]) * np.float32(0.7)
    light = np.repeat(light, 3, 2)
    display = np.sqrt(light)
    guess = ((np.sqrt(0.7) - display[..., 0]) / (np.sqrt(0.7) - np.sqrt(0.02))).astype(np.float32)
    sides = strands.colours(light, guess)
    free, everywhere = np.zeros_like(truth), np.ones(truth.shape, bool)
    given = (sides, strands.share(light, sides, guess))
    better = strands.measured(light, guess, everywhere, free, *given)
    assert np.abs(better - truth).mean() < 0.5 * np.abs(guess - truth).mean()
    held = strands.measured(light, guess, everywhere, free + 1, *given)
    assert (held >= guess).all()


@pytest.mark.parametrize("name", ["hopper", "astronaut"])
def test_a_sketch_shows_the_same_person_cut_a_little_less_closely(name: str) -> None:
    (kept,) = Studio().develop(brief(name, "studio-grey", max_side=448))
    (seen,) = Studio().develop(brief(name, "studio-grey", max_side=448, sketch=True))
    assert seen.pixels.shape == kept.pixels.shape
    assert seen.geometry.left_eye == pytest.approx(kept.geometry.left_eye, abs=5), "hardly moves"
    away = np.abs(seen.matte.astype(float) - kept.matte) / 255
    assert 0 < away.mean() < 0.03, "of the canvas, the shift of the frame with it"
