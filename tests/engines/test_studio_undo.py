"""Retouch can be taken out of a finished picture, and what is left is what a run without retouch makes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from faceproof import formats, styles
from faceproof.engines import Master
from faceproof.engines.master import CHANGE_STEP, NO_CHANGE
from faceproof.engines.studio import Studio, stages, undo
from faceproof.finishing import Wish, render
from faceproof.imaging.frame import Frame
from faceproof.styles import Style

from .people import brief

PORTRAITS = ["astronaut", "hopper"]
LOOKS = ["studio-grey", "natural", "brand"]


def unretouched(style: Style) -> Style:
    """The same look, with the stages that undo.py counts as retouch switched off, and nothing else."""
    return replace(style, retouch=dict.fromkeys(style.retouch, 0.0), light={**style.light, "shine": 0.0})


@cache
def both(name: str, look: str) -> tuple[Master, Master]:
    """A master, and the same from a run that never retouched."""
    order = brief(name, look)
    (made,) = Studio().develop(order)
    (plain,) = Studio().develop(replace(order, styles=(unretouched(styles.get(look)),)))
    return made, plain


def known_looks() -> list[str]:
    names = {style.name for style in styles.all_styles()}
    return [name for name in LOOKS if name in names] or sorted(names)[:2]


# P-051
@pytest.mark.parametrize("look", known_looks())
@pytest.mark.parametrize("name", PORTRAITS)
def test_without_retouch_it_is_what_was_never_retouched(name: str, look: str) -> None:
    made, plain = both(name, look)
    assert made.unretouched is not None
    before = np.abs(made.pixels.astype(int) - plain.pixels)
    after = np.abs(made.unretouched.astype(int) - plain.pixels)
    assert before.max() >= 10, "this portrait is retouched"
    assert after.max() <= 5
    assert np.percentile(after, 99.9) <= 1
    assert after[before > 0].mean() < 0.6
    assert after[before > 2].mean() < 0.2 * before[before > 2].mean()


@pytest.mark.parametrize("name", PORTRAITS)
def test_it_survives_being_stored(name: str) -> None:
    made, plain = both(name, "studio-grey")
    stored = made.to_bytes()
    back = Master.from_bytes(stored)
    assert back.unretouched is not None
    assert (
        np.abs(back.unretouched.astype(int) - plain.pixels).mean()
        < np.abs(back.pixels.astype(int) - plain.pixels).mean()
    )
    without = len(replace(made, retouch=None, changes=None).to_bytes())
    assert len(stored) - without < 0.35 * without, "mostly nothing, so it compresses"


@pytest.mark.parametrize("name", PORTRAITS)
def test_the_report_without_retouch_is_that_of_a_run_without_it(name: str) -> None:
    made, plain = both(name, "studio-grey")
    told, wanted = made.unretouched_report, plain.report
    assert told["retouched"] == 0
    assert not undo.OF_RETOUCH & set(told)
    for key in ("skin_delta_l", "skin_delta_e", "change_mean"):
        assert float(told[key]) == pytest.approx(float(wanted[key]), abs=0.15)
    assert float(told["change_share"]) == pytest.approx(float(wanted["change_share"]), abs=0.06)
    assert made.changes is not None
    assert plain.changes is not None
    apart = np.abs(made.changes[2].astype(int) - plain.changes[0]) * CHANGE_STEP
    assert apart.max() <= 1.0
    assert (made.changes[2] != NO_CHANGE).any()


def test_a_look_without_retouch_has_nothing_to_take_out() -> None:
    _, plain = both("hopper", "studio-grey")
    assert plain.retouch is None
    assert plain.unretouched is None
    assert not any(action.retouch for action in plain.actions)
    assert plain.changes is not None
    assert len(plain.changes) == 2


def test_exactly_the_retouching_stages_are_undone() -> None:
    """Whoever puts a stage between the recovered colours and the light decides whether it is retouch."""
    before = [stage.name for stage in stages.POLISH[: [s.name for s in stages.POLISH].index("relight")]]
    assert before == ["retouch", "eyes", "shine"]


def test_what_is_told_as_retouch_is_what_goes() -> None:
    made, plain = both("hopper", "studio-grey")
    kept = [action.what for action in made.actions if not action.retouch]
    assert kept == [action.what for action in plain.actions]
    assert any(action.retouch for action in made.actions)


def test_a_format_without_retouch_is_cut_from_the_picture_without_it() -> None:
    made, plain = both("hopper", "studio-grey")
    fmt = formats.get("linkedin")
    done, wanted = render(made, fmt, wish=Wish(retouch=False)), render(plain, fmt)
    assert not done.retouched
    assert np.abs(done.pixels.astype(int) - wanted.pixels).mean() < 0.25
    assert np.abs(done.pixels.astype(int) - render(made, fmt).pixels).max() > 8
    assert done.box == wanted.box


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("name", PORTRAITS)
def test_the_photo_lies_under_the_master(name: str, turns: int) -> None:
    """The irises of the photo as it came, projected, are the eyes of the master. However the photo came in,
    `Frame.rotated` put it upright."""
    order = brief(name, "studio-grey")
    height, width = order.frame.pixels.shape[:2]
    came = Frame(np.ascontiguousarray(np.rot90(order.frame.pixels, -turns)))
    upright = came.rotated(turns)
    assert (upright.pixels == order.frame.pixels).all()
    (made,) = Studio().develop(replace(order, frame=upright))
    assert made.photo is not None
    a, b, x, y = made.photo
    for index, goal in ((468, made.geometry.left_eye), (473, made.geometry.right_eye)):
        u, v = order.face.landmarks[index, :2]
        # Back to the photo as it came: clockwise, a quarter turn at a time.
        size = (width, height)
        for _ in range(turns):
            u, v, size = size[1] - v, u, (size[1], size[0])
        assert size == (came.width, came.height)
        s, t = u / came.width, v / came.width
        found = (a * s - b * t + x, b * s + a * t + y)
        assert np.hypot(found[0] - goal[0], found[1] - goal[1]) < 0.01 * made.pixels.shape[1]


@pytest.mark.parametrize("name", PORTRAITS)
def test_under_a_corrected_perspective_it_lies_as_near_as_a_straight_picture_can(name: str) -> None:
    order = brief(name, "studio-grey", lens=0.9)
    (made,) = Studio().develop(order)
    assert float(made.report["lens_strength"]) > 0.3
    assert made.photo is not None
    a, b, x, y = made.photo
    places = ((468, made.geometry.left_eye), (473, made.geometry.right_eye), (152, made.geometry.chin))
    for index, goal in places:
        s, t = order.face.landmarks[index, :2] / order.frame.width
        found = (a * s - b * t + x, b * s + a * t + y)
        assert np.hypot(found[0] - goal[0], found[1] - goal[1]) < 0.01 * made.pixels.shape[1]
