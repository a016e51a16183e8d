"""Marks that were removed, altered or made by others are told apart; nothing hostile breaks the reader."""

import io
import json
from dataclasses import replace
from typing import Any

import c2pa
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from faceproof import formats, marking
from faceproof.cli.inspect import render_text
from faceproof.marking import Facts, MarkError, Signer, inspect, xmp
from faceproof.marking.terms import SCHEME

FILES = ("jpeg", "png", "webp")
MIMES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


@pytest.fixture(params=FILES)
def marked(request: pytest.FixtureRequest, face: NDArray[np.uint8], facts: Facts, signer: Signer) -> bytes:
    fmt = replace(formats.get("linkedin"), file=request.param, max_bytes=None)
    return marking.mark(face, fmt, facts, signer)


def refusal(data: bytes) -> str:
    with pytest.raises(MarkError) as caught:
        marking.read_back(data)
    return caught.value.code


def segments(data: bytes) -> list[tuple[bytes, bytes]]:
    """A JPEG as (marker, whole segment) pairs; the last holds the scan and everything after it."""
    parts, at = [], 2
    while data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        parts.append((data[at : at + 2], data[at:end]))
        at = end
    return [*parts, (data[at : at + 2], data[at:])]


def without(data: bytes, marker: bytes) -> bytes:
    return data[:2] + b"".join(part for kind, part in segments(data) if kind != marker)


def jpeg(face: NDArray[np.uint8], facts: Facts, signer: Signer) -> bytes:
    return marking.mark(face, replace(formats.get("linkedin"), max_bytes=None), facts, signer)


def test_without_xmp_the_picture_is_refused(face: NDArray[np.uint8], facts: Facts, signer: Signer) -> None:
    assert refusal(without(jpeg(face, facts, signer), b"\xff\xe1")) == "tampered"


