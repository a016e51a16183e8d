"""Every file of the shared hostile set against what its manifest says the decoder must do."""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import numpy as np
import pytest

from faceproof.intake import IntakeError, admit, containers
from faceproof.intake.errors import CODES
from faceproof.intake.limits import LIMITS

FOLDER = Path(os.environ.get("FACEPROOF_HOSTILE", "/work/shared/hostile"))
MANIFEST = FOLDER / "manifest.csv"
ROWS = list(csv.DictReader(MANIFEST.open(newline=""))) if MANIFEST.exists() else []
CODES_OF = {"aspect": "odd_shape"}
SECONDS = 4.0
"""Processor time of the whole file in this process and its decoder; generous, because machines are shared."""

pytestmark = pytest.mark.skipif(not ROWS, reason=f"no hostile set at {FOLDER}")


def outcome(name: str) -> str:
    """The code, or `accepted` after checking that what came out is clean."""
    data = (FOLDER / name).read_bytes()
    try:
        frame = admit(data, declared="image/jpeg")
    except IntakeError as error:
        return error.code
    assert frame.pixels.dtype == np.uint8
    assert frame.pixels.shape[2] == 3
    assert max(frame.width, frame.height) <= 4096
    return "accepted"


def allowed(expected: str, name: str, heic: bool) -> set[str]:
    verb, _, codes = expected.partition(":")
    off_the_list = name.endswith((".gif", ".ppm", ".tif", ".j2k"))
    if verb == "either":
        return {"accepted", *CODES}
    if verb == "accept+sanitise":
        avif = name.endswith(".avif")
        is_heic = name.endswith(HEIC)
        return {"unsupported_type"} if avif or (is_heic and not heic) else {"accepted"}
    wanted = {CODES_OF.get(code, code) for code in codes.split("_or_")}
    # A type that is off the list is refused before anybody reads its size or finds its damage.
    unread = off_the_list or (name.endswith(HEIC) and not heic)
    return wanted | ({"unsupported_type"} if unread else set())


HEIC = (".heic", ".heif")
CASES = [(row, True) for row in ROWS] + [(row, False) for row in ROWS if row["file"].endswith(HEIC)]


@pytest.mark.parametrize(
    ("row", "heic"),
    CASES,
    ids=[row["file"] if heic else f"{row['file']}-without-the-extra" for row, heic in CASES],
)
def test_the_file_is_treated_as_the_manifest_demands(row, heic, monkeypatch):
    if heic and not containers.heif.available():
        heic = False
    if not heic:
        monkeypatch.setattr(containers.heif, "available", lambda: False)
    before = time.process_time()
    assert outcome(row["file"]) in allowed(row["expected"], row["file"], heic)
    assert time.process_time() - before < SECONDS


def test_the_orientation_sets_come_out_upright_and_alike():
    """The pictures of one scene, stored in different orientations, are the same picture once admitted."""
    frames = [
        admit((FOLDER / row["file"]).read_bytes())
        for row in ROWS
        if row["class"] == "orientation" and "__Landscape_" in row["file"]
    ]
    if len(frames) < 2:
        pytest.skip("fewer than two pictures of one scene in the set")
    first = frames[0].pixels.astype(int)
    assert all(frame.pixels.shape == first.shape for frame in frames)
    assert (
        max(np.abs(frame.pixels.astype(int) - first).mean() for frame in frames) < 8.0
    )  # a printed digit differs


def test_no_word_of_the_metadata_is_handed_to_the_decoder():
    for row in ROWS:
        if row["class"] != "gps_exif" or not row["file"].endswith(".jpg"):
            continue
        data = (FOLDER / row["file"]).read_bytes()
        try:
            essence = containers.read("jpeg", data, LIMITS)
        except IntakeError:
            continue
        assert b"Exif" not in essence.data
        assert b"NIKON" not in essence.data
        assert b"http" not in essence.data
