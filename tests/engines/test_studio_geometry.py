from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof import engines
from faceproof.engines import Brief, EngineError
from faceproof.engines.studio import crop, measure, render
from faceproof.imaging import face
from faceproof.imaging.frame import Frame
from tests.imaging.faces import astronaut, warped

from .people import brief, front, mesh


def scene(
    width: int, height: int, at: tuple[float, float], size: float = 400
) -> tuple[NDArray[np.float32], ...]:
    """A drawn face of a `size` canvas with its middle at `at`: landmarks and who stands where."""
    points = mesh(int(size))
    points[:, :2] += np.array(at, np.float32) - size / 2
    person = np.zeros((height, width), np.float32)
    centre = (int(at[0]), int(at[1]))
    cv2.ellipse(person, centre, (int(size * 0.25), int(size * 0.33)), 0, 0, 360, 1.0, -1)
    cv2.rectangle(
        person,
        (centre[0] - int(size * 0.5), centre[1] + int(size * 0.4)),
        (centre[0] + int(size * 0.5), height),
        1.0,
        -1,
    )
    return points, cv2.resize(person, (256, 256), interpolation=cv2.INTER_AREA)


def blank(width: int, height: int) -> NDArray[np.uint8]:
    return np.zeros((height, width, 3), np.uint8)


def test_a_photo_with_room_gives_the_loose_canvas_that_formats_need() -> None:
    points, person = scene(2000, 2000, (1000, 900))
    placed = crop.solve(points, person, blank(2000, 2000), 1600)
    moved = render.moved(points, placed)
    head = crop.measure(points, person, (2000, 2000))
    share = (head.above + head.below) / placed.scale / placed.side
    assert share == pytest.approx(crop.HEAD_SHARE, abs=0.02)
    assert moved[crop.CHIN, 0] == pytest.approx(placed.side / 2, abs=0.05 * placed.side)
    assert placed.cut == 0


def test_the_bottom_of_the_canvas_stays_inside_the_photo() -> None:
    points, person = scene(1200, 900, (600, 720))
    placed = crop.solve(points, person, blank(1200, 900), 1600)
    inverse = crop.inverse(placed)
    corners = np.array([[0, placed.side - 1, 1], [placed.side - 1, placed.side - 1, 1]]) @ inverse.T
    assert corners[:, 1].max() <= 900
    assert placed.cut == 0


def test_the_canvas_may_leave_the_photo_where_nobody_stands() -> None:
    points, person = scene(900, 2000, (450, 160))
    placed = crop.solve(points, person, blank(900, 2000), 1600)
    _, inside = render.cut(blank(900, 2000), placed)
    assert inside[-8:, placed.side // 2].all()
    assert not inside.all()


def test_a_head_near_the_side_of_the_photo_is_not_cut() -> None:
    points, person = scene(1400, 1400, (150, 700))
    placed = crop.solve(points, person, blank(1400, 1400), 1600)
    moved = render.moved(points, placed)
    head = moved[face.OVAL, 0]
    assert head.min() > 0
    assert head.max() < placed.side
    assert placed.cut < 0.01


@pytest.mark.parametrize(("roll", "turned"), [(0, 0), (4, 4), (-6, -6), (8, 6), (20, 14), (-30, -21)])
def test_heads_are_levelled_fully_up_to_six_degrees_and_partly_beyond(roll: float, turned: float) -> None:
    assert crop.levelling(roll) == pytest.approx(turned)


@pytest.mark.parametrize("degrees", [-5, 3, 5])
def test_the_eye_line_of_a_master_is_level_measured_by_a_second_look(degrees: float) -> None:
    order = brief("hopper", "studio-grey")
    tilted, _ = warped(order.frame.pixels, 1.0, degrees, (0, 0))
    found = face.mesh(tilted, face.detect(tilted)[0])
    (master,) = engines.get("studio:").develop(Brief(Frame(tilted), found, order.styles))
    again = face.mesh(master.pixels, face.detect(master.pixels)[0])
    left, right = again.eyes
    assert abs(math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))) < 2
    told = master.geometry
    assert np.linalg.norm(np.array(told.left_eye) - left) < 0.05 * told.iod
    assert np.linalg.norm(np.array(told.right_eye) - right) < 0.05 * told.iod


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_master_never_holds_more_pixels_than_the_photo(name: str) -> None:
    order = brief(name, "studio-grey")
    (master,) = engines.get("studio:").develop(order)
    assert master.scale == 1
    assert master.geometry.iod <= order.face.iod * 1.01


