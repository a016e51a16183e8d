"""Decided small, carried to every pixel held: the same picture as the direct path makes."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from faceproof import engines
from faceproof.engines import Brief, Master
from faceproof.engines.studio import full
from faceproof.engines.studio.crop import Placement
from faceproof.engines.studio.upsampling import enlarged
from faceproof.imaging import face
from faceproof.imaging.colour import delta_e, to_float, to_lab
from faceproof.imaging.frame import Frame

from .people import brief

Floats = NDArray[np.float32]


def larger(name: str, factor: float, style: str = "studio-grey") -> Brief:
    """A portrait enlarged for the test alone."""
    small = brief(name, style)
    pixels = cv2.resize(small.frame.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    frame = Frame(np.asarray(pixels, np.uint8))
    return replace(small, frame=frame, face=face.mesh(frame.pixels, face.detect(frame.pixels)[0]))


@cache
def both(name: str) -> tuple[Master, Master]:
    """One order made directly, and decided at 480 pixels."""
    order = larger(name, 2.2)
    direct = next(engines.get("studio:").develop(order))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(full, "DIRECT", 480)
        patch.setattr(full, "WORK", 480)
        carried = next(engines.get("studio:").develop(order))
    return direct, carried


def drift(one: Master, two: Master, where: NDArray[np.bool_]) -> NDArray[np.float64]:
    return delta_e(*(to_lab(to_float(master.pixels))[where] for master in (one, two)))


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_carried_master_is_the_direct_one(name: str) -> None:
    direct, carried = both(name)
    assert direct.matte is not None
    assert carried.matte is not None
    assert direct.pixels.shape == carried.pixels.shape
    inside, outside = ((direct.matte == k) & (carried.matte == k) for k in (255, 0))
    assert float(np.median(drift(direct, carried, inside))) < 0.5
    assert float(np.percentile(drift(direct, carried, inside), 99)) < 2
    assert float(np.mean(drift(direct, carried, outside))) < 0.8
    apart = np.abs(direct.matte.astype(int) - carried.matte)
    assert float(apart.mean()) < 255 * 0.006
    assert direct.scale == carried.scale
    for point in ("left_eye", "right_eye", "chin", "crown"):
        one, two = (np.array(getattr(master.geometry, point)) for master in (direct, carried))
        # Across, the crown is where the highest hair happens to end.
        counted = np.abs(one - two)[1:] if point == "crown" else np.abs(one - two)
        assert float(counted.max()) < 0.01 * direct.geometry.head


def test_the_fine_work_on_eyes_is_carried_too() -> None:
    """What clearing the eyes does to the direct master, it does to the carried one, and as much."""
    direct, carried = both("hopper")
    order = larger("hopper", 2.2)
    (style,) = order.styles
    left = replace(style, retouch={**style.retouch, "eyes": 0.0, "teeth": 0.0})
    plain = next(engines.get("studio:").develop(replace(order, styles=(left,))))
    x, y = (int(v) for v in direct.geometry.left_eye)
    reach = int(direct.geometry.iod * 0.2)
    eye = np.s_[y - reach : y + reach, x - reach : x + reach]
    made, wanted, none = (
        to_lab(to_float(np.ascontiguousarray(master.pixels[eye]))) for master in (carried, direct, plain)
    )
    done = float(((made - none) * (wanted - none)).sum() / ((wanted - none) ** 2).sum())
    assert 0.7 < done < 1.15


def test_pores_stay_photographed_pixels() -> None:
    """The finest detail of the face is that of the direct path, not of an enlarged picture."""
    direct, carried = both("hopper")

    def fine(master: Master) -> float:
        (x, y), unit = master.geometry.chin, int(master.geometry.iod * 0.4)
        part = master.pixels[int(y) - 4 * unit : int(y) - unit // 2, int(x) - unit : int(x) + unit]
        grey = to_float(part).mean(-1)
        return float((grey - cv2.GaussianBlur(grey, (0, 0), 1)).std())

    assert fine(carried) == pytest.approx(fine(direct), rel=0.03)


def test_a_carried_matte_is_as_sharp_as_the_small_one_at_the_pixels_of_the_large() -> None:
    """A drawn strand: reduced, solved there, and carried back it is closer to the truth than enlarged."""
    side, half = 256, 128
    truth = np.zeros((side, side), np.float32)
    for x in range(20, 240, 20):
        cv2.line(truth, (x, 10), (x + 12, 250), 1.0, 1, cv2.LINE_AA)
    hair, wall = np.array([0.2, 0.12, 0.1], np.float32), np.array([0.5, 0.7, 0.8], np.float32)
    photo = truth[..., None] * hair + (1 - truth[..., None]) * wall
    large = np.rint(photo * 255).astype(np.uint8)
    small = cv2.resize(truth, (half, half), interpolation=cv2.INTER_AREA)
    picture = to_float(np.asarray(cv2.resize(large, (half, half), interpolation=cv2.INTER_AREA), np.uint8))
    found = to_float(enlarged(np.asarray(small, np.float32), picture, large))
    plain = cv2.resize(small, (side, side), interpolation=cv2.INTER_LINEAR)
    assert np.abs(found - truth).mean() < 0.25 * np.abs(plain - truth).mean()


def test_a_matte_without_an_edge_stays_without_one() -> None:
    photo = np.random.default_rng(1).integers(0, 256, (256, 256, 3), np.uint8)
    picture = to_float(np.asarray(cv2.resize(photo, (128, 128), interpolation=cv2.INTER_AREA), np.uint8))
    for value in (0, 1):
        flat = np.full((128, 128), value, np.float32)
        assert (enlarged(flat, picture, photo) == 255 * value).all()


def test_a_canvas_at_the_work_scale_passes_through_untouched() -> None:
    framing = Placement(np.eye(2, 3), full.DIRECT, 1.0, 0.0, 0.0)
    canvas = np.zeros((full.DIRECT, full.DIRECT, 3), np.uint8)
    inside = np.ones(canvas.shape[:2], np.uint8)
    assert full.reduced(canvas, inside, framing) == (canvas, inside, framing)


def test_every_large_side_has_a_work_side_near_by_with_a_short_period() -> None:
    for side in range(full.DIRECT, engines.MAX_SIDE + 1, 32):
        work = full.work_side(side)
        assert abs(work - full.WORK) <= full.WORK_RANGE
        assert side // math.gcd(side, work) <= 75
    assert full.work_side(2400) == 960


def test_points_find_their_way_back_to_the_full_canvas() -> None:
    framing = Placement(np.array([[0.8, 0.1, 3.0], [-0.1, 0.8, 7.0]]), 2400, 1.2, 4.0, 0.0)
    canvas, inside = np.zeros((2400, 2400, 3), np.uint8), np.ones((2400, 2400), np.uint8)
    _, _, placement = full.reduced(canvas, inside, framing)
    photo = np.array([[100.0, 200.0, 1.0], [1500.0, 900.0, 1.0]])
    there, here = (photo @ place.matrix.T for place in (framing, placement))
    points = np.column_stack([here, [5.0, -5.0]]).astype(np.float32)
    assert placement.scale == pytest.approx(1.2 * 2400 / full.work_side(2400))
    raised = full.raised(points, placement, framing)
    assert np.abs(raised[:, :2] - there).max() < 0.01
    assert raised[0, 2] == pytest.approx(5 * 2400 / full.work_side(2400))


def test_a_large_photo_gives_a_large_master_and_the_same_one_twice() -> None:
    order = larger("astronaut", 8)
    one, two = (next(engines.get("studio:").develop(order)) for _ in range(2))
    assert one.pixels.shape[0] == engines.MAX_SIDE
    assert one.matte is not None
    assert one.matte.shape == one.pixels.shape[:2]
    assert one.report["head_px"] == pytest.approx(one.geometry.head)
    assert (one.pixels == two.pixels).all()
    assert (one.matte == two.matte).all()
