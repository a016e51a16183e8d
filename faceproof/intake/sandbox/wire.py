"""What crosses the two pipes of a decoder, and the socket of its fork server: fixed headers and raw bytes,
nothing that could be executed or unpickled.

    to the decoder     REQUEST, then `icc_length` bytes of profile, then `data_length` bytes of picture
    from the decoder   RESPONSE, then width * height * 3 bytes
    from the server    READY, one byte, when it is warm; for every FORK two numbers: the decoder's process id,
                       and when it has ended its exit code, or minus the signal that ended it
    to the server      FORK, one byte with two descriptors; RELEASE, one byte, for the process id

Big-endian without padding. Imported by the server before it is locked in: standard library only.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

KINDS = ("jpeg", "png", "webp", "heic")
STATUS = ("ok", "corrupt", "too_complex", "too_many_pixels", "unsupported_type")
READY, FORK, RELEASE = b"R", b"F", b"A"
MAGIC_IN, MAGIC_OUT = b"fpi1", b"fpo1"

_REQUEST = struct.Struct(">4sBBBHIIHIQII")
_RESPONSE = struct.Struct(">4sBIIIIfIII")
_NUMBER = struct.Struct(">i")
REQUEST_SIZE, RESPONSE_SIZE, NUMBER_SIZE = _REQUEST.size, _RESPONSE.size, _NUMBER.size


class Request(NamedTuple):
    kind: str
    orientation: int  # EXIF 1..8
    icc_deflated: bool
    max_side: int  # px of the result
    max_output: int  # pixels of the result
    max_pixels: int  # pixels the file may declare
    cpu_seconds: int
    wall_milliseconds: int
    memory: int  # bytes of address space on top of the warm interpreter
    icc_length: int
    data_length: int

    def pack(self) -> bytes:
        return _REQUEST.pack(MAGIC_IN, KINDS.index(self.kind), *self[1:])


class Response(NamedTuple):
    status: str
    width: int = 0
    height: int = 0
    original_width: int = 0
    original_height: int = 0
    focal_35mm: float = 0.0  # millimetres, 0 = unknown
    layers: int = 0  # jail.LAYERS that hold, as bits
    peak_kib: int = 0  # resident memory high-water mark; a claim of the child, for the bench only
    cpu_milliseconds: int = 0

    def pack(self) -> bytes:
        return _RESPONSE.pack(MAGIC_OUT, STATUS.index(self.status), *self[1:])


def unpack_request(raw: bytes) -> Request:
    """Raises ValueError on anything that `Request.pack` did not write."""
    magic, kind, orientation, deflated, *rest = _REQUEST.unpack(raw)
    if magic != MAGIC_IN or kind >= len(KINDS):
        raise ValueError("not a request")
    return Request(KINDS[kind], orientation, bool(deflated), *rest)


def unpack_response(raw: bytes) -> Response:
    """Raises ValueError on anything that `Response.pack` did not write: the child is not trusted."""
    magic, status, *rest = _RESPONSE.unpack(raw)
    if magic != MAGIC_OUT or status >= len(STATUS):
        raise ValueError("not a response")
    return Response(STATUS[status], *rest)


def pack_number(number: int) -> bytes:
    return _NUMBER.pack(number)


def unpack_number(raw: bytes) -> int:
    return int(_NUMBER.unpack(raw)[0])
