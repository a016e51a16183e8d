from __future__ import annotations

import numpy as np
import pytest

from faceproof.imaging import colour

# Sharma, Wu and Dalal 2005, table 1: pairs 1, 4, 7, 14, 17, 20 and 34.
PAIRS = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (50, 3.2592, 0.3350), 1.0000),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "two", "expected"), PAIRS)
def test_colour_difference_agrees_with_the_published_table(
    one: tuple[float, ...], two: tuple[float, ...], expected: float
) -> None:
    assert float(colour.delta_e(np.array(one), np.array(two))) == pytest.approx(expected, abs=1e-4)
    assert float(colour.delta_e(np.array(two), np.array(one))) == pytest.approx(expected, abs=1e-4)


def test_every_byte_survives_the_way_to_float_and_back() -> None:
    every = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert (colour.to_bytes(colour.to_float(every)) == every).all()


def test_values_beyond_the_range_are_clipped_not_wrapped() -> None:
    assert colour.to_bytes(np.array([[-0.5, 1.5]], np.float32)).tolist() == [[0, 255]]


def test_light_and_display_are_inverse() -> None:
    values = np.linspace(0, 1, 101, dtype=np.float32)
    assert np.abs(colour.display(colour.linear(values)) - values).max() < 1e-6


def test_the_cheap_light_stays_near_the_standard_curve() -> None:
    values = np.linspace(0, 1, 101)
    standard = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    assert np.abs(colour.linear(values) - standard).max() < 0.045


def test_luma_of_grey_is_grey() -> None:
    assert np.abs(colour.luma(np.full((2, 3, 3), 0.37, np.float32)) - 0.37).max() < 1e-6


def test_lab_and_back_is_the_same_colour() -> None:
    picture = np.random.default_rng(1).random((8, 8, 3), np.float32)
    assert np.abs(colour.from_lab(colour.to_lab(picture)) - picture).max() < 2e-3
