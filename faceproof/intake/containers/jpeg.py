"""JPEG (ITU-T T.81): tables, frame, scans; everything else stays outside.

Kept: DQT, DHT, DRI, SOF0-2, SOS with their entropy-coded data, and the JFIF and Adobe segments, which decide
how components become colours. Arithmetic, lossless, hierarchical and 12-bit JPEGs are not what cameras make,
and their decoders are the least travelled paths of every library: `unsupported_type`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from faceproof.imaging.codec import exif
from faceproof.intake.containers.essence import Essence
from faceproof.intake.errors import IntakeError
from faceproof.intake.limits import Limits

SOI, EOI, SOS, DRI, DHT, DQT = 0xD8, 0xD9, 0xDA, 0xDD, 0xC4, 0xDB
PLAIN_FRAMES = (0xC0, 0xC1, 0xC2)
PROGRESSIVE = 0xC2
ODD_FRAMES = frozenset({0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xD0), 0xDE, 0xDF, 0xF7})
"""Lossless, hierarchical, arithmetic (with their DAC, DHP, EXP) and JPEG-LS; 0xC8 is reserved."""
TABLES = frozenset({DQT, DHT, DRI})
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
APP0, APP1, APP2, APP14 = 0xE0, 0xE1, 0xE2, 0xEE
ICC_PREFIX = b"ICC_PROFILE\x00"
# One byte of fill is enough to find a marker; `\xff+` would make a run of fill bytes quadratic.
MARKER = re.compile(rb"\xff[\x01-\xfe]")
END_OF_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


@dataclass(slots=True)
class _Reading:
    kept: list[memoryview | bytes] = field(default_factory=lambda: [b"\xff\xd8"])
    width: int = 0
    height: int = 0
    coefficients: float = 0.0
    scans: int = 0
    whole_scans: bool = True
    exif: exif.Exif | None = None
    icc: dict[int, bytes] = field(default_factory=dict)
    icc_total: int = 0


def read(data: bytes, limits: Limits) -> Essence:
    """Walk the segments up to the end-of-image marker."""
    reading, view, at, parts = _Reading(), memoryview(data), 2, 0
    while True:
        found = MARKER.search(data, at)
        if found is None:
            raise IntakeError("corrupt", "JPEG without an end")
        code, start = data[found.start() + 1], found.start()
        at = start + 2
        parts += 1
        if parts > limits.max_parts:
            raise IntakeError("too_complex", "JPEG of very many segments")
        if code == EOI:
            return _finished(reading)
        if code in ALONE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        end = at + length
        if code == SOI or length < 2 or end > len(data):
            raise IntakeError("corrupt", f"JPEG segment {code:02x}")
        if code == SOS:
            end = _scan(reading, data, at, end, limits)
            reading.kept.append(view[start:end])
        elif _keep(reading, code, data[at + 2 : end]):
            reading.kept.append(view[start:end])
        at = end


def _keep(reading: _Reading, code: int, body: bytes) -> bool:
    """Note what a segment says; True when the decoder needs it."""
    if code in ODD_FRAMES:
        raise IntakeError("unsupported_type", f"JPEG process {code:02x}")
    if code in PLAIN_FRAMES:
        _frame(reading, code, body)
        return True
    if code == APP1 and body.startswith(exif.PREFIX) and reading.exif is None:
        reading.exif = exif.read(body)
    elif code == APP2 and body.startswith(ICC_PREFIX) and len(body) > 14:
        reading.icc.setdefault(body[12], body[14:])
        reading.icc_total = body[13]
    return (
        code in TABLES
        or (code == APP0 and body[:5] == b"JFIF\x00")
        or (code == APP14 and body[:5] == b"Adobe")
    )


def _frame(reading: _Reading, code: int, body: bytes) -> None:
    if reading.width or len(body) < 6 or len(body) != 6 + 3 * body[5]:
        raise IntakeError("corrupt", "JPEG frame header")
    if body[0] != 8:
        raise IntakeError("unsupported_type", f"JPEG of {body[0]} bits")
    reading.height, reading.width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    if not reading.width or not reading.height or body[5] not in (1, 3, 4):
        # A height of 0 promises a DNL segment after the first scan, which no decoder in use honours.
        raise IntakeError("corrupt", "JPEG frame header")
    sampling = [(body[at] >> 4, body[at] & 15) for at in range(7, len(body), 3)]
    widest, tallest = max(h for h, _ in sampling), max(v for _, v in sampling)
    if not all(1 <= h <= 4 and 1 <= v <= 4 for h, v in sampling):
        raise IntakeError("corrupt", "JPEG sampling factors")
    reading.coefficients = 2 * sum(h * v for h, v in sampling) / (widest * tallest)
    reading.whole_scans = code != PROGRESSIVE


def _scan(reading: _Reading, data: bytes, at: int, end: int, limits: Limits) -> int:
    """Count a scan and find where its entropy-coded data ends."""
    if not reading.width:
        raise IntakeError("corrupt", "JPEG scan before its frame")
    reading.scans += 1
    if reading.scans > limits.max_scans:
        raise IntakeError("too_complex", f"JPEG of more than {limits.max_scans} scans")
    marker = END_OF_SCAN.search(data, end)
    if marker is None:
        raise IntakeError("corrupt", "JPEG without an end")
    return marker.start()


def _finished(reading: _Reading) -> Essence:
    if not reading.scans:
        raise IntakeError("corrupt", "JPEG without a scan")
    parts = range(1, reading.icc_total + 1)
    whole = reading.icc_total > 0 and all(part in reading.icc for part in parts)
    buffered = reading.scans > 1 or not reading.whole_scans  # then libjpeg keeps every coefficient
    return Essence(
        kind="jpeg",
        width=reading.width,
        height=reading.height,
        data=b"".join([*reading.kept, b"\xff\xd9"]),
        icc=b"".join(reading.icc[part] for part in parts) if whole else b"",
        exif=reading.exif or exif.NOTHING,
        scans=reading.scans,
        # The pixels themselves are scaled while decoding and so bounded; coefficients are not.
        bytes_per_pixel=reading.coefficients if buffered else 0.5,
    )
