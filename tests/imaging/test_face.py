from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from faceproof.imaging import face
from faceproof.imaging import topology as at
from faceproof.imaging.face import Face
from faceproof.imaging.mesh import SIDE, _around, _half, _look, _plan, _points, _square

from .faces import PORTRAITS, astronaut, hopper, mirrored, warped


def face_of(pixels: NDArray[np.uint8]) -> Face:
    return face.mesh(pixels, face.detect(pixels)[0])


def distance(one: Face, other: Face) -> NDArray[np.float32]:
    """Of each point in the picture, as a share of the eye distance."""
    gap: NDArray[np.float32] = np.linalg.norm(one.landmarks[:, :2] - other.landmarks[:, :2], axis=1)
    return gap / other.iod


@pytest.fixture(params=PORTRAITS, scope="module")
def portrait(request: pytest.FixtureRequest) -> NDArray[np.uint8]:
    return PORTRAITS[request.param]()


# --- finding ---


def test_the_one_face_is_found_with_its_six_points(portrait: NDArray[np.uint8]) -> None:
    (found,) = face.detect(portrait)
    x0, y0, x1, y1 = found.box
    assert found.score > 0.9
    assert 0 < x0 < x1 < portrait.shape[1]
    assert 0 < y0 < y1 < portrait.shape[0]
    left_eye, right_eye, nose, mouth, left_ear, right_ear = found.keypoints
    assert left_ear[0] < left_eye[0] < nose[0] < right_eye[0] < right_ear[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < mouth[1] < y1
    assert abs(found.roll) < 10


@pytest.mark.parametrize("turns", range(4))
def test_a_picture_that_lies_is_put_upright(portrait: NDArray[np.uint8], turns: int) -> None:
    lying = np.ascontiguousarray(np.rot90(portrait, turns))
    back, found = face.detect_upright(lying)
    assert (turns + back) % 4 == 0
    upright = face.mesh(np.ascontiguousarray(np.rot90(lying, back)), found[0])
    assert distance(upright, face_of(portrait)).mean() < 0.01


@pytest.mark.parametrize("degrees", [-40, -20, 20, 40])
def test_a_tilted_head_is_found_as_it_is(degrees: float) -> None:
    tilted, _ = warped(hopper(), 0.8, degrees, (0, 0))
    turns, found = face.detect_upright(tilted)
    assert turns == 0
    assert face.mesh(tilted, found[0]).roll == pytest.approx(face_of(hopper()).roll + degrees, abs=2)


def test_a_face_that_fills_more_than_the_picture_is_found_for_sure(portrait: NDArray[np.uint8]) -> None:
    oval = face_of(portrait).landmarks[at.OVAL, :2]
    middle, half = (oval.min(0) + oval.max(0)) / 2, 0.85 * np.ptp(oval, axis=0) / 2
    (x0, y0), (x1, y1) = (middle - half).astype(int), (middle + half).astype(int)
    close = np.ascontiguousarray(portrait[y0:y1, x0:x1])
    surest = max(face.detect(close), key=lambda detection: detection.score)
    assert surest.score > 0.8
    assert surest.side > 0.6 * (x1 - x0)


def test_pictures_without_a_face_have_none() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    for pixels in (np.zeros((200, 300, 3), np.uint8), np.full((300, 200, 3), 255, np.uint8), noise):
        assert face.detect(pixels) == []
        assert face.detect_upright(pixels) == (0, [])


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (2, 3)])
def test_no_shape_of_picture_breaks_the_search(shape: tuple[int, int]) -> None:
    pixels = np.full((*shape, 3), 128, np.uint8)
    assert face.detect_upright(pixels) == (0, [])
    assert face.segment(pixels).shape == (256, 256)


def test_a_cat_is_not_surely_a_face() -> None:
    turns, found = face.detect_upright(skimage.data.chelsea())
    assert turns == 0
    assert all(detection.score < 0.8 for detection in found)


def test_a_blurred_clock_does_not_turn_the_picture() -> None:
    """Turned by a quarter the detector is sure that it is a face; the mesh is not."""
    clock = np.repeat(skimage.data.clock()[..., None], 3, axis=2)
    (mistaken,) = face.detect(np.ascontiguousarray(np.rot90(clock)))
    assert mistaken.score > 0.8
    assert face.detect_upright(clock) == (0, [])


