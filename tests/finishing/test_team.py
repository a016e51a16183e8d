"""A team's pictures: one composition for all, and a score that only a difference can lower."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from faceproof import finishing, formats, styles
from faceproof.finishing.consistency import PARTS, consistency
from faceproof.finishing.crop import head_of, placed
from faceproof.finishing.observe import Observed, observe
from faceproof.finishing.together import MOST, stand, together

from .test_finishing import Picture, picture, points

LINKEDIN = formats.get("linkedin")
EVEN = Observed(0.45, 0.6, 0.0, 77.0, 0.1, 70.0, 0.7)


def test_identical_people_score_a_hundred() -> None:
    found = consistency([EVEN] * 7)
    assert found.score == 100
    assert found.outliers == ()
    assert set(found.parts) == {part.name for part in PARTS}
    assert consistency([EVEN]).score == 100


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
@pytest.mark.parametrize("sign", [-1, 1])
def test_the_further_one_falls_out_the_lower_the_score(part: object, sign: int) -> None:
    name, tolerance, worst = part.name, part.tolerance, part.worst  # type: ignore[attr-defined]
    scores = []
    for step in np.linspace(0, 1.2 * worst, 9):
        odd = replace(EVEN, **{name: getattr(EVEN, name) + sign * step})
        found = consistency([EVEN] * 5 + [odd] + [EVEN] * 4)
        scores.append(found.score)
        assert found.parts[name] <= 100
        assert all(found.parts[other.name] == 100 for other in PARTS if other.name != name)
    assert scores[0] == 100
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < 100
    assert [outlier.place for outlier in found.outliers] == [5]
    assert np.sign(found.outliers[0].difference) == sign
    inside = replace(EVEN, **{name: getattr(EVEN, name) + sign * 0.9 * tolerance})
    assert consistency([EVEN] * 5 + [inside]).score == 100


def test_a_difference_of_the_whole_team_from_any_wish_costs_nothing() -> None:
    lower = replace(EVEN, eye_line=0.5, backdrop=20.0, key=0.9, contrast=40.0)
    assert consistency([lower] * 3).score == 100


def test_light_is_compared_with_the_side_that_the_styles_key_asks_for() -> None:
    wanted = styles.get("studio-grey").key_side
    assert wanted is not None
    assert 0.1 < wanted < styles.SIDE, "from the left, and soft"
    right = [replace(EVEN, key=-1.0)] * 3
    assert consistency(right).score == 100, "alike, but another team would be lit from the left"
    found = consistency(right, wanted)
    assert found.parts["key"] < 50
    assert found.score < 96
    assert [outlier.part for outlier in found.outliers] == ["key"] * 3
    assert found.outliers[0].middle == wanted
    assert consistency([replace(EVEN, key=wanted)] * 3, wanted).score == 100


def test_a_style_without_light_asks_for_no_side_and_a_key_ahead_for_none() -> None:
    grey = styles.get("studio-grey")
    still = replace(grey, light=dict(grey.light) | {"add": 0.0, "even": 0.0})
    assert still.key_side is None
    assert styles.side_of_key((0.0, -0.5, -0.7)) == 0
    assert styles.side_of_key((0.4, 0.0, -0.7)) == -styles.side_of_key((-0.4, 0.0, -0.7)) < 0


def test_a_picture_without_a_visible_backdrop_is_compared_in_the_rest() -> None:
    bare = replace(EVEN, backdrop=None)
    assert consistency([EVEN, EVEN, bare]).score == 100
    assert "backdrop" not in consistency([bare, bare]).parts


def test_nobody_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        consistency([])


def tight(share: float, below: float) -> Picture:
    """A master with a head of that share, whose photo ends so far below the eyes."""
    head = share * 1000
    eyes = 1000 * (1 - below)
    return replace(picture(1000, 1000), geometry=points(500, eyes - head / 2, eyes + head / 2))


def test_a_team_that_can_follow_the_format_gets_the_format() -> None:
    masters = [picture(1600, 1600, head=0.42), picture(900, 900, head=0.45), picture(700, 700, head=0.4)]
    assert together([stand(master) for master in masters], LINKEDIN) == LINKEDIN


def test_loose_photos_come_closer_for_tight_ones_but_not_for_a_single_one() -> None:
    loose, close = picture(1600, 1600, head=0.4), tight(0.7, 0.55)
    many = together([stand(m) for m in [loose, loose, close, close, close, close]], LINKEDIN)
    assert LINKEDIN.head_share < many.head_share <= MOST
    one = together([stand(m) for m in [loose] * 9 + [close]], LINKEDIN)
    assert one.head_share == LINKEDIN.head_share


def test_together_makes_a_team_more_even_than_each_alone() -> None:
    masters = [picture(1600, 1600, head=0.4), *[tight(0.66 + 0.02 * n, 0.55) for n in range(5)]]
    chosen = together([stand(master) for master in masters], LINKEDIN)
    scores = []
    for fmt in (LINKEDIN, chosen):
        seen = [observe(master, finishing.render(master, fmt)) for master in masters]
        scores.append(consistency(seen).parts["head_share"])
    assert scores[1] > scores[0] + 10


def test_what_is_observed_is_what_was_drawn() -> None:
    side = 800
    y, x = np.mgrid[:side, :side].astype(np.float32)
    geometry = points(400, 160, 560)
    person = ((x - 400) / 150) ** 2 + ((y - 380) / 240) ** 2 < 1
    pixels = np.full((side, side, 3), 200, np.uint8)
    pixels[person & (x < 400)] = 150
    pixels[person & (x >= 400)] = 75
    master = Picture(pixels, geometry, (person * 255).astype(np.uint8))
    fmt = formats.get("web-original")
    seen = observe(master, finishing.render(master, fmt))
    assert seen.key == pytest.approx(2 * np.log(150 / 75), abs=0.05)
    assert seen.backdrop == pytest.approx(80.6, abs=1)  # L* of sRGB 200
    assert seen.contrast == pytest.approx(30, abs=3)  # L* 62 against 32
    assert seen.off == pytest.approx(0, abs=0.01)
    assert seen.eye_line == pytest.approx(0.45, abs=0.01)


def test_a_candidate_that_holds_no_face_costs_without_end() -> None:
    size, head = stand(picture(1000, 1000))
    assert placed(size, head, LINKEDIN)[0] is not None
    gone = replace(head, eyes=head.eyes + 5000, chin=head.chin + 5000)
    assert placed(size, gone, LINKEDIN) == (None, np.inf)
    assert head_of(picture(1000, 1000).geometry, None) == head
