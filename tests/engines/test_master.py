from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from faceproof.engines import Action, EngineError, Geometry, Master
from faceproof.engines.master import PREFIX


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
    )
    return replace(made, **changes)


def sealed(body: bytes) -> bytes:
    return body + hashlib.sha256(body).digest()


def remade(data: bytes, header: dict[str, Any]) -> bytes:
    """The same container with another header, digest and lengths put right."""
    *fixed, old, picture, matte = PREFIX.unpack_from(data)
    text = json.dumps(header).encode()
    body = PREFIX.pack(*fixed, len(text), picture, matte) + text + data[PREFIX.size + old : -32]
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
    for name in ("geometry", "engine", "style", "seed", "scale", "source_type", "actions"):
        assert getattr(back, name) == getattr(made, name)
    assert dict(back.report) == dict(made.report)


def test_a_master_without_a_matte_comes_back_without_one() -> None:
    assert Master.from_bytes(master(matte=None).to_bytes()).matte is None


def test_the_same_master_has_the_same_bytes() -> None:
    assert master().to_bytes() == master().to_bytes()


def test_the_bytes_start_as_the_specification_says() -> None:
    data = master().to_bytes()
    assert data[:12] == b"FPMASTER\x01\x00\x00\x00"
    header, picture, matte = (int.from_bytes(data[n : n + 4], "big") for n in (12, 16, 20))
    assert data[24 : 24 + header].startswith(b"{")
    assert data[24 + header : 27 + header] == b"\xff\xd8\xff"
    assert data[24 + header + picture :][:4] == b"\x89PNG"
    assert len(data) == 24 + header + picture + matte + 32


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
    data[8] = 2
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
    *fixed, old, picture, matte = PREFIX.unpack_from(data)
    body = PREFIX.pack(*fixed, len(header), picture, matte) + header + data[PREFIX.size + old : -32]
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(sealed(body))
    assert caught.value.code == "master_damaged"


def test_only_the_formats_of_the_specification_are_decoded() -> None:
    data = master().to_bytes()
    *fixed, header, picture, matte = PREFIX.unpack_from(data)
    start = PREFIX.size + header
    swapped = data[start + picture : -32] + data[start : start + picture]
    body = PREFIX.pack(*fixed, header, matte, picture) + data[PREFIX.size : start] + swapped
    with pytest.raises(EngineError) as caught:
        Master.from_bytes(sealed(body))
    assert caught.value.code == "master_damaged"
