"""Photos and hostile files made on the spot, so that the suite needs none from outside."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

PLACE = b"MARKER-OF-A-PLACE-48.8583-N-2.2945-E"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(width: int = 160, height: int = 120) -> Image.Image:
    """A smooth picture without any symmetry, so that every wrong turn shows."""
    y, x = np.mgrid[0:height, 0:width]
    across, down = x / (width - 1), y / (height - 1)
    rgb = np.stack([220 * across, 200 * down, 90 + 100 * across * down], axis=2)
    rgb[: height // 4, : width // 4] = (250, 240, 20)
    return Image.fromarray(rgb.astype(np.uint8))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    return saved(image or picture(), "JPEG", **{"quality": 95, "subsampling": 0, **options})


def png(image: Image.Image | None = None, **options: object) -> bytes:
    return saved(image or picture(), "PNG", **options)


def webp(image: Image.Image | None = None, **options: object) -> bytes:
    return saved(image or picture(), "WEBP", **{"quality": 95, **options})


def segment(code: int, body: bytes) -> bytes:
    return bytes([0xFF, code]) + struct.pack(">H", len(body) + 2) + body


def with_segments(data: bytes, *segments: bytes) -> bytes:
    """A JPEG with more segments right after its start."""
    return data[:2] + b"".join(segments) + data[2:]


def chunk(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunks(data: bytes, *chunks: bytes) -> bytes:
    """A PNG with more chunks right after its header."""
    return data[:33] + b"".join(chunks) + data[33:]


def bare_png(width: int, height: int, depth: int = 8, colour: int = 2, rows: bytes = b"") -> bytes:
    """A PNG of a declared size with whatever image data."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return SIGNATURE + header + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND")


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) & 1) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def vp8x(width: int, height: int, flags: int = 0) -> tuple[bytes, bytes]:
    return b"VP8X", bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(
        3, "little"
    )


def exif(
    orientation: int = 1,
    focal: int | None = None,
    order: str = "<",
    circular: bool = False,
    size: tuple[int, int] | None = None,
    zoom: tuple[int, int] | None = None,
) -> bytes:
    """An EXIF block with a GPS directory, a place in it, and if asked directories in a circle, the size that
    the camera wrote (width, height) and its digital zoom (above, below)."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    details = 8 + 2 + 12 * 3 + 4
    entries = [
        _entry(order, 0x0112, 3, orientation),
        _entry(order, 0x8769, 4, 8 if circular else details),
        _entry(order, 0x8825, 4, 8 if circular else details),
    ]
    first = struct.pack(order + "H", 3) + b"".join(entries) + struct.pack(order + "I", 8 if circular else 0)
    more = [_entry(order, 0xA405, 3, focal or 0)]
    if size is not None:
        more += [_entry(order, 0xA002, 4, size[0]), _entry(order, 0xA003, 4, size[1])]
    if zoom is not None:
        more.append(_entry(order, 0xA404, 5, details + 2 + 12 * (len(more) + 1) + 4))
    second = struct.pack(order + "H", len(more)) + b"".join(more) + struct.pack(order + "I", 0)
    second += struct.pack(order + "II", *zoom) if zoom is not None else b""
    return b"Exif\x00\x00" + mark + struct.pack(order + "I", 8) + first + second + PLACE


def _entry(order: str, tag: int, kind: int, value: int) -> bytes:
    packed = struct.pack(order + ("H" if kind == 3 else "I"), value)
    return struct.pack(order + "HHI", tag, kind, 1) + packed.ljust(4, b"\x00")


def matrix_profile(red: tuple[float, float], green: tuple[float, float], blue: tuple[float, float]) -> bytes:
    """An ICC v2 display profile with a gamma of 2.2 from the xy of its primaries, white point D50."""
    white = np.array([0.9642, 1.0, 0.8249])
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in (red, green, blue)]).T
    columns = columns * np.linalg.solve(columns, white)
    tags = [
        (b"wtpt", _xyz(white)),
        (b"desc", _description(b"Wide test space")),
        (b"cprt", b"text\x00\x00\x00\x00none\x00"),
    ]
    tags += [(name, _xyz(columns[:, at])) for at, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))]
    gamma = b"curv\x00\x00\x00\x00" + struct.pack(">IH", 1, int(2.2 * 256))
    tags += [(name, gamma) for name in (b"rTRC", b"gTRC", b"bTRC")]
    table, bodies, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, body in tags:
        body = body.ljust(-(-len(body) // 4) * 4, b"\x00")
        table += name + struct.pack(">II", at + len(bodies), len(body))
        bodies += body
    size = at + len(bodies)
    header = struct.pack(">I4xI", size, 0x02400000) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    header += struct.pack(">iii", *(round(value * 65536) for value in white))
    return header.ljust(128, b"\x00") + struct.pack(">I", len(tags)) + table + bodies


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ \x00\x00\x00\x00" + struct.pack(">iii", *(round(float(value) * 65536) for value in values))


def _description(text: bytes) -> bytes:
    return b"desc\x00\x00\x00\x00" + struct.pack(">I", len(text) + 1) + text + bytes(1 + 8 + 3 + 67)