def test_without_the_credential_the_picture_is_unmarked(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    stripped = without(jpeg(face, facts, signer), b"\xff\xeb")
    assert b"DigitalSourceType" in stripped
    assert refusal(stripped) == "unmarked"


def test_encoding_the_picture_again_removes_the_marks(marked: bytes) -> None:
    out = io.BytesIO()
    image = Image.open(io.BytesIO(marked))
    image.save(out, image.format)
    assert refusal(out.getvalue()) == "unmarked"


def test_a_single_changed_byte_of_the_picture_is_noticed(marked: bytes) -> None:
    at = marked.rindex(b"IDAT") + 400 if b"IDAT" in marked else len(marked) // 2
    if marked[:4] == b"RIFF":
        at = marked.index(b"VP8 ") + 2000
    changed = bytearray(marked)
    changed[at] ^= 1
    assert refusal(bytes(changed)) == "tampered"


def test_a_changed_source_type_in_xmp_is_noticed(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    data = jpeg(face, facts, signer)
    lie = data.replace(b"digitalsourcetype/composite", b"digitalsourcetype/digitalCapt", 1)
    assert lie != data
    assert refusal(lie) == "tampered"


def test_no_flipped_bit_anywhere_changes_what_is_read(marked: bytes, signer: Signer) -> None:
    truth = marking.read_back(marked, root_pem=signer.root_pem)
    for at in range(0, len(marked), len(marked) // 150):
        changed = bytearray(marked)
        changed[at] ^= 0x10
        try:
            read = marking.read_back(bytes(changed), root_pem=signer.root_pem)
        except MarkError:
            continue
        # Some bits of the container carry no meaning; then nothing that is read may differ.
        assert read == truth


def test_another_organisations_picture_is_whole_but_not_trusted(
    marked: bytes, signer: Signer, stranger: Signer
) -> None:
    assert not marking.read_back(marked, root_pem=stranger.root_pem).signer_trusted
    assert not marking.read_back(marked).signer_trusted
    assert marking.read_back(marked, root_pem=signer.root_pem).signer_trusted


def foreign(face: NDArray[np.uint8], signer: Signer, packet: bytes, source: str) -> bytes:
    """A picture as another maker's program would sign it: a valid credential of another shape."""
    plain, out = io.BytesIO(), io.BytesIO()
    Image.fromarray(face).save(plain, "JPEG", **({"xmp": packet} if packet else {}))
    created: dict[str, Any] = {"action": "c2pa.created", "digitalSourceType": SCHEME + source}
    definition = {
        "claim_generator_info": [{"name": "Other", "version": "9"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}],
    }
    info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, signer.chain_pem, signer.key_pem, None)
    with (
        c2pa.Signer.from_info(info) as native,
        c2pa.Context.from_dict({"builder": {"thumbnail": {"enabled": False}}}) as context,
        c2pa.Builder(json.dumps(definition), context=context) as builder,
    ):
        builder.sign(native, "image/jpeg", plain, out)
    return out.getvalue()


def test_a_foreign_credential_without_xmp_counts_as_unmarked(face: NDArray[np.uint8], signer: Signer) -> None:
    assert refusal(foreign(face, signer, b"", "digitalCapture")) == "unmarked"


def test_a_foreign_credential_that_contradicts_its_xmp_counts_as_tampered(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    packet = xmp.build(facts, "image/jpeg", "Other")
    assert refusal(foreign(face, signer, packet, "digitalCapture")) == "tampered"


def test_a_foreign_picture_whose_marks_agree_is_read_under_its_own_name(
    face: NDArray[np.uint8], facts: Facts, signer: Signer, stranger: Signer
) -> None:
    packet = xmp.build(facts, "image/jpeg", "Other")
    marks = marking.read_back(foreign(face, stranger, packet, "composite"), root_pem=signer.root_pem)
    assert marks.claim_generator == "Other/9"
    assert not marks.signer_trusted


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"hello", b"GIF89a" + bytes(40), b"%PDF-1.7", bytes(1000)], ids=repr
)
def test_what_is_no_picture_is_unreadable(data: bytes) -> None:
    assert refusal(data) == "unreadable"
    assert inspect.describe(data)["verdict"] == "unreadable"


def test_a_truncated_picture_is_refused(marked: bytes) -> None:
    for share in (0.2, 0.5, 0.9, 0.999):
        assert refusal(marked[: int(len(marked) * share)]) in {"tampered", "unmarked", "unreadable"}


def test_a_picture_that_claims_to_be_gigantic_is_unreadable() -> None:
    import struct
    import zlib

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    assert refusal(data + bytes(100)) == "unreadable"


@pytest.mark.parametrize(
    "packet",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>',
        '\ufeff<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'.encode("utf-16-be"),
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x []><x/>'.encode("utf-16"),
        b"<x:xmpmeta",
        b"\xff\xfe\x00",
        b"<a>" * 10_000,
        b"<x>" + b" " * 70_000 + b"</x>",
    ],
    ids=["entities", "in UTF-16", "in UTF-16 by name", "open", "not text", "deep", "long"],
)
def test_a_hostile_packet_is_refused_without_being_expanded(packet: bytes) -> None:
    with pytest.raises(MarkError) as caught:
        xmp.read(packet)
    assert caught.value.code == "tampered"


def test_inspect_tells_a_person_what_happened(marked: bytes, signer: Signer) -> None:
    found = inspect.describe(marked, root_pem=signer.root_pem)
    json.dumps(found)
    text = render_text(found)
    assert found["verdict"] == "marked"
    assert found["signer"]["trusted"] is True
    assert "Set on a studio-grey backdrop [c2pa.edited]" in text
    assert signer.organisation in text
    assert inspect.describe(marked)["signer"]["trusted"] is None
    assert "trust not checked" in render_text(inspect.describe(marked))


def test_inspect_says_what_is_left_of_a_stripped_picture(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    found = inspect.describe(without(jpeg(face, facts, signer), b"\xff\xeb"))
    assert found["verdict"] == "unmarked"
    assert found["source_type"] == "composite"
    assert found["signer"] is None


def test_inspect_never_sends_control_characters_to_a_terminal(
    face: NDArray[np.uint8], facts: Facts, signer: Signer
) -> None:
    nasty = replace(facts, actions=(("c2pa.edited", "calm\x1b]0;owned\x07\x9b31m\u202e"),))
    text = render_text(inspect.describe(jpeg(face, nasty, signer)))
    assert "calm" in text
    assert all(character.isprintable() or character == "\n" for character in text)
