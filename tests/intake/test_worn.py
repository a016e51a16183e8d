"""Masks, dark glasses, closed eyes, screens: told where it is sure, never refused, and never in vain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from faceproof.imaging import topology as at
from faceproof.imaging.face import Face
from faceproof.imaging.frame import Frame
from faceproof.intake import admit, examine
from faceproof.intake.checks import bars, covered, eyes, screen
from faceproof.intake.view import View, look
from tests.intake.test_examine import FOLDER, ROWS

NEW = {"face_covered", "dark_glasses", "eyes_closed", "screenshot", "of_a_screen"}


@pytest.fixture(scope="module")
def hopper() -> View:
    matplotlib = pytest.importorskip("matplotlib")
    return look(admit((Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg").read_bytes()))


def verdict(pixels: np.ndarray) -> dict[str, str]:
    shown = examine(Frame(np.ascontiguousarray(np.clip(pixels, 0, 255).astype(np.uint8))))
    return {finding.code: finding.severity for finding in shown.findings}


def grained(pixels: np.ndarray) -> np.ndarray:
    return pixels + np.random.default_rng(1).normal(0, 2.0, pixels.shape)


def masked(view: View, colour: tuple[int, int, int]) -> np.ndarray:
    points = view.face.landmarks[[234, 132, 58, 150, 152, 379, 288, 361, 454, 197], :2]
    cloth = view.frame.pixels.copy()
    cv2.fillPoly(cloth, [np.round(points).astype(np.int32)], colour)
    return grained(cv2.GaussianBlur(cloth, (0, 0), 0.7))


@pytest.mark.parametrize(
    "colour", [(150, 190, 215), (235, 235, 235), (30, 30, 34), (150, 40, 60), (120, 90, 60)]
)
def test_a_plain_mask_is_remarked_and_not_refused(hopper: View, colour: tuple[int, int, int]) -> None:
    assert verdict(masked(hopper, colour)).get("face_covered") == "warn"


def test_a_mouth_under_a_beard_of_any_colour_is_still_a_mouth(hopper: View) -> None:
    """The whole lower face darker and of other colour, the lips left alone: what a beard does."""
    area = np.zeros(hopper.frame.pixels.shape[:2], np.float32)
    points = hopper.face.landmarks[:, :2].astype(np.int32)
    cv2.fillPoly(area, [points[[132, 58, 150, 152, 379, 288, 361, 2]]], 1.0)
    cv2.fillPoly(area, [points[at.LIPS]], 0.0)
    area = cv2.GaussianBlur(area, (0, 0), 2.0)[..., None]
    for tone in (0.25, 0.5, 1.4):
        hairy = hopper.frame.pixels * (1.0 + (tone - 1.0) * area)
        assert "face_covered" not in verdict(grained(hairy)), tone


def test_opaque_glasses_are_remarked_and_clear_ones_are_not(hopper: View) -> None:
    assert "dark_glasses" not in verdict(hopper.frame.pixels), "she wears glasses"
    dark = hopper.frame.pixels.copy()
    for eye in (at.IRIS_L[0], at.IRIS_R[0]):
        x, y = hopper.face.landmarks[eye, :2].astype(int).tolist()
        iod = hopper.face.iod
        cv2.ellipse(dark, (x, y), (int(0.42 * iod), int(0.34 * iod)), 0, 0, 360, (14, 14, 16), -1)
    assert verdict(dark).get("dark_glasses") == "warn"


def test_one_covered_eye_is_nobodys_business(hopper: View) -> None:
    patched = hopper.frame.pixels.copy()
    x, y = hopper.face.landmarks[at.IRIS_L[0], :2].astype(int).tolist()
    iod = hopper.face.iod
    cv2.ellipse(patched, (x, y), (int(0.42 * iod), int(0.34 * iod)), 0, 0, 360, (14, 14, 16), -1)
    assert not NEW & set(verdict(patched))


def lids(view: View, openness: float) -> View:
    """The view of a face whose lids stand at `openness`, height over width, in both eyes."""
    points = view.face.landmarks.copy()
    for corners, pairs in ((at.CORNERS_L, at.LIDS_L), (at.CORNERS_R, at.LIDS_R)):
        wide = float(np.linalg.norm(points[corners[1], :2] - points[corners[0], :2]))
        for upper, lower in pairs:
            middle = (points[upper, 1] + points[lower, 1]) / 2.0
            points[[upper, lower], 0] = points[[upper, lower], 0].mean()
            points[upper, 1], points[lower, 1] = middle - openness * wide / 2, middle + openness * wide / 2
    return replace(view, face=Face(points, view.face.box, view.face.score, view.face.presence))


@pytest.mark.parametrize(("openness", "said"), [(0.05, True), (0.09, True), (0.115, False), (0.3, False)])
def test_closed_eyes_are_remarked_and_narrow_ones_are_not(hopper: View, openness: float, said: bool) -> None:
    found = [finding.code for finding in eyes.check(lids(hopper, openness))]
    assert ("eyes_closed" in found) == said
    assert all(finding.severity == "warn" for finding in eyes.check(lids(hopper, openness)))


def test_the_bars_of_a_screenshot_are_remarked_and_a_plain_backdrop_is_not(hopper: View) -> None:
    pixels = hopper.frame.pixels
    bar = np.full((60, pixels.shape[1], 3), 18, np.uint8)
    signs = bar.copy()
    cv2.putText(signs, "9:41", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, (230, 230, 230), 2)
    assert verdict(np.vstack([signs, pixels, bar])).get("screenshot") == "warn"
    side = np.full((len(pixels), 60, 3), 18, np.uint8)
    assert verdict(np.hstack([side, pixels, side])).get("screenshot") == "warn"
    backdrop = np.full((200, pixels.shape[1], 3), 250, np.uint8)
    assert "screenshot" not in verdict(np.vstack([backdrop, pixels])), "a wall above the head"
    white = np.full_like(pixels, 255)
    assert list(bars.check(View(Frame(white), 0, (), None))) == [], "one colour is not a bar"


@pytest.mark.parametrize("pitch", [3.3, 5.2])
def test_the_dots_of_a_screen_are_remarked(hopper: View, pitch: float) -> None:
    large = cv2.resize(hopper.frame.pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    assert "of_a_screen" not in verdict(large)
    rows, columns = np.mgrid[: large.shape[0], : large.shape[1]]
    dots = 0.8 + 0.2 * np.cos(2 * np.pi * (columns + 0.03 * rows) / pitch)
    assert verdict(large * dots[..., None]).get("of_a_screen") == "warn"


@pytest.mark.parametrize("quality", [10, 50, 90])
def test_the_blocks_of_a_jpeg_are_no_screen(hopper: View, quality: int) -> None:
    file = cv2.imencode(".jpg", hopper.frame.pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    assert "of_a_screen" not in verdict(cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1])


def test_noise_is_no_screen(hopper: View) -> None:
    noise = np.random.default_rng(4).normal(0, 20, hopper.frame.pixels.shape)
    assert "of_a_screen" not in verdict(hopper.frame.pixels + noise)


def test_small_faces_are_not_judged_by_their_few_pixels(hopper: View) -> None:
    half = cv2.resize(masked(hopper, (30, 30, 34)), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    view = look(Frame(np.clip(half, 0, 255).astype(np.uint8)))
    assert view.face is None or list(covered.check(view)) == []


def test_the_new_checks_stay_silent_without_a_face() -> None:
    view = look(Frame(np.random.default_rng(2).integers(0, 255, (200, 200, 3), np.uint8)))
    for check in (eyes, covered, bars, screen):
        assert list(check.check(view)) == []


@pytest.mark.skipif(not ROWS, reason=f"no portraits at {FOLDER}")
@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_no_shared_portrait_is_remarked_on_for_what_it_shows(row: dict[str, str]) -> None:
    """An eye patch, a head wrap, glasses, beards, makeup, every complexion: none of it is worth a word."""
    found = examine(admit((FOLDER / row["file"]).read_bytes())).findings
    assert not NEW & {finding.code for finding in found}
