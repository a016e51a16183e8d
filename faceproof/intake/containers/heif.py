"""HEIF with HEVC pictures (ISO/IEC 23008-12): only with the optional `pillow_heif`.

The item structure is too rich to be rebuilt here, so libheif sees the whole file, inside the child. What is
read before is every declared picture size (`ispe`), tiles and grids alike, and the largest one counts.
"""

from __future__ import annotations

import importlib.util
import re

from faceproof.intake.containers.essence import Essence
from faceproof.intake.errors import IntakeError
from faceproof.intake.limits import Limits

ISPE = re.compile(rb"\x00\x00\x00\x14ispe\x00\x00\x00\x00(.{8})", re.DOTALL)
BYTES_PER_PIXEL = 8.0
MAX_SIZES = 4096
LARGEST_SIDE = 65_535
"""HEVC cannot code more, and grids beyond it exist in damaged files only."""


def available() -> bool:
    """Whether this installation reads HEIC. The wheel bundles GPL code, so it is an extra."""
    return importlib.util.find_spec("pillow_heif") is not None


def read(data: bytes, limits: Limits) -> Essence:
    """Check the boxes at the top and take the largest declared size."""
    if not available():
        raise IntakeError("unsupported_type", "HEIC needs the extra `heic` (pillow_heif)")
    meta = _meta(data)
    sizes = [found.group(1) for found in ISPE.finditer(meta)]
    if len(sizes) > MAX_SIZES:
        raise IntakeError("too_complex", "HEIF of very many pictures")
    pairs = [(int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")) for size in sizes]
    if not pairs or not all(0 < side <= LARGEST_SIDE for pair in pairs for side in pair):
        raise IntakeError("corrupt", "HEIF without picture sizes")
    width, height = max(pairs, key=lambda pair: pair[0] * pair[1])
    return Essence(kind="heic", width=width, height=height, data=data, bytes_per_pixel=BYTES_PER_PIXEL)


def _meta(data: bytes) -> bytes:
    """The body of the top-level `meta` box."""
    at = 0
    for _ in range(64):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        header = 8
        if length == 1:
            length, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if length == 0:
            length = len(data) - at
        if length < header or at + length > len(data):
            break
        if name == b"meta":
            return data[at + header : at + length]
        at += length
    raise IntakeError("corrupt", "HEIF boxes")
