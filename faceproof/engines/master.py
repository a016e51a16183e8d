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
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .brief import EngineError

MAGIC = b"FPMASTER"
VERSION = 1
PREFIX = struct.Struct(
    ">8sBBHIII"
)  # magic, version, flags (0), reserved (0), header, picture and matte lengths
DIGEST = 32
MAX_HEADER = 64 * 1024
MAX_SIDE = 4096
JPEG_QUALITY = 97
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

    def to_bytes(self) -> bytes:
        """The stored form, docs/formats/master.md."""
        header = json.dumps(_header(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        picture = _encode(".jpg", self.pixels)
        matte = b"" if self.matte is None else _encode(".png", self.matte)
        prefix = PREFIX.pack(MAGIC, VERSION, 0, 0, len(header), len(picture), len(matte))
        body = prefix + header + picture + matte
        return body + hashlib.sha256(body).digest()

    @classmethod
    def from_bytes(cls, data: bytes) -> Master:
        """Read the stored form, untrusted. Raises EngineError master_damaged or master_version."""
        header, picture, matte = _split(data)
        try:
            return _build(cls, json.loads(header), picture, matte)
        except EngineError:
            raise
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


def _split(data: bytes) -> tuple[bytes, bytes, bytes]:
    """The three parts, after the digest and every length were checked."""
    if len(data) < PREFIX.size + DIGEST:
        raise _damaged("too short")
    magic, version, flags, reserved, *lengths = PREFIX.unpack_from(data)
    if magic != MAGIC:
        raise _damaged("not a master")
    if version != VERSION or flags or reserved:
        raise EngineError("master_version", f"version {version}, this program reads {VERSION}")
    if lengths[0] > MAX_HEADER or PREFIX.size + sum(lengths) + DIGEST != len(data):
        raise _damaged("lengths do not add up")
    if hashlib.sha256(data[:-DIGEST]).digest() != data[-DIGEST:]:
        raise _damaged("digest does not match")
    first, second = PREFIX.size + lengths[0], PREFIX.size + lengths[0] + lengths[1]
    return data[PREFIX.size : first], data[first:second], data[second:-DIGEST]


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


def _build(cls: type[Master], header: dict[str, Any], picture: bytes, matte: bytes) -> Master:
    size = (_whole(header["width"]), _whole(header["height"]))
    if not all(1 <= side <= MAX_SIDE for side in size):
        raise _damaged(f"size {size}")
    points = [_point(header["geometry"][name]) for name in SIDES]
    report = {str(k): v if isinstance(v, str) else _number(v) for k, v in header["report"].items()}
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
        report=MappingProxyType(report),
    )