def test_several_faces_come_largest_first_and_each_once() -> None:
    """Two people of different size in a picture of 1600 x 700."""
    scene = np.full((700, 1600, 3), 128, np.uint8)
    scene[50:562, 100:612] = astronaut()
    scene[50:650, 1000:1512] = hopper()
    found = face.detect(scene)
    assert len(found) == 2
    assert found[0].side > found[1].side
    assert found[0].box[0] > 1000
    assert found[1].box[2] < 612
    assert min(detection.score for detection in found) > 0.8


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_a_small_person_in_a_large_picture_is_found_for_sure(share: float) -> None:
    scene = np.full((2400, 3200, 3), 128, np.uint8)
    height = round(2400 * share)
    person = cv2.resize(hopper(), None, fx=height / 600, fy=height / 600, interpolation=cv2.INTER_AREA)
    scene[700 : 700 + person.shape[0], 400 : 400 + person.shape[1]] = person
    (found,) = face.detect(scene)
    expected = face_of(hopper()).moved(np.array([[height / 600, 0, 400.0], [0, height / 600, 700.0]]))
    assert found.score > 0.8
    assert distance(face.mesh(scene, found), expected).mean() < 0.03


# --- measuring ---


@pytest.mark.parametrize("side", [48.0, 192.0, 700.0, 901.0])
def test_the_square_that_the_net_sees_is_sampled_without_a_shift(side: float) -> None:
    """On a ramp of colour every sample tells where it was taken: at the middle of its cell of the square."""
    y, x = np.mgrid[:1200, :1200] + 0.5
    ramp = np.stack([x, y, x + y], -1) / (7, 7, 14) + np.random.default_rng(1).random((1200, 1200, 3))
    to_picture = _square(np.array([600.0, 580.0]), side, 0.3)
    seen = _look(np.floor(ramp).astype(np.uint8), to_picture)[0] * 255
    cells = np.stack(np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5), -1)
    expected = (cells @ to_picture[:, :2].T + to_picture[:, 2]) / 7
    assert np.abs((seen[..., :2] - expected).mean((0, 1))).max() < 0.02


def test_the_points_lie_where_a_face_has_them(portrait: NDArray[np.uint8]) -> None:
    found = face_of(portrait)
    points = found.landmarks

    def middle(indices: at.Indices) -> NDArray[np.float32]:
        mean: NDArray[np.float32] = points[indices, :2].mean(0)
        return mean

    assert points.shape == (478, 3)
    assert found.presence > 0.99
    for brow, eye, iris in ((at.BROW_L, at.EYE_L, at.IRIS_L), (at.BROW_R, at.EYE_R, at.IRIS_R)):
        assert middle(brow)[1] < middle(eye)[1] < middle(at.NOSE)[1] < middle(at.LIPS)[1]
        assert np.linalg.norm(middle(iris) - middle(eye)) < 0.12 * found.iod
    assert middle(at.EYE_L)[0] < middle(at.NOSE)[0] < middle(at.EYE_R)[0]
    assert points[at.NOSE, 2].mean() < points[at.OVAL, 2].mean(), "the nose is nearest the camera"
    oval = points[at.OVAL, :2].reshape(-1, 1, 2)
    assert all(
        cv2.pointPolygonTest(oval, tuple(map(float, middle(i))), False) > 0 for i in (at.LIPS, at.NOSE)
    )


def test_looking_straight_with_open_eyes_is_measured_so(portrait: NDArray[np.uint8]) -> None:
    found = face_of(portrait)
    assert abs(found.roll) < 6
    assert abs(found.yaw) < 6
    assert abs(found.pitch) < 12
    assert all(0.2 < openness < 0.45 for openness in found.eye_openness)
    assert 0.14 < found.iris_px / found.iod < 0.22, "11.7 mm over about 63 mm"


def test_the_eye_distances_of_the_two_portraits() -> None:
    assert face_of(astronaut()).iod == pytest.approx(43, abs=1.5)
    assert face_of(hopper()).iod == pytest.approx(84, abs=2)


@pytest.mark.parametrize(
    ("scale", "degrees", "shift"),
    [
        (1.0, 0, (0.05, -0.03)),
        (0.7, 0, (0, 0)),
        (1.6, 0, (0, 0)),
        (1.0, 17, (0, 0)),
        (0.8, -25, (0.04, 0.05)),
    ],
)
def test_points_move_with_the_picture(
    portrait: NDArray[np.uint8], scale: float, degrees: float, shift: tuple[float, float]
) -> None:
    picture, matrix = warped(portrait, scale, degrees, shift)
    expected, seen = face_of(portrait).moved(matrix), face_of(picture)
    assert distance(seen, expected).mean() < 0.02
    assert np.percentile(distance(seen, expected), 95) < 0.03
    depth = np.abs(seen.landmarks[:, 2] - expected.landmarks[:, 2]) / expected.iod
    assert depth.mean() < 0.05
    assert seen.yaw == pytest.approx(expected.yaw, abs=3)


