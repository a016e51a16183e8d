from __future__ import annotations

import numpy as np
import pytest

from .golden import FILE, made
from .people import brief

TOLERANCE = 0.006
"""Mean absolute difference of a stage's picture, 0..1: nets and libraries round differently on other
machines."""

NAMES = sorted(np.load(FILE).files)


@pytest.mark.parametrize("name", NAMES)
def test_every_stage_makes_what_it_made_before(name: str) -> None:
    brief(name.split("/")[0])
    now, before = _now()[name], np.load(FILE)[name].astype(np.float32)
    assert now.shape == before.shape
    if now.size == 1:
        assert float(now[0]) == pytest.approx(float(before[0]), rel=0.05, abs=0.03)
    else:
        assert float(np.abs(now - before).mean()) < TOLERANCE


def test_no_stage_is_without_its_golden_picture() -> None:
    brief("astronaut")
    assert sorted(_now()) == NAMES


_made: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = {}


def _now() -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    if not _made:
        _made.update(made())
    return _made
