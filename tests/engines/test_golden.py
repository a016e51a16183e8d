from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from faceproof.imaging.pipeline import Stage

from .golden import COLOUR, FILE, PORTRAITS, STAGES, changed, difference, made, steps
from .people import brief

PICTURE = np.full((24, 24, 3), 0.5, np.float32)


@pytest.mark.parametrize("portrait", PORTRAITS)
@pytest.mark.parametrize("stage", [*(stage.name for stage in STAGES), "look"])
def test_every_stage_makes_what_it_made_before(stage: str, portrait: str) -> None:
    """In the order of the stages; each failure names the first that changed, which is where to look."""
    brief(portrait)
    moved = changed(portrait)
    own = [sentence for sentence in moved if sentence.startswith(f"{portrait}/{stage}/")]
    assert not own, f"{'; '.join(own)}. The first to change: {moved[0]}"


def test_no_stage_is_without_its_golden_picture() -> None:
    brief("astronaut")
    assert sorted(made()) == sorted(np.load(FILE).files), "run `python -m tests.engines.golden`"


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_every_stage_works_alone_and_leaves_what_it_takes_as_it_was(stage: Stage) -> None:
    """From the values that it takes, without anything that ran before it."""
    brief("astronaut")
    step = next(step for step in steps("astronaut") if step.stage == stage)
    before = [value.copy() if isinstance(value, np.ndarray) else value for value in step.taken]
    result = stage.function(*step.taken)
    given = result if len(stage.gives) > 1 else (result,)
    for name, value, known in zip(stage.gives, given, step.given, strict=True):
        assert _same(value, known), name
    for name, value, copy in zip(stage.takes, step.taken, before, strict=True):
        assert not isinstance(value, np.ndarray) or np.array_equal(value, copy), f"{name} was written to"


def _same(one: Any, two: Any) -> bool:
    return not isinstance(one, np.ndarray) or bool(np.allclose(one, two, atol=1e-5))


@pytest.mark.parametrize("shift", [(0.02, 0.02, 0.02), (0.03, 0.0, -0.02)], ids=["lighter", "redder"])
def test_a_small_change_of_light_or_hue_is_seen(shift: tuple[float, float, float]) -> None:
    assert difference(PICTURE + np.array(shift, np.float32), PICTURE)[0] > 1
    assert difference(PICTURE + np.float32(0.001), PICTURE)[0] < 1


def test_a_change_of_one_spot_is_seen_though_the_mean_stays() -> None:
    spot = PICTURE.copy()
    spot[3:6, 3:6] += (0.1, -0.05, 0)
    apart, words = difference(spot, PICTURE)
    assert apart > 1
    assert float(words.split()[2]) < COLOUR
