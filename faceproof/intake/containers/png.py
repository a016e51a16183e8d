"""PNG (ISO/IEC 15948): header, palette, transparency and image data; nothing else reaches the decoder.

Text and profile chunks are where compressed bombs hide, and animation chunks where later frames do. An APNG
without its `acTL` is the plain PNG that every PNG reader shows.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

from faceproof.imaging.codec import exif
from faceproof.intake.containers.essence import Essence
from faceproof.intake.errors import IntakeError
from faceproof.intake.limits import Limits

SIGNATURE = b"\x89PNG\r\n\x1a\n"
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Allowed bit depths for each colour type (table 11.1)."""
KEPT = frozenset({b"PLTE", b"tRNS", b"IDAT"})
MAX_PROFILE = 4 * 1024 * 1024


@dataclass(slots=True)
class _Reading:
    header: bytes
    kept: list[memoryview | bytes] = field(default_factory=list)
    image_data: int = 0
    icc: bytes = b""
    exif: exif.Exif | None = None


def read(data: bytes, limits: Limits) -> Essence:
    """Walk the chunks up to IEND."""
    header = data[8:33]
    if len(header) < 25 or header[:8] != b"\x00\x00\x00\x0dIHDR":
        raise IntakeError("corrupt", "PNG without a header")
    width, height, depth, colour, *methods = struct.unpack(">IIBBBBB", header[8:21])
    if depth not in DEPTHS.get(colour, ()) or methods[0] or methods[1] or methods[2] > 1:
        raise IntakeError("corrupt", "PNG header")
    if max(width, height) > 0x7FFFFFFF or not min(width, height):
        raise IntakeError("corrupt", "PNG size")
    _whole(memoryview(data), 8, 33)
    reading = _Reading(header, [SIGNATURE, header])
    _walk(reading, data, limits)
    if not reading.image_data:
        raise IntakeError("corrupt", "PNG without image data")
    return Essence(
        kind="png",
        width=width,
        height=height,
        data=b"".join(reading.kept),
        icc=reading.icc,
        icc_deflated=True,
        exif=reading.exif or exif.NOTHING,
        bytes_per_pixel=_memory(depth, colour),
    )


def _walk(reading: _Reading, data: bytes, limits: Limits) -> None:
    view, at = memoryview(data), 33
    for _ in range(limits.max_parts):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise IntakeError("corrupt", "PNG without an end")
        body = view[at + 8 : end - 4]
        if name in KEPT or name == b"IEND":
            _whole(view, at, end)
            reading.kept.append(view[at:end])
            reading.image_data += length if name == b"IDAT" else 0
        elif name == b"eXIf" and reading.exif is None:
            reading.exif = exif.read(bytes(body[:65_536]))
        elif name == b"iCCP" and not reading.icc and length <= MAX_PROFILE:
            _, _, rest = bytes(body).partition(b"\x00")
            reading.icc = rest[1:] if rest[:1] == b"\x00" else b""  # compression method 0, deflate
        elif name == b"IHDR" or not name[:1].islower():
            # Bit 5 of the first letter: critical. A decoder must not guess (clause 5.4).
            raise IntakeError("corrupt", "PNG critical chunk")
        if name == b"IEND":
            return
        at = end
    raise IntakeError("too_complex", "PNG of very many chunks")


def _whole(data: memoryview, start: int, end: int) -> None:
    if zlib.crc32(data[start + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
        raise IntakeError("corrupt", "PNG checksum")


def _memory(depth: int, colour: int) -> float:
    """Bytes a pixel: Pillow holds grey and palette in one, RGB in four; transparency needs three copies."""
    if colour == 0:
        return 2.0 if depth == 16 else 1.0
    return {2: 4.0, 3: 9.0}.get(colour, 13.0)
