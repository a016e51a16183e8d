"""One output format and the rules its file must keep."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

Words = Mapping[str, str]
LANGUAGES = ("en", "fr")
FILES = ("jpeg", "png", "webp")
FITS = ("exact", "largest")


class FormatError(Exception):
    """A format that cannot be used: code `bad_format` or `unknown_format`, with a text for the operator."""

    def __init__(self, code: str, file: str, key: str, why: str) -> None:
        self.code, self.file, self.key, self.why = code, file, key, why
        super().__init__(f"{file}: {key + ': ' if key else ''}{why}")


@dataclass(frozen=True, slots=True)
class Format:
    """What a picture is cut, sized and encoded to.

    width, height: pixels. With `fit` "exact" the size that is asked for, with "largest" the upper bound of a
    picture that keeps this aspect and takes every pixel the master holds.
    head_share: height of the head as a share of the picture's, 0.2..0.9. The head is counted as twice the way
    from eyes to chin (`finishing.crop.HEAD_OF_FACE`): top of the skull to chin, whatever is worn above.
    eye_line: distance of the eyes from the upper edge as a share of the height, 0.2..0.7.
    quality: 1..100 for JPEG and WebP; PNG is lossless and ignores it. dpi: pixels per inch, written in
    JPEG and PNG.
    max_bytes: upper bound of the finished, marked file, held by lowering the quality; None for no bound.
    needs_checks: never offer it for a portrait without the checks of an identity photo (R-134..R-137).
    """

    name: str
    label: Words
    purpose: Words
    width: int
    height: int
    file: Literal["jpeg", "png", "webp"]
    quality: int
    dpi: int
    head_share: float
    eye_line: float
    max_bytes: int | None = None
    fit: Literal["exact", "largest"] = "exact"
    needs_checks: bool = False
    internal: bool = False
    order: int = 100

    @property
    def ending(self) -> str:
        """What its file names end with, without the dot."""
        return "jpg" if self.file == "jpeg" else self.file

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        return self.width / self.height


def _words(value: object) -> str | None:
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        return "must be a table with exactly the languages " + " and ".join(LANGUAGES)
    if not all(isinstance(text, str) and text.strip() for text in value.values()):
        return "every language needs a text"
    return None


def _whole(low: int, high: int) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        good = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return None if good else f"must be a whole number from {low} to {high}"

    return check


def _share(low: float, high: float) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        return (
            None
            if isinstance(value, float) and low <= value <= high
            else f"must be a number from {low} to {high}"
        )

    return check


def _one_of(*choices: str) -> Callable[[object], str | None]:
    return lambda value: None if value in choices else "must be one of " + ", ".join(choices)


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


RULES: dict[str, Callable[[object], str | None]] = {
    "label": _words,
    "purpose": _words,
    "width": _whole(64, 6000),
    "height": _whole(64, 6000),
    "file": _one_of(*FILES),
    "quality": _whole(1, 100),
    "dpi": _whole(36, 1200),
    "head_share": _share(0.2, 0.9),
    "eye_line": _share(0.2, 0.7),
    "max_bytes": _whole(20_000, 100_000_000),
    "fit": _one_of(*FITS),
    "needs_checks": _flag,
    "internal": _flag,
    "order": _whole(0, 1000),
}
OPTIONAL = {"max_bytes", "fit", "needs_checks", "internal", "order"}


def read_format(path: Path) -> Format:
    """Read and check one file; FormatError names the file and the key."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem):
        raise FormatError(
            "bad_format", path.name, "", "the name must be lower-case letters, digits and hyphens"
        )
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatError("bad_format", path.name, "", f"is not TOML: {error}") from error
    _check(table, path.name)
    fields: dict[str, Any] = dict(table)
    for key in ("label", "purpose"):
        fields[key] = MappingProxyType(dict(table[key]))
    return Format(name=path.stem, **fields)


def _check(table: Mapping[str, object], file: str) -> None:
    for key in table:
        if key not in RULES:
            raise FormatError("bad_format", file, key, "is not a key of a format; known: " + ", ".join(RULES))
    for key, rule in RULES.items():
        if key not in table:
            if key not in OPTIONAL:
                raise FormatError("bad_format", file, key, "is missing")
        elif complaint := rule(table[key]):
            raise FormatError("bad_format", file, key, f"{complaint}, not {table[key]!r}")
    if table["file"] == "png" and "max_bytes" in table:
        raise FormatError(
            "bad_format", file, "max_bytes", "a lossless file has no quality to lower: leave it out"
        )