def test_a_mirror_swaps_the_sides(portrait: NDArray[np.uint8]) -> None:
    plain, mirror = face_of(portrait), face_of(mirrored(portrait))
    width = portrait.shape[1]
    for left, right in ((at.EYE_L, at.EYE_R), (at.IRIS_L[:1], at.IRIS_R[:1]), (at.BROW_L, at.BROW_R)):
        swapped = mirror.landmarks[right, :2] * (-1, 1) + (width, 0)
        assert np.linalg.norm(plain.landmarks[left, :2] - swapped, axis=1).mean() < 0.03 * plain.iod
    assert mirror.roll == pytest.approx(-plain.roll, abs=1.5)
    assert mirror.yaw == pytest.approx(-plain.yaw, abs=4)
    assert mirror.pitch == pytest.approx(plain.pitch, abs=4)
    assert mirror.eye_openness == pytest.approx(plain.eye_openness[::-1], abs=0.05)


def test_a_face_at_the_edge_of_the_picture_is_still_measured() -> None:
    whole = face_of(hopper())
    left = int(whole.landmarks[at.SIDE_L, 0]) + 10
    cut_off = np.ascontiguousarray(hopper()[:, left:])
    seen = face_of(cut_off)
    expected = whole.moved(np.array([[1, 0, -left], [0, 1, 0]], np.float64))
    assert distance(seen, expected).mean() < 0.05


def test_the_refined_points_are_those_that_the_plan_names() -> None:
    """Each refined point lies nearest the coarse point of its own number: had the order been another, the
    best matching (Hungarian method) of refined to coarse points would show it."""
    optimize = pytest.importorskip("scipy.optimize")
    cost: dict[int, NDArray[np.float64]] = {}
    for pixels in (astronaut(), hopper(), mirrored(astronaut()), mirrored(hopper())):
        refined, coarse = _refined_and_coarse(pixels)
        for number, region in enumerate(_plan()["regions"]):
            gap = np.linalg.norm(refined[region["points"], None] - coarse[None, region["points"]], axis=2)
            cost[number] = cost.get(number, 0) + gap
    for table in cost.values():
        rows, columns = optimize.linear_sum_assignment(table)
        assert (rows == columns).mean() > 0.9


def _refined_and_coarse(
    pixels: NDArray[np.uint8],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    found = face_of(pixels)
    square = _look(pixels, _square(*_around(found.landmarks.astype(np.float64))))
    refined, _ = _points(square)
    coarse = _half("mesh")(square)["output_mesh_identity"].reshape(-1, 3)
    return refined[:, :2], coarse[:, :2].astype(np.float64)


def test_many_threads_see_what_one_sees() -> None:
    alone = [face_of(read()).landmarks for read in PORTRAITS.values()]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda read: face_of(read()).landmarks, list(PORTRAITS.values()) * 4))
    for number, landmarks in enumerate(together):
        assert np.array_equal(landmarks, alone[number % len(alone)])


# --- segmenting ---


def test_the_person_is_told_from_the_rest(portrait: NDArray[np.uint8]) -> None:
    mask = face.segment(portrait)
    assert mask.shape == (256, 256)
    assert mask.dtype == np.float32
    assert 0 <= mask.min() <= mask.max() <= 1
    height, width = portrait.shape[:2]
    inside = face_of(portrait).landmarks[at.NOSE, :2].mean(0) * (256 / width, 256 / height)
    assert mask[int(inside[1]), int(inside[0])] > 0.95
    assert mask[4, 4] < 0.1 or mask[4, -4] < 0.1, "a corner is background"


def test_the_mirror_image_has_the_mirrored_mask(portrait: NDArray[np.uint8]) -> None:
    gap = np.abs(face.segment(mirrored(portrait))[:, ::-1] - face.segment(portrait))
    assert gap.mean() < 0.05


def test_large_pictures_get_the_mask_of_small_ones() -> None:
    size = (512 * 5 + 3, 600 * 5 + 1)
    large = np.asarray(cv2.resize(hopper(), size, interpolation=cv2.INTER_CUBIC), np.uint8)
    assert np.abs(face.segment(large) - face.segment(hopper())).mean() < 0.02
