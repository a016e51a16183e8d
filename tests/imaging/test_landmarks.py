"""The geometry of a face, on made-up points with known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof.imaging import topology as at
from faceproof.imaging.landmarks import PITCH_AT_REST, Face


def points() -> NDArray[np.float32]:
    """A flat face at (100, 200) with eyes 60 apart, irises 12 wide, half-open lids."""
    made = np.zeros((at.POINTS, 3), np.float32)
    made[:, :2] = 100, 200
    for iris, x in ((at.IRIS_L, 70), (at.IRIS_R, 130)):
        made[iris, :2] = [(x, 180), (x + 6, 180), (x, 174), (x - 6, 180), (x, 186)]
    for corners, lids, x in ((at.CORNERS_L, at.LIDS_L, 70), (at.CORNERS_R, at.LIDS_R, 130)):
        made[list(corners), :2] = (x - 15, 180), (x + 15, 180)
        for upper, lower in lids:
            made[upper, :2], made[lower, :2] = (x, 175), (x, 184)
    made[at.SIDE_L], made[at.SIDE_R] = (40, 190, 0), (160, 190, 0)
    made[at.FOREHEAD], made[at.CHIN] = (100, 120, 0), (100, 280, 0)
    return made


def face(landmarks: NDArray[np.float32]) -> Face:
    return Face(landmarks, np.array([40, 140, 160, 260], np.float32), 0.9, 0.99)


def spun(landmarks: NDArray[np.float32], axis: int, degrees: float) -> NDArray[np.float32]:
    """Turned in space about the middle of the face: axis 0 is x (nodding), 1 is y (shaking), 2 is z."""
    a, b = [i for i in range(3) if i != axis]
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    rest = landmarks.astype(np.float64) - (100, 200, 0)
    out = rest.copy()
    out[:, a], out[:, b] = rest[:, a] * cos - rest[:, b] * sin, rest[:, a] * sin + rest[:, b] * cos
    out += (100, 200, 0)
    return out.astype(np.float32)


def test_sizes_and_openness() -> None:
    flat = face(points())
    assert flat.iod == pytest.approx(60)
    assert flat.iris_px == pytest.approx(12)
    assert flat.eye_openness == pytest.approx((0.3, 0.3))


def test_a_wink_closes_the_eye_on_its_side_of_the_picture() -> None:
    winking = points()
    for upper, lower in at.LIDS_L:
        winking[upper, 1] = winking[lower, 1]
    assert face(winking).eye_openness == pytest.approx((0.0, 0.3))


def test_angles_of_a_straight_face() -> None:
    flat = face(points())
    assert flat.roll == pytest.approx(0)
    assert flat.yaw == pytest.approx(0)
    assert flat.pitch == pytest.approx(PITCH_AT_REST)


@pytest.mark.parametrize("degrees", [-150, -30, 12, 90, 179])
def test_roll_is_clockwise_in_the_picture(degrees: float) -> None:
    assert face(spun(points(), 2, degrees)).roll == pytest.approx(degrees, abs=1e-3)


@pytest.mark.parametrize("degrees", [-30, 20])
def test_a_head_turned_to_the_right_of_the_picture_has_positive_yaw(degrees: float) -> None:
    """Turning right takes the right side of the face away from the camera."""
    turned = points()
    turned[at.SIDE_R, 2] = 120 * math.tan(math.radians(degrees))
    assert face(turned).yaw == pytest.approx(degrees, abs=1e-3)
    assert face(spun(turned, 2, 70)).yaw == pytest.approx(degrees, abs=1e-3), "whatever the roll"


def test_a_lifted_chin_has_positive_pitch() -> None:
    lifted = points()
    lifted[at.CHIN, 2] = -160 * math.tan(math.radians(20))  # nearer the camera
    assert face(lifted).pitch == pytest.approx(20 + PITCH_AT_REST, abs=1e-3)


def test_a_moved_face_is_turned_scaled_and_shifted() -> None:
    deep = points()
    deep[at.SIDE_R, 2] = 30
    plain = face(deep)
    angle = math.radians(30)
    linear = 2.5 * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    moved = plain.moved(np.column_stack([linear, (7, -9)]))
    assert moved.iod == pytest.approx(150, rel=1e-5)
    assert moved.iris_px == pytest.approx(30, rel=1e-5)
    assert moved.roll == pytest.approx(plain.roll + 30, abs=1e-3)
    assert moved.yaw == pytest.approx(plain.yaw, abs=1e-3)
    assert moved.eye_openness == pytest.approx(plain.eye_openness, rel=1e-4)
    assert moved.landmarks[at.SIDE_R, 2] == pytest.approx(75)
    corner = linear @ (160, 140) + (7, -9)  # the corner that becomes the rightmost one
    assert moved.box[2] == pytest.approx(max(corner[0], (linear @ (160, 260) + (7, -9))[0]), rel=1e-5)
    assert (moved.score, moved.presence) == (0.9, 0.99)


def test_there_and_back_is_where_it_was() -> None:
    matrix = np.array([[0.5, -0.2, 10], [0.2, 0.5, -3]])
    back = np.linalg.inv(np.vstack([matrix, (0, 0, 1)]))[:2]
    plain = face(points())
    assert np.allclose(plain.moved(matrix).moved(back).landmarks, plain.landmarks, atol=1e-3)


def test_a_mirror_is_refused() -> None:
    with pytest.raises(ValueError, match="mirror"):
        face(points()).moved(np.array([[-1, 0, 512], [0, 1, 0]], np.float64))


def test_nobody_can_move_a_point() -> None:
    given = points()
    flat = face(given)
    with pytest.raises(ValueError, match="read-only"):
        flat.landmarks[0, 0] = 1
    given[at.IRIS_R[0], 0] += 40
    assert flat.iod == pytest.approx(60), "the face has its own copy"


def test_a_mesh_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="landmarks"):
        face(points()[:468])
