"""The layer over a preview holds no pixel of a photo and lies where the preview does."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image

from faceproof.darkroom import changes
from faceproof.engines import Master
from faceproof.engines.master import CHANGES_SIDE, NO_CHANGE
from faceproof.engines.studio import Studio
from tests.engines.people import brief


def made() -> Master:
    (master,) = Studio().develop(brief("hopper", "studio-grey"))
    return master


def layer(master: Master) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(io.BytesIO(changes.overlay(master))) as image:
        assert image.mode == "RGBA"
        return np.array(image)


def test_only_three_colours_of_our_own_are_in_it() -> None:
    drawn = layer(made())
    seen = drawn[drawn[..., 3] > 0]
    assert len(seen) > 100
    ours = {changes.LIGHTER, changes.DARKER, changes.OTHER_COLOUR}
    assert {tuple(int(v) for v in colour) for colour in np.unique(seen[:, :3], axis=0)} <= ours
    assert int(drawn[..., 3].max()) <= changes.STRONGEST
    assert not drawn[drawn[..., 3] == 0].any()


def test_another_picture_with_the_same_changes_has_the_same_layer() -> None:
    master = made()
    other = replace(master, pixels=np.ascontiguousarray(255 - master.pixels))
    assert changes.overlay(other) == changes.overlay(master)


def test_it_shows_which_way_lightness_went_and_where() -> None:
    master = made()
    told = np.full((2, CHANGES_SIDE, CHANGES_SIDE), NO_CHANGE, np.uint8)
    told[1] = 0
    eye = [int(v * CHANGES_SIDE / master.pixels.shape[0]) for v in master.geometry.left_eye]
    told[0, eye[1] - 4 : eye[1] + 5, eye[0] - 4 : eye[0] + 5] = NO_CHANGE + 40
    lighter, darker = (
        layer(replace(master, changes=told)),
        layer(replace(master, changes=(256 - told.astype(int)).astype(np.uint8))),
    )
    rows, columns = np.nonzero(lighter[..., 3])
    assert tuple(lighter[rows[0], columns[0], :3]) == changes.LIGHTER
    assert 0.30 < rows.mean() / changes.SIDE < 0.56, "at the eyes of the preview"
    assert columns.mean() < 0.5 * changes.SIDE, "left as in the picture"
    middle = int(rows.mean()), int(columns.mean())
    assert tuple(darker[middle][:3]) == changes.DARKER or darker[middle][3] == 0


def test_a_master_that_tells_nothing_has_an_empty_layer() -> None:
    assert not layer(replace(made(), changes=None)).any()
