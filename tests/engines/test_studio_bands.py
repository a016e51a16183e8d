from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from faceproof.engines.studio import bands, composite, fields
from faceproof.engines.studio.fields import enlarge, rows
from faceproof.imaging.colour import to_bytes
from faceproof.imaging.pipeline import Stage

SIDE = 200


@pytest.mark.parametrize("small", [13, 64, 200])
def test_the_rows_of_a_field_are_those_of_the_enlarged_field(small: int) -> None:
    field = np.random.default_rng(1).random((small, small, 3), np.float32)
    whole = enlarge(field, (SIDE, SIDE))
    for top, bottom in ((0, 7), (64, 128), (199, 200)):
        assert np.abs(rows(field, SIDE, top, bottom) - whole[top:bottom]).max() < 1e-5


def test_bands_cover_every_row_once() -> None:
    covered = [row for span in bands.spans(SIDE) for row in range(*span)]
    assert covered == list(range(SIDE))


def test_a_picture_made_in_bands_is_the_picture_made_whole() -> None:
    rng = np.random.default_rng(1)
    colours, backdrop = rng.random((SIDE, SIDE, 3), np.float32), rng.random((SIDE, SIDE, 3), np.float32)
    alpha = enlarge(rng.random((9, 9), np.float32) * 2 - 0.5, (SIDE, SIDE)).clip(0, 1)
    grade = {"wrap": 0.5}
    creep, glow = composite.wrap(alpha, backdrop, grade)
    takes = ("colours", "alpha", "backdrop", "creep", "glow", "grain", "seed", "top")
    heard: list[str] = []

    def cut(top: int, bottom: int) -> dict[str, Any]:
        whole = {"colours": colours, "alpha": alpha, "backdrop": backdrop}
        return {name: value[top:bottom] for name, value in whole.items()}

    made = bands.render(
        [Stage("composite", composite.mix, takes, ("finished",))],
        {"creep": creep, "glow": glow, "grain": 0.01, "seed": 1},
        cut,
        SIDE,
        lambda name, ms: heard.append(name),
    )
    whole = to_bytes(composite.join(colours, alpha, backdrop, 0.01, grade, 1))
    assert np.abs(made.astype(int) - whole).max() <= 1
    assert heard == ["composite"]


@pytest.mark.parametrize("side", [200, 256, 1016])
def test_tiles_hold_all_that_is_marked_and_a_field_is_the_same_in_each(side: int) -> None:
    rng = np.random.default_rng(side)
    where = np.zeros((side, side), np.bool_)
    where[rng.integers(0, side, 9), rng.integers(0, side, 9)] = True
    field = rng.random((90, 90, 4), np.float32)
    whole = fields.enlarge(field, (side, side))
    seen = np.zeros_like(where)
    for part in fields.runs(where):
        assert np.allclose(fields.part_of(field, side, part), whole[part], atol=1e-4)
        assert not seen[part].any()
        seen[part] = True
    assert seen[where].all()
    assert fields.runs(np.zeros_like(where)) == []
