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
from .undone import Retouch

MAGIC = b"FPMASTER"
VERSION = 3
PREFIX = struct.Struct(">8sBBHIIIII")
"""magic, version, flags (0), reserved (0), lengths of header, picture, matte, changes and retouch"""
PREFIXES = {1: struct.Struct(">8sBBHIII"), 2: struct.Struct(">8sBBHIIII"), VERSION: PREFIX}
"""Version 1 had no changes, version 2 no retouch; both are still read, no longer written."""
PARTS = 5
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
Similarity = tuple[float, float, float, float]
"""(a, b, x, y): (s, t) goes to (a s - b t + x, b s + a t + y)."""


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
    """One thing that was done: a C2PA action name and a plain English sentence. retouch: it is not in the
    picture without retouch."""

    name: str
    what: str
    retouch: bool = False


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
    """(2 or 4, CHANGES_SIDE, CHANGES_SIDE) what was changed of the person, over the whole picture: lightness
    as NO_CHANGE + change / CHANGE_STEP, and how far the colour moved in a* and b*, / CHANGE_STEP. The third
    and fourth, where there is a retouch: the same of the picture without it."""
    retouch: Retouch | None = None
    """What retouch added; None where nothing was retouched, or the engine does not tell."""
    unretouched_report: Mapping[str, float | str] = field(default_factory=dict)
    """The report of the picture without retouch."""
    photo: Similarity | None = None
    """From the photo to pixels of the master, see `Header` in docs/formats/master.md; None: not known."""
    given: bool = False
    """Cut by the person's own hand: formats are cut from its middle, `geometry` stands in and says
    nothing."""

    @property
    def unretouched(self) -> NDArray[np.uint8] | None:
        """(h, w, 3) sRGB as it would be without retouch; None where that is not known."""
        return None if self.retouch is None else self.retouch.taken_from(self.pixels)

    def to_bytes(self) -> bytes:
        """The stored form, docs/formats/master.md."""
        header = json.dumps(_header(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        picture = _encode(".jpg", self.pixels)
        matte = b"" if self.matte is None else _encode(".png", self.matte)
        changes = b"" if self.changes is None else _encode(".png", self.changes.reshape(-1, CHANGES_SIDE))
        retouch = b"" if self.retouch is None else _encode(".png", self.retouch.stored())
        parts = (header, picture, matte, changes, retouch)
        body = PREFIX.pack(MAGIC, VERSION, 0, 0, *map(len, parts)) + b"".join(parts)
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


def holds_retouch(data: bytes) -> bool:
    """Whether this master can also be seen without retouch. Raises as `from_bytes`."""
    try:
        return "retouch" in json.loads(_split(data)[0])
    except (ValueError, TypeError, RecursionError) as error:
        raise _damaged(f"header: {error!r}") from error


def report_of(data: bytes, *, retouch: bool = True) -> Mapping[str, float | str]:
    """The report alone, checked like the whole but without decoding a picture; or that of the picture without
    retouch, where there is such a one. Raises as `from_bytes`."""
    try:
        header = json.loads(_split(data)[0])
        without = _report(header.get("unretouched", {}))
        return without if without and not retouch else _report(header["report"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise _damaged(f"header: {error!r}") from error


def _damaged(detail: str) -> EngineError:
    return EngineError("master_damaged", detail)


def _header(master: Master) -> dict[str, Any]:
    header = {
        "width": int(master.pixels.shape[1]),
        "height": int(master.pixels.shape[0]),
        "geometry": {name: [float(v) for v in getattr(master.geometry, name)] for name in SIDES},
        "engine": master.engine,
        "style": master.style,
        "seed": master.seed,
        "scale": float(master.scale),
        "source_type": master.source_type,
        "actions": [
            [action.name, action.what, *(["retouch"] if action.retouch else [])] for action in master.actions
        ],
        "given": master.given,
        "report": _plain(master.report),
        "unretouched": _plain(master.unretouched_report),
    }
    if master.photo is not None:
        header["photo"] = [float(value) for value in master.photo]
    if (retouch := master.retouch) is not None:
        high, wide = retouch.plane.shape[:2]
        header["retouch"] = [retouch.left, retouch.top, wide, high, retouch.side]
    return header


def _plain(report: Mapping[str, float | str]) -> dict[str, float | str]:
    return {key: value if isinstance(value, str) else float(value) for key, value in report.items()}


def _encode(kind: str, pixels: NDArray[np.uint8]) -> bytes:
    given = np.ascontiguousarray(pixels)
    if given.ndim == 3:
        given = np.asarray(cv2.cvtColor(given, cv2.COLOR_RGB2BGR), np.uint8)
    if kind == ".jpg":
        options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    else:
        # A matte is runs of 0 and of 255, a retouch mostly nothing: without filters and with run lengths it
        # takes a quarter of the time and less space than libpng's own choice.
        options = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]
        options += [cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    done, encoded = cv2.imencode(kind, given, options)
    if not done:
        raise EngineError("master_not_written", kind)
    return bytes(encoded.tobytes())


def _split(data: bytes) -> list[bytes]:
    """Header, picture, matte, changes and retouch, after the digest and every length were checked."""
    if len(data) < PREFIXES[1].size + DIGEST:
        raise _damaged("too short")
    magic, version, flags, reserved, *_ = PREFIXES[1].unpack_from(data)
    if magic != MAGIC:
        raise _damaged("not a master")
    if version not in PREFIXES or flags or reserved:
        raise EngineError("master_version", f"version {version}, this program reads 1 to {VERSION}")
    prefix = PREFIXES[version]
    if len(data) < prefix.size + DIGEST:
        raise _damaged("too short")
    lengths = prefix.unpack_from(data)[4:]
    if lengths[0] > MAX_HEADER or prefix.size + sum(lengths) + DIGEST != len(data):
        raise _damaged("lengths do not add up")
    if hashlib.sha256(data[:-DIGEST]).digest() != data[-DIGEST:]:
        raise _damaged("digest does not match")
    ends = list(accumulate(lengths, initial=prefix.size))
    parts = [data[first:last] for first, last in pairwise(ends)]
    return parts + [b""] * (PARTS - len(parts))


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


def _changes(data: bytes, planes: int) -> NDArray[np.uint8]:
    tall = _picture(data, "PNG", "L", (CHANGES_SIDE, planes * CHANGES_SIDE))
    return tall.reshape(planes, CHANGES_SIDE, CHANGES_SIDE)


def _retouch(data: bytes, where: Any, size: tuple[int, int]) -> Retouch:
    left, top, wide, high, side = map(_whole, where)
    inside = 0 <= left <= left + wide <= side and 0 <= top <= top + high <= side and min(wide, high) > 0
    if not inside or side > size[0] or size[0] != size[1]:
        raise _damaged(f"retouch at {where} of {size}")
    return Retouch.read(_picture(data, "PNG", "RGB", (wide, high)), left, top, side)


def _action(name: Any, what: Any, kind: Any = "") -> Action:
    return Action(str(name), str(what), retouch=kind == "retouch")


def _build(
    cls: type[Master], header: dict[str, Any], picture: bytes, matte: bytes, changes: bytes, retouch: bytes
) -> Master:
    size = (_whole(header["width"]), _whole(header["height"]))
    if not all(1 <= side <= MAX_SIDE for side in size):
        raise _damaged(f"size {size}")
    points = [_point(header["geometry"][name]) for name in SIDES]
    a, b, x, y = map(_number, header.get("photo", (0, 0, 0, 0)))
    return cls(
        pixels=_picture(picture, "JPEG", "RGB", size),
        matte=_picture(matte, "PNG", "L", size) if matte else None,
        geometry=Geometry(*points),
        engine=str(header["engine"]),
        style=str(header["style"]),
        seed=_whole(header["seed"]),
        scale=_number(header["scale"]),
        source_type=str(header["source_type"]),
        actions=tuple(_action(*each) for each in header["actions"]),
        report=_report(header["report"]),
        changes=_changes(changes, 4 if retouch else 2) if changes else None,
        retouch=_retouch(retouch, header["retouch"], size) if retouch else None,
        unretouched_report=_report(header.get("unretouched", {})),
        photo=(a, b, x, y) if "photo" in header else None,
        given=header.get("given", False) is True,
    )
