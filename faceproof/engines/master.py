"""Masters: the finished picture at the resolution of the pixels held, with what finishing needs to cut it.

The stored form is specified byte by byte in docs/formats/master.md; the code below follows its order.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .brief import EngineError

MAGIC = b"FPMASTER"
VERSION = 2
PREFIX = struct.Struct(">8sBBHIIII")
"""magic, version, flags (0), reserved (0), lengths of header, picture, matte and changes"""
PREFIX_1 = struct.Struct(">8sBBHIII")
"""The same in version 1, which had no changes; still read, no longer written."""
DIGEST = 32
MAX_HEADER = 64 * 1024
MAX_SIDE = 4096
JPEG_QUALITY = 97
CHANGES_SIDE = 160
"""Cells a side of the map of changes."""
CHANGE_STEP = 0.2
"""What one step of a cell means, in units of CIE L*a*b*."""
NO_CHANGE = 128
"""Lightness cell that means no change."""
SIDES = ("left_eye", "right_eye", "chin", "crown")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where the head is: (x, y) in pixels of the master from its top left corner, sides as in the picture."""

    left_eye: Point
    right_eye: Point
    chin: Point
    crown: Point
    """Top of the hair, hat or head wrap, above the face."""

    @property
    def iod(self) -> float:
        """Pixels between the iris centres."""
        return math.dist(self.left_eye, self.right_eye)

    @property
    def head(self) -> float:
        """Pixels from crown to chin."""
        return math.dist(self.crown, self.chin)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that was done: a C2PA action name and a plain English sentence."""

    name: str
    what: str


@dataclass(frozen=True, slots=True, eq=False)
class Master:
    """One developed picture. Nothing in it is larger than the pixels that were photographed."""

    pixels: NDArray[np.uint8]
    """(h, w, 3) sRGB."""
    matte: NDArray[np.uint8] | None
    """(h, w) how much of each pixel is the person, 0..255; None when the engine has none."""
    geometry: Geometry
    engine: str
    style: str
    seed: int
    scale: float
    """Photo pixels per master pixel: at least 1, larger means reduced."""
    source_type: str
    """IPTC digital source type, the last part of its address."""
    actions: tuple[Action, ...]
    report: Mapping[str, float | str] = field(default_factory=dict)
    changes: NDArray[np.uint8] | None = None
    """(2, CHANGES_SIDE, CHANGES_SIDE) what was changed of the person, over the whole picture: lightness as
    NO_CHANGE + change / CHANGE_STEP, and how far the colour moved in a* and b*, / CHANGE_STEP."""
    given: bool = False
    """Cut by the person's own hand: formats are cut from its middle, `geometry` stands in and says
    nothing."""

    @property
    def unretouched(self) -> NDArray[np.uint8] | None:
        """(h, w, 3) sRGB as it would be without retouch; None where that is not known."""
        return None

    def to_bytes(self) -> bytes:
        """The stored form, docs/formats/master.md."""
        header = json.dumps(_header(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        picture = _encode(".jpg", self.pixels)
        matte = b"" if self.matte is None else _encode(".png", self.matte)
        changes = b"" if self.changes is None else _encode(".png", self.changes.reshape(-1, CHANGES_SIDE))
        lengths = (len(header), len(picture), len(matte), len(changes))
        body = PREFIX.pack(MAGIC, VERSION, 0, 0, *lengths) + header + picture + matte + changes
        return body + hashlib.sha256(body).digest()

    @classmethod
    def from_bytes(cls, data: bytes) -> Master:
        """Read the stored form, untrusted. Raises EngineError master_damaged or master_version."""
        header, *parts = _split(data)
        try:
            return _build(cls, json.loads(header), *parts)
        except EngineError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise _damaged(f"header: {error!r}") from error


def report_of(data: bytes) -> Mapping[str, float | str]:
    """The report alone, checked like the whole but without decoding a picture. Raises as `from_bytes`."""
    try:
        return _report(json.loads(_split(data)[0])["report"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise _damaged(f"header: {error!r}") from error


def _damaged(detail: str) -> EngineError:
    return EngineError("master_damaged", detail)


def _header(master: Master) -> dict[str, Any]:
    return {
        "width": int(master.pixels.shape[1]),
        "height": int(master.pixels.shape[0]),
        "geometry": {name: [float(v) for v in getattr(master.geometry, name)] for name in SIDES},
        "engine": master.engine,
        "style": master.style,
        "seed": master.seed,
        "scale": float(master.scale),
        "source_type": master.source_type,
        "actions": [[action.name, action.what] for action in master.actions],
        "given": master.given,
        "report": {
            key: value if isinstance(value, str) else float(value) for key, value in master.report.items()
        },
    }


def _encode(kind: str, pixels: NDArray[np.uint8]) -> bytes:
    given = np.ascontiguousarray(pixels)
    if kind == ".jpg":
        given = np.asarray(cv2.cvtColor(given, cv2.COLOR_RGB2BGR), np.uint8)
        options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    else:
        # A matte is runs of 0 and of 255: without filters and with run lengths it takes a quarter of the time
        # and less space than libpng's own choice.
        options = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]
        options += [cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    done, encoded = cv2.imencode(kind, given, options)
    if not done:
        raise EngineError("master_not_written", kind)
    return bytes(encoded.tobytes())


def _split(data: bytes) -> list[bytes]:
    """Header, picture, matte and changes, after the digest and every length were checked."""
    if len(data) < PREFIX_1.size + DIGEST:
        raise _damaged("too short")
    magic, version, flags, reserved, *lengths = PREFIX_1.unpack_from(data)
    if magic != MAGIC:
        raise _damaged("not a master")
    if version not in (1, VERSION) or flags or reserved:
        raise EngineError("master_version", f"version {version}, this program reads 1 to {VERSION}")
    start = PREFIX_1.size
    if version > 1:
        if len(data) < PREFIX.size + DIGEST:
            raise _damaged("too short")
        start, lengths = PREFIX.size, list(PREFIX.unpack_from(data)[4:])
    if lengths[0] > MAX_HEADER or start + sum(lengths) + DIGEST != len(data):
        raise _damaged("lengths do not add up")
    if hashlib.sha256(data[:-DIGEST]).digest() != data[-DIGEST:]:
        raise _damaged("digest does not match")
    ends = list(accumulate(lengths, initial=start))
    parts = [data[first:last] for first, last in pairwise(ends)]
    return parts if version > 1 else [*parts, b""]


def _picture(data: bytes, kind: str, mode: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Decode one part, only as the one format and the one size that it must have."""
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            if image.size != size or image.mode != mode:
                raise _damaged(f"{kind} is {image.size} {image.mode}, not {size} {mode}")
            return np.array(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _damaged(f"{kind}: {error!r}") from error


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{value!r} is not a whole number")
    return value


def _point(value: Any) -> Point:
    x, y = value
    return _number(x), _number(y)


def _report(found: Any) -> Mapping[str, float | str]:
    return MappingProxyType({str(k): v if isinstance(v, str) else _number(v) for k, v in found.items()})


def _changes(data: bytes) -> NDArray[np.uint8]:
    tall = _picture(data, "PNG", "L", (CHANGES_SIDE, 2 * CHANGES_SIDE))
    return tall.reshape(2, CHANGES_SIDE, CHANGES_SIDE)


def _build(cls: type[Master], header: dict[str, Any], picture: bytes, matte: bytes, changes: bytes) -> Master:
    size = (_whole(header["width"]), _whole(header["height"]))
    if not all(1 <= side <= MAX_SIDE for side in size):
        raise _damaged(f"size {size}")
    points = [_point(header["geometry"][name]) for name in SIDES]
    return cls(
        pixels=_picture(picture, "JPEG", "RGB", size),
        matte=_picture(matte, "PNG", "L", size) if matte else None,
        geometry=Geometry(*points),
        engine=str(header["engine"]),
        style=str(header["style"]),
        seed=_whole(header["seed"]),
        scale=_number(header["scale"]),
        source_type=str(header["source_type"]),
        actions=tuple(Action(str(name), str(what)) for name, what in header["actions"]),
        report=_report(header["report"]),
        changes=_changes(changes) if changes else None,
        given=header.get("given", False) is True,
    )