def test_a_large_photo_is_reduced_to_the_limit_and_says_so() -> None:
    order = brief("hopper", "studio-grey", max_side=320)
    (master,) = engines.get("studio:").develop(order)
    assert master.pixels.shape == (320, 320, 3)
    assert master.scale > 1
    assert master.geometry.iod == pytest.approx(order.face.iod / master.scale, rel=0.01)
    assert "c2pa.resized" in [action.name for action in master.actions]


def test_a_photo_that_is_too_small_is_refused_not_enlarged() -> None:
    order = brief("astronaut", "studio-grey")
    small = cv2.resize(astronaut(), (160, 160), interpolation=cv2.INTER_AREA)
    landmarks = order.face.landmarks * np.float32(160 / 512)
    tiny = face.Face(landmarks, order.face.box * np.float32(160 / 512), 0.9, 1.0)
    with pytest.raises(EngineError) as caught:
        list(engines.get("studio:").develop(Brief(Frame(small), tiny, order.styles)))
    assert caught.value.code == "too_few_pixels"
    assert not caught.value.retry


def test_a_straight_photo_is_copied_pixel_by_pixel() -> None:
    photo = np.random.default_rng(1).integers(0, 256, (700, 700, 3), np.uint8)
    placed = crop.Placement(np.array([[1.0, 0, -40], [0, 1.0, 60]]), 640, 1.0, 0.0, 0.0)
    canvas, inside = render.cut(photo, placed)
    assert (canvas[60:, :] == photo[:580, 40:680]).all()
    assert not inside[:59].any()
    assert inside[61:].all()


def test_landmarks_move_with_the_pixels() -> None:
    photo = np.zeros((600, 600, 3), np.uint8)
    cv2.circle(photo, (310, 250), 6, (255, 255, 255), -1)
    points = np.full((478, 3), 310.5, np.float32)
    points[:, 1] = 250.5
    angle = math.radians(5)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]]) / 1.5
    placed = crop.Placement(np.hstack([turn, [[20.0], [90.0]]]), 400, 1.5, 5.0, 0.0)
    canvas, _ = render.cut(photo, placed)
    y, x = np.nonzero(canvas[..., 0] > 127)
    assert render.moved(points, placed)[0, :2] == pytest.approx((x.mean(), y.mean()), abs=0.35)


def test_the_crown_is_the_top_of_hair_or_hat() -> None:
    points = mesh(400)
    alpha = np.zeros((400, 400), np.float32)
    alpha[60:, 120:280] = 1
    assert measure.crown(points, alpha)[1] == pytest.approx(60, abs=1)


def test_hair_beside_the_face_does_not_raise_the_crown() -> None:
    points = mesh(400)
    alpha = np.zeros((400, 400), np.float32)
    alpha[70:, 120:280] = 1
    alpha[5:, 20:60] = 1
    assert measure.crown(points, alpha)[1] == pytest.approx(70, abs=1)


def test_the_whole_cap_of_the_admiral_is_on_the_canvas() -> None:
    values = front("hopper")
    assert values["alpha"][0].max() < 0.1
    assert 0 < measure.crown(values["points"], values["alpha"])[1] < 0.2 * values["placement"].side


def test_a_face_that_fills_a_tight_photo_is_cropped_inside_it_not_cut_at_its_sides() -> None:
    points, person = scene(430, 560, (215, 260))
    person[:, :] = np.maximum(person, (np.arange(256) > 170)[:, None])  # shoulders touch both sides
    placed = crop.solve(points, person, blank(430, 560), 1600)
    moved = render.moved(points, placed)
    assert placed.side <= 430
    assert placed.cut < 0.02
    assert moved[crop.CHIN, 1] < placed.side


