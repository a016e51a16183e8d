from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from faceproof.engines import Action, EngineError, Geometry, Master
from faceproof.engines.master import CHANGES_SIDE, PREFIX, PREFIXES, report_of
from faceproof.engines.undone import Retouch


def master(**changes: Any) -> Master:
    y, x = np.mgrid[:48, :64]
    pixels = np.stack([x * 3, y * 4, x + y], -1).astype(np.uint8)
    made = Master(
        pixels=pixels,
        matte=(x * 4).astype(np.uint8),
        geometry=Geometry((20.5, 20.25), (40.5, 20.25), (30, 40), (31, 4)),
        engine="studio:1",
        style="studio-grey",
        seed=7,
        scale=1.25,
        source_type="compositeSynthetic",
        actions=(Action("c2pa.cropped", "Cropped to “head” and shoulders"),),
        report={"scale": 1.25, "backdrop_advice": "free"},
        changes=np.arange(2 * CHANGES_SIDE**2).reshape(2, CHANGES_SIDE, CHANGES_SIDE).astype(np.uint8),
    )
    return replace(made, **changes)


def sealed(body: bytes) -> bytes:
    return body + hashlib.sha256(body).digest()


def remade(data: bytes, header: dict[str, Any]) -> bytes:
    """The same container with another header, digest and lengths put right."""
    *fixed, old, picture, matte, changes, retouch = PREFIX.unpack_from(data)
    text = json.dumps(header).encode()
    lengths = (len(text), picture, matte, changes, retouch)
    body = PREFIX.pack(*fixed, *lengths) + text + data[PREFIX.size + old : -32]
    return sealed(body)


def header_of(data: bytes) -> dict[str, Any]:
    length = PREFIX.unpack_from(data)[4]
    found: dict[str, Any] = json.loads(data[PREFIX.size : PREFIX.size + length])
    return found


def test_what_is_stored_comes_back() -> None:
    made = master()
    back = Master.from_bytes(made.to_bytes())
    assert np.abs(back.pixels.astype(int) - made.pixels).mean() < 1.5
    assert back.matte is not None
    assert made.matte is not None
    assert (back.matte == made.matte).all()
    assert back.changes is not None
    assert made.changes is not None
    assert (back.changes == made.changes).all()
    for name in ("geometry", "engine", "style", "seed", "scale", "source_type", "actions"):
        assert getattr(back, name) == getattr(made, name)
    assert dict(back.report) == dict(made.report)


def test_a_master_without_a_matte_comes_back_without_one() -> None:
    assert Master.from_bytes(master(matte=None).to_bytes()).matte is None


def test_a_master_without_changes_comes_back_without_them() -> None:
    assert Master.from_bytes(master(changes=None).to_bytes()).changes is None


def older(data: bytes, version: int = 1) -> bytes:
    """The same master as an older version wrote it."""
    magic, _, flags, reserved, *lengths = PREFIX.unpack_from(data)
    kept = lengths[: version + 2]
    body = PREFIXES[version].pack(magic, version, flags, reserved, *kept)
    return sealed(body + data[PREFIX.size : PREFIX.size + sum(kept)])


@pytest.mark.parametrize("version", [1, 2])
def test_older_versions_are_still_read(version: int) -> None:
    made = master()
    header = {
        key: value
        for key, value in header_of(made.to_bytes()).items()
        if key not in ("given", "unretouched", "photo", "retouch")
    }
    back = Master.from_bytes(older(remade(made.to_bytes(), header), version))
    assert (back.changes is None) == (version == 1)
    assert back.retouch is None
    assert back.unretouched is None
    assert back.photo is None
    assert not back.given
    assert back.style == "studio-grey"
    assert back.matte is not None


def retouched() -> Master:
    plane = np.random.default_rng(4).integers(-40, 40, (20, 30, 3)).astype(np.int8)
    grey = np.full((64, 64, 3), 120, np.uint8)
    changes = np.zeros((4, CHANGES_SIDE, CHANGES_SIDE), np.uint8)
    changes[2:] = 7
    return master(
        pixels=grey,
        matte=None,
        changes=changes,
        retouch=Retouch(plane, 10, 24, 64),
        unretouched_report={"scale": 1.25, "retouched": 0.0},
        photo=(640.0, -3.5, -20.0, 8.25),
        actions=(Action("c2pa.edited", "Softened", retouch=True), Action("c2pa.cropped", "Cropped")),
    )


def test_retouch_comes_back_to_the_byte_and_can_be_taken_out() -> None:
    made = retouched()
    back = Master.from_bytes(made.to_bytes())
    assert made.retouch is not None
    assert back.retouch is not None
    assert (back.retouch.plane == made.retouch.plane).all()
    assert back.changes is not None
    assert (back.changes[2:] == 7).all()
    assert back.photo == made.photo
    assert back.actions == made.actions
    without = made.unretouched
    assert without is not None
    part = np.s_[24:44, 10:40]
    assert (without[part] == 120 - made.retouch.plane.astype(int)).all()
    outside = np.ones((64, 64), bool)
    outside[part] = False
    assert (without[outside] == made.pixels[outside]).all()
    data = made.to_bytes()
    assert dict(report_of(data, retouch=False)) == {"scale": 1.25, "retouched": 0.0}
    assert "retouched" not in report_of(data)
    assert report_of(master().to_bytes(), retouch=False) == master().report


def test_retouch_that_was_decided_small_is_enlarged() -> None:
    plane = np.full((32, 32, 3), 9, np.int8)
    large = master(pixels=np.full((128, 128, 3), 100, np.uint8), retouch=Retouch(plane, 16, 16, 64))
    without = large.unretouched
    assert without is not None
    assert (without[40:88, 40:88] == 91).all()
    assert (without[:24] == 100).all()
    assert (without[:, -24:] == 100).all()


