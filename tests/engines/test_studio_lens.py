from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof import engines
from faceproof.engines import Brief
from faceproof.engines.studio import crop, depth, dolly, perspective, render
from faceproof.engines.studio.perspective import Optics
from faceproof.imaging import face
from faceproof.imaging.nets import NetMissing
from tests.conftest import ROOT
from tests.imaging.faces import hopper

from . import closeup
from .people import brief, mesh

SHAPE = (4032, 3024)
EYES = 540
"""Pixels between the eyes of a head at some 350 mm before a 26 mm lens of twelve million pixels."""


def somebody(eyes: float = EYES, turned: float = 0.0, iris: float = 1.0) -> face.Face:
    """A drawn face with a nose, a receding rim, and irises of the right size, in a 3024 × 4032 photo."""
    points = mesh(1000)
    away = np.hypot(points[:, 0] - 500, points[:, 1] - 500)
    points[:, 2] = (away / 260) ** 2 * 150 - 110 * np.exp(-((away / 60) ** 2))
    points[468:, 2] = 0
    for ring in (face.IRIS_L, face.IRIS_R):
        points[ring[1:], :2] += (points[ring[1:], :2] - points[ring[0], :2]) * (iris - 1)
    angle = math.radians(turned)
    x, z = points[:, 0] - 500, points[:, 2].copy()
    points[:, 0], points[:, 2] = (
        500 + x * math.cos(angle) + z * math.sin(angle),
        -x * math.sin(angle) + z * math.cos(angle),
    )
    points = (points - np.array([500, 430, 0])) * (eyes / 160) + np.array([1512, 1800, 0])
    return face.Face(points.astype(np.float32), np.zeros(4, np.float32), 1.0, 1.0)


def judged(who: face.Face, **optics: Any) -> perspective.Ruling:
    return perspective.judge(who, optics.pop("shape", SHAPE), Optics(**{"focal_35mm": 26.0} | optics))


def test_the_distance_follows_from_focal_length_and_eyes() -> None:
    assert judged(somebody()).measured == pytest.approx(350, rel=0.04)
    assert judged(somebody(270)).measured == pytest.approx(700, rel=0.04)
    assert judged(somebody(), focal_35mm=52.0).measured == pytest.approx(700, rel=0.04)


