"""A better coarse mask that the operator brings: one ONNX file, believed by its hash, run by onnxruntime.

Absent by default. Nothing is downloaded, nothing but a mask of the picture's own shape is taken from it, and
the file is hashed as the very bytes that are run. `segment` here answers as `segment.segment` does, finer.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SHA256 = re.compile(r"[0-9a-f]{64}")
LARGEST = 1 << 31
"""Bytes. A protobuf cannot be larger; BiRefNet has 0.94 GB, MODNet 26 MB."""
SLACK = 0.01
"""How far beyond 0..1 an answer may be and still be a chance, rounded."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of net wants to see a picture, and how it answers."""

    name: str
    licence: str
    side: int
    """Pixels of the square that it sees."""
    mean: tuple[float, float, float]
    spread: tuple[float, float, float]
    answer: str
    """"chance" or "logit"."""


@dataclass(frozen=True, slots=True)
class Coarse:
    """Which file, and which it must be. A plain value: it travels to the darkroom with the order."""

    path: str
    sha256: str
    kind: str


class CoarseError(Exception):
    """The mask cannot be used. `code`: kind, hash_wanted, not_installed, missing, hash, not_a_model or
    not_a_mask."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


@cache
def kinds() -> dict[str, Kind]:
    """Every kind there is, by name."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        name: Kind(
            row["name"], row["licence"], row["side"], tuple(row["mean"]), tuple(row["spread"]), row["answer"]
        )
        for name, row in table.items()
    }


def named(path: str, sha256: str, kind: str) -> Coarse | None:
    """What three settings name; None when there is no path. Raises CoarseError kind, hash_wanted."""
    if not path:
        return None
    if kind not in kinds():
        raise CoarseError("kind", f"{kind!r} is none of {', '.join(kinds())}")
    if not SHA256.fullmatch(sha256):
        raise CoarseError("hash_wanted", "64 hexadecimal digits, lower case, as sha256sum prints them")
    return Coarse(path, sha256, kind)


def look(coarse: Coarse) -> None:
    """Whether the file is there and the one that was named. Raises CoarseError; runs nothing."""
    if importlib.util.find_spec("onnxruntime") is None:
        raise CoarseError("not_installed", "onnxruntime is not installed (the extra “matte”)")
    _read(coarse)


def segment(pixels: NDArray[np.uint8], coarse: Coarse) -> Floats:
    """(s, s), 0..1: how probably each spot of a (h, w, 3) sRGB picture belongs to a person; s is the kind's.

    The whole picture is squashed into the square. Raises CoarseError.
    """
    kind = kinds()[coarse.kind]
    how = cv2.INTER_AREA if min(pixels.shape[:2]) >= kind.side else cv2.INTER_LINEAR
    square = np.asarray(cv2.resize(pixels, (kind.side, kind.side), interpolation=how), np.float32) / 255
    seen = (square - np.array(kind.mean, np.float32)) / np.array(kind.spread, np.float32)
    session = _session(coarse)
    try:
        given = {session.get_inputs()[0].name: np.ascontiguousarray(seen.transpose(2, 0, 1)[None])}
        answers = session.run(None, given)
    except Exception as error:  # onnxruntime's own classes, which cannot be named without it
        raise CoarseError(
            "not_a_mask", f"it does not take a picture of {kind.side} pixels: {error}"
        ) from error
    return _mask(answers, kind)


def _mask(answers: list[Any], kind: Kind) -> Floats:
    """The one mask among a net's answers, as chances. Raises CoarseError."""
    shapes = [getattr(answer, "shape", None) for answer in answers]
    if len(answers) != 1 or np.squeeze(answers[0]).shape != (kind.side, kind.side):
        raise CoarseError("not_a_mask", f"it answers {shapes}, not one mask of {kind.side} × {kind.side}")
    answer = np.squeeze(answers[0]).astype(np.float32)
    if not np.isfinite(answer).all():
        raise CoarseError("not_a_mask", "its answer holds what is no number")
    chances = float(answer.min()) >= -SLACK and float(answer.max()) <= 1 + SLACK
    if kind.answer == "logit" and not chances:
        return np.asarray(1 / (1 + np.exp(-np.clip(answer, -30, 30))), np.float32)
    if not chances:
        raise CoarseError("not_a_mask", f"it answers {answer.min():.2f} to {answer.max():.2f}, not 0 to 1")
    return np.asarray(np.clip(answer, 0, 1), np.float32)


@lru_cache(maxsize=1)
def _session(coarse: Coarse) -> Any:
    """The net, loaded once a process, on one thread."""
    try:
        import onnxruntime
    except ImportError as error:
        raise CoarseError("not_installed", "onnxruntime is not installed (the extra “matte”)") from error
    data = _read(coarse)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # it would write to the terminal what is raised anyway
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as above
        raise CoarseError("not_a_model", str(error)) from error


def _read(coarse: Coarse) -> bytes:
    """The file's bytes, if they are the ones that were named."""
    try:
        with open(coarse.path, "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise CoarseError("missing", f"{coarse.path}: {error.strerror}") from error
    found = hashlib.sha256(data).hexdigest()
    if found != coarse.sha256:
        raise CoarseError("hash", f"{coarse.path} has the SHA-256 {found}, not {coarse.sha256}")
    return data
