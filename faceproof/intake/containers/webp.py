"""WebP (RFC 9649): one still picture, rebuilt from its bitstream and alpha plane alone.

Of an animation the first frame is taken out and stands for itself, so a canvas of a gigapixel around small
frames is never allocated.
"""

from __future__ import annotations

from dataclasses import dataclass

from faceproof.imaging.codec import exif
from faceproof.intake.containers.essence import Essence
from faceproof.intake.errors import IntakeError
from faceproof.intake.limits import Limits

START_CODE = b"\x9d\x01\x2a"
ALPHA = 0x10
BYTES_PER_PIXEL = 20.0
"""Pillow uses libwebp's animation reader: two RGBA canvases, a copy, and the picture (measured)."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    name: bytes
    body: bytes


def read(data: bytes, limits: Limits) -> Essence:
    """Walk the chunks of the RIFF file; bytes after its declared end are ignored."""
    declared = int.from_bytes(data[4:8], "little") + 8
    if declared > len(data) + 1:  # some writers count the padding byte that they do not write
        raise IntakeError("corrupt", "WebP shorter than it says")
    chunks = _chunks(data[12:declared], limits)
    if not chunks:
        raise IntakeError("corrupt", "WebP without a chunk")
    first = {chunk.name: chunk.body for chunk in reversed(chunks)}
    extended = first.get(b"VP8X")
    if extended is not None and chunks[0].name == b"VP8X" and b"ANMF" in first:
        return _essence(_chunks(first[b"ANMF"][16:], limits), first)
    return _essence(chunks, first)


def _chunks(data: bytes, limits: Limits) -> list[_Chunk]:
    found: list[_Chunk] = []
    at = 0
    while at + 8 <= len(data):
        if len(found) >= limits.max_parts:
            raise IntakeError("too_complex", "WebP of very many chunks")
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > len(data):
            raise IntakeError("corrupt", "WebP chunk")
        found.append(_Chunk(name, data[at + 8 : at + 8 + length]))
        at += 8 + length + (length & 1)
    return found


def _essence(chunks: list[_Chunk], outer: dict[bytes, bytes]) -> Essence:
    picture = next((chunk for chunk in chunks if chunk.name in (b"VP8 ", b"VP8L")), None)
    alpha = next((chunk.body for chunk in chunks if chunk.name == b"ALPH"), None)
    if picture is None:
        raise IntakeError("corrupt", "WebP without a picture")
    width, height = _lossy(picture.body) if picture.name == b"VP8 " else _lossless(picture.body)
    body = _chunk(picture.name, picture.body)
    if alpha is not None and picture.name == b"VP8 ":
        canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        body = _chunk(b"VP8X", bytes([ALPHA, 0, 0, 0]) + canvas) + _chunk(b"ALPH", alpha) + body
    return Essence(
        kind="webp",
        width=width,
        height=height,
        data=b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body,
        icc=outer.get(b"ICCP", b""),
        exif=exif.read(outer.get(b"EXIF", b"")[:65_536]),
        bytes_per_pixel=BYTES_PER_PIXEL,
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + b"\x00" * (len(body) & 1)


def _lossy(body: bytes) -> tuple[int, int]:
    """Size from a VP8 key frame header (RFC 6386, 9.1)."""
    if len(body) < 10 or body[0] & 1 or body[3:6] != START_CODE:
        raise IntakeError("corrupt", "WebP lossy header")
    width, height = (
        int.from_bytes(body[6:8], "little") & 0x3FFF,
        int.from_bytes(body[8:10], "little") & 0x3FFF,
    )
    if not width or not height:
        raise IntakeError("corrupt", "WebP size")
    return width, height


def _lossless(body: bytes) -> tuple[int, int]:
    """Size from a VP8L header (RFC 9649, 3.4)."""
    if len(body) < 5 or body[0] != 0x2F or body[4] >> 5:
        raise IntakeError("corrupt", "WebP lossless header")
    bits = int.from_bytes(body[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
