"""Damaged files: whatever the damage, a frame or an IntakeError."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faceproof.imaging.codec import exif
from faceproof.intake import LIMITS, IntakeError, admit, containers, sniff
from tests.intake import files

WHOLE = {
    "jpeg": files.with_segments(
        files.jpeg(
            files.picture(80, 70),
            progressive=True,
            icc_profile=files.matrix_profile((0.7, 0.3), (0.2, 0.7), (0.1, 0.05)),
        ),
        files.segment(0xE1, files.exif(6, focal=28)),
    ),
    "png": files.with_chunks(files.png(files.picture(80, 70)), files.chunk(b"eXIf", files.exif(6)[6:])),
    "webp": files.webp(files.picture(80, 70), exif=files.exif(6), icc_profile=b"x" * 200),
}
BOUNDED = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def damaged(data: bytes, seed: int) -> bytes:
    """A few bytes changed, doubled, removed or moved."""
    dice, changed = random.Random(seed), bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at, act = dice.randrange(len(changed)), dice.randrange(5)
        if act == 0:
            changed[at] = dice.randrange(256)
        elif act == 1:
            changed[at] ^= 1 << dice.randrange(8)
        elif act == 2:
            del changed[at : at + dice.randint(1, 30)]
        elif act == 3:
            changed[at:at] = changed[at : at + dice.randint(1, 60)]
        else:
            changed[at : at + 4] = dice.choice(
                (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff")
            )
        if not changed:
            return b""
    return bytes(changed)


@pytest.mark.parametrize("kind", WHOLE)
@BOUNDED
@given(seed=st.integers(0, 2**32))
def test_a_damaged_photo_is_a_frame_or_a_refusal(kind, seed):
    try:
        frame = admit(damaged(WHOLE[kind], seed))
    except IntakeError:
        return
    assert max(frame.width, frame.height) <= LIMITS.output_side


@pytest.mark.parametrize("kind", WHOLE)
@MANY
@given(seed=st.integers(0, 2**32))
def test_headers_of_damaged_photos_raise_nothing_else(kind, seed):
    data = damaged(WHOLE[kind], seed)
    try:
        containers.read(sniff.kind_of(data), data, LIMITS)
    except IntakeError:
        return


@MANY
@given(data=st.binary(max_size=300))
def test_noise_with_a_familiar_beginning_raises_nothing_else(data):
    starts = [b"\xff\xd8\xff", files.SIGNATURE, b"RIFF" + data[:4] + b"WEBP", b"\x00\x00\x00\x14ftypheic"]
    for start in [b"", *starts]:
        try:
            containers.read(sniff.kind_of(start + data), start + data, LIMITS)
        except IntakeError:
            continue


@MANY
@given(data=st.binary(max_size=200))
def test_noise_as_exif_says_something_sane(data):
    for start in (b"II*\x00", b"MM\x00*", b"Exif\x00\x00II*\x00\x08\x00\x00\x00"):
        found = exif.read(start + data)
        assert 1 <= found.orientation <= 8
        assert found.focal_35mm is None or 8 <= found.focal_35mm <= 1200
