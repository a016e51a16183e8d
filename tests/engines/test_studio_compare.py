"""The report of what was changed tells the truth: planted changes are found, of their size and place."""

from __future__ import annotations

import numpy as np
import pytest

from faceproof import styles
from faceproof.engines.master import CHANGE_STEP, CHANGES_SIDE, NO_CHANGE
from faceproof.engines.studio import Studio, compare
from faceproof.imaging.colour import from_lab, to_lab

from .people import DARK, LIGHT, brief, doll, front

SIDE = 640
ALL = np.ones((SIDE, SIDE), np.float32)


def cell(pixel: float) -> int:
    return int(pixel * CHANGES_SIDE / SIDE)


@pytest.mark.parametrize("skin", [DARK, LIGHT], ids=["dark", "light"])
def test_nothing_changed_is_told_as_nothing(skin: tuple[float, float, float]) -> None:
    picture, points, masks = doll(SIDE, skin)
    told, changes = compare.picture(picture, picture, ALL, masks, points)
    assert told["change_share"] == told["change_largest"] == told["skin_delta_e"] == 0
    assert (changes[0] == NO_CHANGE).all()
    assert (changes[1] == 0).all()


def test_a_lighter_cheek_is_found_there_and_nowhere_else() -> None:
    picture, points, masks = doll(SIDE, (0.55, 0.38, 0.29))
    x, y = (int(v) for v in points[50, :2])
    lab = to_lab(picture)
    lab[y - 40 : y + 40, x - 40 : x + 40, 0] += 6
    told, changes = compare.picture(picture, from_lab(lab), ALL, masks, points)
    assert int(changes[0][cell(y), cell(x)]) == pytest.approx(NO_CHANGE + 6 / CHANGE_STEP, abs=2)
    assert changes[0][cell(y + 120), cell(x)] == NO_CHANGE
    assert changes[1].max() <= 4
    assert 3 < told["change_largest"] < 8
    assert 0 < told["change_share"] < 0.5


def test_a_turned_hue_is_told_in_degrees() -> None:
    picture, points, masks = doll(SIDE, (0.74, 0.58, 0.46))
    lab = to_lab(picture)
    turn = np.radians(8)
    a, b = lab[..., 1].copy(), lab[..., 2].copy()
    lab[..., 1], lab[..., 2] = a * np.cos(turn) - b * np.sin(turn), a * np.sin(turn) + b * np.cos(turn)
    told, changes = compare.picture(picture, from_lab(lab), ALL, masks, points)
    parts = [value for key, value in told.items() if key.endswith("_delta_hue")]
    assert len(parts) >= 4
    assert all(abs(value - 8) < 1 for value in parts)
    assert changes[1].max() > 5


def test_where_no_person_is_the_map_says_nothing() -> None:
    picture, points, masks = doll(SIDE)
    alpha = ALL.copy()
    alpha[:, : SIDE // 2] = 0
    _, changes = compare.picture(picture, np.zeros_like(picture), alpha, masks, points)
    assert (changes[0][:, : CHANGES_SIDE // 2] == NO_CHANGE).all()
    assert (changes[1][:, : CHANGES_SIDE // 2] == 0).all()
    assert changes[0][CHANGES_SIDE // 2, -20] < NO_CHANGE


def test_a_face_that_was_slimmed_is_noticed_and_blurred_pores_are() -> None:
    values = front("astronaut")
    colours, masks, points = values["colours"], values["masks"], values["points"]
    same = compare.polish(colours, colours, masks, points)
    assert same["skin_pores_kept"] == 1
    assert same["change_landmarks"] < 2.5
    middle = float(points[1, 0])
    x = np.arange(colours.shape[1], dtype=np.float32)
    slim = colours[:, np.clip(np.round(middle + (x - middle) * 1.12), 0, len(x) - 1).astype(int)]
    assert compare.polish(colours, slim, masks, points)["change_landmarks"] > same["change_landmarks"] + 1.5
    soft = compare.blur(colours, masks.iod * 0.012)
    assert compare.polish(colours, soft, masks, points)["skin_pores_kept"] < 0.6


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_every_master_tells_what_was_changed(name: str) -> None:
    (master,) = Studio().develop(brief(name, "studio-grey"))
    told = master.report
    wanted = {"skin_delta_l", "skin_delta_e", "change_share", "change_largest", "change_spots", "light_shine"}
    assert wanted | {"change_landmarks", "skin_pores_kept", "skin_nose_delta_l"} <= set(told)
    assert float(told["skin_pores_kept"]) > 0.97
    assert float(told["change_landmarks"]) < 2.5
    assert float(told["skin_delta_l"]) < 0.5
    assert master.changes is not None
    assert (master.changes[0] != NO_CHANGE).any()


def test_no_retouch_and_no_light_leave_the_person_byte_for_byte() -> None:
    from dataclasses import replace

    order = brief("hopper", "own-softened")
    style = order.styles[0]
    nothing = replace(
        style,
        retouch=dict.fromkeys(style.retouch, 0.0),
        light={k: v if k == "key" else 0.0 for k, v in style.light.items()},
        grade={"contrast": 0.0, "saturation": 1.0, "wrap": 0.0},
    )
    (master,) = Studio().develop(replace(order, styles=(nothing,)))
    values = front("hopper")
    assert values["gain"] == 1
    inside = (values["alpha"] == 1) & (values["masks"].skin > 0.2)
    inside &= np.abs(values["recovered"] - values["picture"]).max(2) == 0
    assert inside.sum() > 2000
    assert (master.pixels[inside] == values["canvas"][inside]).all()
    assert float(master.report["change_share"]) < 0.02  # cells at the edge, cleaned of it
    assert master.report["change_spots"] == 0


def test_styles_share_one_schema() -> None:
    for style in styles.all_styles():
        assert {"shine", "fill"} <= set(style.light)
        assert "blemish" in style.retouch