def test_a_tilt_is_kept_where_levelling_would_cut_the_person() -> None:
    points, person = scene(520, 640, (260, 300))
    tilted = points.copy()
    angle = math.radians(20)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]], np.float32)
    tilted[:, :2] = (points[:, :2] - (260, 300)) @ turn.T + (260, 300)
    room = crop.solve(
        tilted + np.array([740, 700, 0], np.float32), np.zeros_like(person), blank(2000, 2000), 1600
    )
    tight = crop.solve(
        tilted - np.array([135, 178, 0], np.float32), np.ones_like(person), blank(250, 240), 1600
    )
    assert room.turned == pytest.approx(14, abs=0.5)
    assert abs(tight.turned) < 8


def test_the_canvas_reaches_past_the_side_that_nobody_touches() -> None:
    points, person = scene(440, 1000, (220, 420))
    person[:, :40], person[:, -40:] = 0, 0
    placed = crop.solve(points, person, blank(440, 1000), 1600)
    _, inside = render.cut(blank(440, 1000), placed)
    assert placed.side > 440
    assert placed.cut == 0
    assert not inside[:, 0].any() or not inside[:, -1].any()


def test_the_canvas_stops_at_the_side_that_the_person_touches() -> None:
    points, person = scene(520, 1000, (200, 420))
    person[150:, :] = 1
    person[:, -20:] = 0
    placed = crop.solve(points, person, blank(520, 1000), 1600)
    _, inside = render.cut(blank(520, 1000), placed)
    assert placed.cut < 0.01
    assert inside[:, 2].all()


@pytest.mark.parametrize("edge", ["left", "right", "top"])
def test_a_photo_that_ends_in_the_hair_ends_the_canvas_there(edge: str) -> None:
    # Anything beside a straight cut through hair would be backdrop: the cut must lie on the canvas's edge.
    points, person = scene(1400, 1400, (700, 700))
    cut = {"left": (624, 0), "right": (0, 0), "top": (0, 592)}[edge]
    size = {"left": (776, 1400), "right": (776, 1400), "top": (1400, 808)}[edge]
    whole = cv2.resize(person, (1400, 1400), interpolation=cv2.INTER_LINEAR)
    part = whole[cut[1] : cut[1] + size[1], cut[0] : cut[0] + size[0]]
    moved = points - np.array([*cut, 0], np.float32)
    placed = crop.solve(moved, cv2.resize(part, (256, 256)), blank(*size), 1600)
    _, inside = render.cut(blank(*size), placed)
    assert placed.cut < 0.01
    assert {"left": inside[-40, 1], "right": inside[-40, -2], "top": inside[1, inside.shape[1] // 2]}[edge]


def test_a_photo_narrower_than_the_head_is_sent_back() -> None:
    points, person = scene(1400, 1400, (700, 700))
    strip = cv2.resize(person, (1400, 1400))[:, 630:770]
    with pytest.raises(EngineError) as caught:
        crop.solve(
            points - np.array([630, 0, 0], np.float32), cv2.resize(strip, (256, 256)), blank(140, 1400), 1600
        )
    assert caught.value.code == "head_cut_off"


@pytest.mark.parametrize("at", [(700, 700), (160, 500), (1290, 800), (600, 180), (700, 1150)])
def test_looking_at_the_cheapest_candidates_first_finds_what_pricing_all_would(at: tuple[int, int]) -> None:
    points, person = scene(1400, 1400, at)
    head = crop.measure(points, person, (1400, 1400))
    quick = crop._cheapest(head, crop._GRID, person, (1400, 1400))
    each = [crop._cheapest(head, one[None], person, (1400, 1400))[1] for one in crop._GRID[::7]]
    assert quick[1] <= min(each) + 1e-12
    assert quick[1] == crop._cheapest(head, quick[0][None], person, (1400, 1400))[1]


def test_a_bald_head_gets_no_larger_face_than_one_with_hair() -> None:
    points, person = scene(2000, 2000, (1000, 900))
    haired, bald = person.copy(), person.copy()
    haired[round(256 * 735 / 2000) : 110, 120:136] = 1
    bald[: round(256 * 795 / 2000)] = 0
    shares = []
    for field in (haired, bald):
        moved = render.moved(points, placed := crop.solve(points, field, blank(2000, 2000), 1600))
        shares.append(float(moved[crop.CHIN, 1] - moved[crop.IRIS_LEFT, 1]) / placed.side)
    assert shares[1] == pytest.approx(shares[0], rel=0.05)