@pytest.mark.parametrize(
    "where",
    [
        [10, 24, 30, 20, 65],
        [-1, 24, 30, 20, 64],
        [40, 24, 30, 20, 64],
        [10, 24, 30, 21, 64],
        [10, 24],
        "x",
        None,
    ],
)
def test_retouch_that_does_not_lie_on_its_canvas_is_damage(where: Any) -> None:
    data = retouched().to_bytes()
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(remade(data, header_of(data) | {"retouch": where}))
    assert caught.value.code == "master_damaged"


def test_a_version_1_with_something_behind_it_is_damage() -> None:
    data = older(master().to_bytes())
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(sealed(data[:-32] + b"\x00"))
    assert caught.value.code == "master_damaged"


def test_the_report_is_read_without_the_pictures() -> None:
    made = master()
    assert dict(report_of(made.to_bytes())) == dict(made.report)
    data = bytearray(made.to_bytes())
    data[-1] ^= 1
    with pytest.raises(EngineError):
        report_of(bytes(data))
    with pytest.raises(EngineError):
        report_of(remade(made.to_bytes(), {"report": [1]}))


@pytest.mark.parametrize("kind", [".jpg", ".png"])
def test_changes_of_another_kind_or_size_are_damage(kind: str) -> None:
    data = master(changes=None).to_bytes()
    side = CHANGES_SIDE if kind == ".jpg" else CHANGES_SIDE + 1
    part = cv2.imencode(kind, np.zeros((2 * CHANGES_SIDE, side), np.uint8))[1].tobytes()
    *fixed, _, none = PREFIX.unpack_from(data)
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(sealed(PREFIX.pack(*fixed, len(part), none) + data[PREFIX.size : -32] + part))
    assert caught.value.code == "master_damaged"


def test_the_same_master_has_the_same_bytes() -> None:
    assert master().to_bytes() == master().to_bytes()


def test_the_bytes_start_as_the_specification_says() -> None:
    data = replace(retouched(), matte=np.zeros((64, 64), np.uint8)).to_bytes()
    assert data[:12] == b"FPMASTER\x03\x00\x00\x00"
    lengths = [int.from_bytes(data[n : n + 4], "big") for n in (12, 16, 20, 24, 28)]
    header, picture, matte, changes, retouch = lengths
    assert data[32 : 32 + header].startswith(b"{")
    assert data[32 + header : 35 + header] == b"\xff\xd8\xff"
    for start in (0, matte, matte + changes):
        assert data[32 + header + picture + start :][:4] == b"\x89PNG"
    assert len(data) == 32 + header + picture + matte + changes + retouch + 32


@pytest.mark.parametrize("place", [0, 3, 12, 17, 21, 30, 400, -60, -33, -1])
def test_one_flipped_bit_anywhere_is_damage(place: int) -> None:
    data = bytearray(master().to_bytes())
    data[place] ^= 1
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(bytes(data))
    assert caught.value.code == "master_damaged"


@pytest.mark.parametrize("length", [0, 7, 24, 55, 300])
def test_a_cut_off_master_is_damage(length: int) -> None:
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(master().to_bytes()[:length])
    assert caught.value.code == "master_damaged"


def test_a_newer_version_says_so() -> None:
    data = bytearray(master().to_bytes()[:-32])
    data[8] = 4
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(sealed(bytes(data)))
    assert caught.value.code == "master_version"


BAD_HEADERS: dict[str, dict[str, Any]] = {
    "other size": {"width": 65},
    "no size": {"width": 0},
    "huge": {"width": 100000},
    "infinite": {"scale": float("inf")},
    "a text for a number": {"seed": "7"},
    "a point of three": {
        "geometry": {name: [1, 2, 3] for name in ("left_eye", "right_eye", "chin", "crown")}
    },
    "no geometry": {"geometry": {}},
    "actions of one": {"actions": [["c2pa.edited"]]},
    "a nested report": {"report": {"x": {"y": 1}}},
    "a list for a report": {"report": [1]},
}


@pytest.mark.parametrize("change", BAD_HEADERS.values(), ids=BAD_HEADERS)
def test_a_forged_header_is_damage_and_nothing_else(change: dict[str, Any]) -> None:
    data = master().to_bytes()
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(remade(data, header_of(data) | change))
    assert caught.value.code == "master_damaged"


@pytest.mark.parametrize("header", [b"[]", b"null", b"{", b"\xff", b"[" * 60000])
def test_a_header_that_is_no_object_is_damage(header: bytes) -> None:
    data = master().to_bytes()
    *fixed, old, picture, matte, changes, retouch = PREFIX.unpack_from(data)
    lengths = (len(header), picture, matte, changes, retouch)
    body = PREFIX.pack(*fixed, *lengths) + header + data[PREFIX.size + old : -32]
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(sealed(body))
    assert caught.value.code == "master_damaged"


def test_only_the_formats_of_the_specification_are_decoded() -> None:
    data = master().to_bytes()
    *fixed, header, picture, matte, changes, retouch = PREFIX.unpack_from(data)
    start, end = PREFIX.size + header, PREFIX.size + header + picture + matte
    swapped = data[start + picture : end] + data[start : start + picture] + data[end:-32]
    body = PREFIX.pack(*fixed, header, matte, picture, changes, retouch) + data[PREFIX.size : start] + swapped
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(sealed(body))
    assert caught.value.code == "master_damaged"
