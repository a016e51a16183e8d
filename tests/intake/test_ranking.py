"""Several photos of one person: the better one wins, for a reason that is true, whatever the order."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from faceproof.imaging import topology as at
from faceproof.imaging.face import Face
from faceproof.imaging.frame import Frame
from faceproof.intake import Verdict, admit, examine, ranking
from faceproof.intake.ranking import Appraisal, Score, appraise, lacks, leads, order, unreadable, whole
from faceproof.intake.traits import TRAITS
from faceproof.intake.verdict import Finding


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    matplotlib = pytest.importorskip("matplotlib")
    return examine(
        admit((Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg").read_bytes())
    )


@pytest.fixture(scope="module")
def good(verdict: Verdict) -> Appraisal:
    return appraise(verdict)


def seen(verdict: Verdict, pixels: np.ndarray) -> Appraisal:
    """The same face with other pixels: only what the pixels show may change."""
    return appraise(replace(verdict, frame=Frame(np.clip(pixels, 0, 255).astype(np.uint8))))


def posed(verdict: Verdict, *, yaw: float = 0.0, lids: float = 1.0, mouth: float = 0.0) -> Appraisal:
    """The same pixels with other points: a head turned by `yaw` degrees, lids closing, a mouth opened."""
    face = verdict.face
    assert face is not None
    points = face.landmarks.astype(float)
    for (outer, inner), pairs in ((at.CORNERS_L, at.LIDS_L), (at.CORNERS_R, at.LIDS_R)):
        middle = (points[outer] + points[inner]) / 2.0
        for pair in pairs:
            for point in pair:
                points[point, 1] = middle[1] + (points[point, 1] - middle[1]) * lids
    points[14, 1] += mouth * face.iod
    middle, angle = points[: at.SKIN_POINTS].mean(axis=0), np.radians(yaw)
    turn = np.array([[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]])
    moved = (points - middle) @ turn.T + middle
    return appraise(
        replace(verdict, face=Face(moved.astype(np.float32), face.box, face.score, face.presence))
    )


def test_every_score_is_between_none_and_one_and_never_falls_towards_the_better_end():
    for trait in TRAITS:
        ends = sorted((trait.worst, trait.best))
        values = np.linspace(ends[0] * 0.2, ends[1] * 2.0 + 1.0, 300)
        scores = [trait.score(value) for value in values]
        assert min(scores) >= 0.0
        assert max(scores) <= 1.0
        steps = np.diff(scores) * (1 if trait.best > trait.worst else -1)
        assert (steps >= -1e-12).all(), trait.name
        assert trait.score(trait.worst) == pytest.approx(0.0)
        assert trait.score(trait.best) == pytest.approx(1.0)


def test_the_whole_rises_with_each_score_and_falls_with_a_warning():
    scores = {trait.name: Score(0.0, 0.5) for trait in TRAITS}
    middle = whole(scores)
    for trait in TRAITS:
        assert (
            whole(scores | {trait.name: Score(0.0, 0.6)})
            > middle
            > whole(scores | {trait.name: Score(0.0, 0)})
        )
    assert whole({trait.name: Score(0.0, 1.0) for trait in TRAITS}) == pytest.approx(1.0)
    assert whole(scores, ["face_covered"]) < middle
    assert whole(scores, ["rotated"]) == middle, "a photo that lay on its side is as good when it is upright"


def test_what_is_wrong_with_a_photo_is_what_is_said_of_it(verdict, good):
    iod, pixels = verdict.face.iod, verdict.frame.pixels.astype(float)
    half = np.ones(pixels.shape[:2])[..., None]
    half[:, int(verdict.face.landmarks[10, 0]) :] = 0.12
    noise = np.random.default_rng(3).normal(0, 16, pixels.shape)
    cases = {
        "sharp": seen(verdict, cv2.GaussianBlur(pixels, (0, 0), 0.015 * iod)),
        "even": seen(verdict, pixels * half),
        "grain": seen(verdict, pixels * 0.35 + noise),
        "clipped": seen(verdict, pixels * 1.7),
        "pose": posed(verdict, yaw=22.0),
        "eyes": posed(verdict, lids=0.35),
        "mouth": posed(verdict, mouth=0.6),
    }
    for name, worse in cases.items():
        assert worse.scores[name].score < good.scores[name].score, name
        assert worse.total < good.total, name
        assert name in {code.partition(":")[0] for code in lacks(worse, good)}, name
        assert order([worse, good]) == (1, 0), name
        assert order([good, worse]) == (0, 1), name


def test_a_little_is_said_of_a_small_step_only(verdict, good):
    assert lacks(posed(verdict, yaw=13.0), good) == ("pose:little",)
    assert lacks(posed(verdict, yaw=24.0), good)[0] == "pose"
    assert lacks(good, good) == ()


def test_the_best_leads_in_what_it_has_and_every_other_has_not(verdict, good):
    soft = seen(verdict, cv2.GaussianBlur(verdict.frame.pixels, (0, 0), 0.015 * verdict.face.iod))
    turned = posed(verdict, yaw=22.0)
    assert leads(good, [soft]) == ("sharp",)
    assert leads(good, [turned]) == ("pose",)
    assert leads(good, [soft, turned]) == (), "it is ahead of each in something else"
    assert leads(good, [good]) == ()
    assert leads(good, [unreadable("corrupt")]) == (), "nothing to be ahead of"


def test_a_refused_photo_never_wins_and_the_refused_are_in_order_too(verdict, good):
    refused = appraise(replace(verdict, findings=(Finding("several_faces", "refuse"),)))
    poor = posed(verdict, yaw=24.0, lids=0.3)
    broken = unreadable("corrupt")
    for photos in itertools.permutations([refused, poor, broken]):
        assert photos[order(photos)[0]] is poor
        assert photos[order(photos)[2]] is broken, (
            "of the refused, one with a face in it comes before one without"
        )
    assert not refused.usable
    assert refused.total == good.total


def test_equal_photos_keep_the_order_in_which_they_were_handed_in(good):
    assert order([good, good, good]) == (0, 1, 2)


def test_ranking_is_the_same_every_time(verdict, good):
    assert appraise(verdict) == good


def test_a_photo_without_a_face_is_worth_nothing():
    empty = appraise(examine(Frame(np.full((300, 300, 3), 128, np.uint8))))
    assert (empty.total, empty.scores, empty.usable) == (0.0, {}, False)


def test_every_warning_is_counted_by_a_trait_or_by_the_whole(good):
    assert {"blurred", "too_dark", "rotated"} <= ranking.MEASURED
    assert whole(good.scores, ranking.MEASURED) == whole(good.scores)