@pytest.mark.parametrize("shape", [(4032, 3024), (3024, 4032)])
def test_the_distance_is_the_same_for_a_reduced_copy_and_a_picture_on_its_side(
    shape: tuple[int, int],
) -> None:
    small = somebody(EYES / 4)
    known = judged(small, shape=(shape[0] // 4, shape[1] // 4), original=(shape[1], shape[0]))
    assert known.measured == pytest.approx(350, rel=0.04)


@pytest.mark.parametrize(
    ("who", "optics", "reason"),
    [
        (somebody(), {}, "corrected"),
        (somebody(), {"focal_35mm": None}, "no_focal_length"),
        (somebody(), {"focal_35mm": 85.0}, "unlikely_focal_length"),
        (somebody(), {"wish": 0.0}, "not_wanted"),
        (somebody(), {"wish": 0.4, "focal_35mm": None}, "manual"),
        (somebody(180), {}, "far_enough"),
        (somebody(turned=32), {}, "turned"),
        (somebody(turned=32), {"wish": 1.0}, "turned"),
        (somebody(iris=1.5), {}, "irises_unclear"),
        (somebody(), {"original": (3000, 3000)}, "cropped"),
        (somebody(), {"original": (2417, 1813)}, "cropped"),
        (somebody(), {"original": (1200, 900)}, "cropped"),
        (somebody(), {"original": (4032, 2268)}, "corrected"),
    ],
)
def test_without_evidence_nothing_happens_and_the_reason_is_told(
    who: face.Face, optics: dict[str, Any], reason: str
) -> None:
    found = judged(who, **optics)
    assert found.reason == reason
    assert (found.strength > 0) == (reason in ("corrected", "manual"))


def test_every_reason_is_explained_on_the_page_of_the_studio() -> None:
    page = (ROOT / "docs" / "studio.md").read_text(encoding="utf-8")
    source = Path(perspective.__file__).read_text(encoding="utf-8")
    reasons = set(re.findall(r'(?:Ruling\(|return |doubt = )"([a-z_]+)"', source))
    assert {"corrected", "cropped", "turned"} < reasons
    assert {reason for reason in reasons if f"`{reason}`" not in page} == set()


def test_one_iris_larger_than_the_other_is_no_evidence() -> None:
    who = somebody()
    points = who.landmarks.copy()
    points[face.IRIS_L[1:], :2] += (points[face.IRIS_L[1:], :2] - points[face.IRIS_L[0], :2]) * 0.25
    assert judged(face.Face(points, who.box, 1.0, 1.0)).reason == "irises_unclear"


def test_no_photo_is_taken_to_be_nearer_than_the_floor() -> None:
    found = judged(somebody(900))
    assert found.measured is not None
    assert found.measured < perspective.FLOOR == found.distance


def person() -> NDArray[np.float32]:
    field = np.zeros((256, 256), np.float32)
    cv2.ellipse(field, (128, 120), (52, 70), 0, 0, 360, 1.0, -1)
    cv2.rectangle(field, (40, 180), (216, 255), 1.0, -1)
    return field


@pytest.mark.parametrize("distance", [280.0, 350.0, 500.0, 880.0])
@pytest.mark.parametrize("turned", [0.0, 20.0])
@pytest.mark.parametrize("strength", [0.3, 0.7, 1.0])
def test_nothing_folds_and_no_spot_is_stretched_beyond_the_bound(
    distance: float, turned: float, strength: float
) -> None:
    lens = perspective.make(
        somebody(turned=turned), SHAPE, person(), perspective.Ruling("manual", distance, strength)
    )
    large, small = dolly.stretches((lens.forth / np.float32(lens.window[0, 0])).astype(np.float32))
    assert float(large.max()) <= dolly.STRETCH + 1e-4
    assert float(small.min()) >= dolly.SQUEEZE
    assert 0 < lens.strength <= strength
    assert 1 <= lens.stretch <= dolly.STRETCH


def test_there_and_back_again_is_the_same_place() -> None:
    who = somebody()
    lens = perspective.make(who, SHAPE, person(), perspective.Ruling("corrected", 320.0, 1.0))
    there = dolly.moved(who.landmarks, lens)[:, :2] - 0.5
    back = there + dolly.sampled(lens.back, lens.window, there)
    assert np.abs(back - (who.landmarks[:, :2] - 0.5)).max() < 0.004 * EYES


def test_the_eyes_stay_the_nose_comes_back_and_the_outline_stays() -> None:
    who = somebody()
    lens = perspective.make(who, SHAPE, person(), perspective.Ruling("corrected", 350.0, 0.7))
    after = dolly.moved(who.landmarks, lens)
    eyes = who.landmarks[[468, 473], :2].mean(0)
    assert after[[468, 473], :2].mean(0) == pytest.approx(eyes, abs=0.01 * EYES)
    shares = np.linalg.norm(after[:468, :2] - eyes, axis=1) / np.linalg.norm(
        who.landmarks[:468, :2] - eyes, axis=1
    )
    rim, nose = shares[[234, 454]].mean(), np.median(shares[np.argsort(who.landmarks[:468, 2])[:20]])
    assert nose < rim - 0.05
    assert rim == pytest.approx(1, abs=0.06)
    far = np.array([[10.0, 10], [3000, 10], [10, 4000], [3000, 4000]], np.float32)
    assert not dolly.sampled(lens.back, lens.window, far).any()


def test_a_bar_across_the_eyes_stays_straight() -> None:
    who = somebody()
    lens = perspective.make(who, SHAPE, person(), perspective.Ruling("corrected", 350.0, 0.7))
    eyes = who.landmarks[[468, 473], :2].mean(0) - 0.5
    bar = np.stack([eyes[0] + np.linspace(-1.05, 1.05, 41) * EYES, np.full(41, eyes[1] - 0.25 * EYES)], 1)
    after = bar + dolly.sampled(lens.forth, lens.window, bar.astype(np.float32))
    line = np.polyval(np.polyfit(after[:, 0], after[:, 1], 1), after[:, 0])
    assert np.abs(after[:, 1] - line).max() < 0.02 * EYES


def test_depth_follows_anatomy_where_the_mesh_is_too_flat() -> None:
    order = brief("hopper")
    known = order.face
    mm = depth.of_mesh(known.landmarks.copy(), depth.ruler(known.iod, known.iris_px, known.yaw))
    assert -48 < mm[4] < -22  # the tip of the nose
    assert 70 < mm[[234, 454]].mean() < 112  # before the ears


def test_without_a_correction_not_a_byte_is_different() -> None:
    (plain,) = engines.get("studio:").develop(brief("hopper", "studio-grey"))
    (off,) = engines.get("studio:").develop(brief("hopper", "studio-grey", lens=0.0))
    assert (plain.pixels == off.pixels).all()
    assert plain.report["lens_reason"] == "no_focal_length"
    assert off.report["lens_reason"] == "not_wanted"
    assert off.report["lens_strength"] == 0
    assert not [action for action in plain.actions if "perspective" in action.what]


def test_a_wish_corrects_says_so_and_everything_follows_the_same_map() -> None:
    order = brief("hopper", "studio-grey", lens=1.0)
    (master,) = engines.get("studio:").develop(order)
    assert master.report["lens_reason"] == "manual"
    assert 0.5 < float(master.report["lens_strength"]) <= 1
    assert "lens_distance_mm" not in master.report
    assert [action for action in master.actions if "perspective" in action.what]
    again = face.mesh(master.pixels, face.detect(master.pixels)[0])
    for told, seen in zip((master.geometry.left_eye, master.geometry.right_eye), again.eyes, strict=True):
        assert np.linalg.norm(np.array(told) - seen) < 0.05 * again.iod
    assert np.linalg.norm(np.array(master.geometry.chin) - again.landmarks[152, :2]) < 0.09 * again.iod
    assert master.scale >= float(master.report["lens_stretch"]) > 1
    assert master.geometry.iod < order.face.iod / float(master.report["lens_stretch"])


def test_one_resampling_draws_what_moved_landmarks_say() -> None:
    photo = np.zeros((*SHAPE, 3), np.uint8)
    who = somebody()
    spots = who.landmarks[[10, 152, 234, 454, 468, 473]]
    for spot in spots:
        cv2.circle(photo, tuple(int(v) for v in np.round(spot[:2] - 0.5)), 14, (255, 255, 255), -1)
    straight, whole, lens, _ = perspective.straighten(photo, who.landmarks, person(), Optics(26.0, None, 0.8))
    placed = crop.solve(straight, whole, photo, 1200, lens)
    canvas, _ = render.cut(photo, placed)
    goal = render.moved(straight, placed)[[10, 152, 234, 454, 468, 473], :2]
    _, _, _, centres = cv2.connectedComponentsWithStats((canvas[..., 0] > 127).astype(np.uint8))
    for place in goal:
        assert np.linalg.norm(centres[1:] - place, axis=1).min() < 1.5


@pytest.fixture(scope="module")
def selfie() -> tuple[closeup.Closeup, face.Face]:
    try:
        taken = closeup.taken(np.array(hopper()), 350.0, closeup.truth(1))
        assert taken is not None
        return taken, face.mesh(taken.near, face.detect(taken.near)[0])
    except NetMissing as missing:
        pytest.skip(f"the nets are not installed: {missing}")


def corrected(taken: closeup.Closeup, seen: face.Face, focal: float) -> tuple[float, perspective.Ruling]:
    """How far the landmarks are from the portrait's, in per cent of the eye distance."""
    looked = np.asarray(face.segment(taken.near), np.float32)
    points, _, _, found = perspective.straighten(
        taken.near, seen.landmarks, looked, Optics(focal, taken.original)
    )
    return closeup.apart(points, taken.landmarks), found


def test_a_simulated_selfie_comes_nearer_to_the_portrait(selfie: tuple[closeup.Closeup, face.Face]) -> None:
    taken, seen = selfie
    before = closeup.apart(seen.landmarks, taken.landmarks)
    after, found = corrected(taken, seen, taken.focal)
    assert found.reason == "corrected"
    assert found.measured == pytest.approx(350, rel=0.2)
    assert after < 0.8 * before


def test_half_and_double_the_focal_length_cost_no_more_than_the_stated_bound(
    selfie: tuple[closeup.Closeup, face.Face],
) -> None:
    taken, seen = selfie
    before = closeup.apart(seen.landmarks, taken.landmarks)
    for factor in (0.5, 2.0):
        after, _ = corrected(taken, seen, taken.focal * factor)
        assert after < before + 1.5


def test_the_largest_automatic_correction_of_a_portrait_moves_it_by_a_stated_amount() -> None:
    """What a cut picture with a stale focal length would cost: 70 % of the way from the floor."""
    order: Brief = brief("hopper")
    looked = np.asarray(face.segment(order.frame.pixels), np.float32)
    lens = perspective.make(
        order.face, order.frame.pixels.shape[:2], looked, perspective.Ruling("corrected", 100.0, 0.7)
    )
    assert closeup.apart(dolly.moved(order.face.landmarks, lens), order.face.landmarks) < 4.5
