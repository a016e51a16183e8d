"""Output formats: what a finished picture is cut to, one TOML file each.

A format is a file in this folder and nothing else: its name is the file's name, and adding one file adds a
format. `offered()` is what a page or a command may put before a person; `all_formats()` also holds the
internal ones and those that need a check first (R-137).
"""

from functools import lru_cache
from pathlib import Path

from faceproof.formats.format import Format, FormatError, Words, read_format

__all__ = ["Format", "FormatError", "Words", "all_formats", "get", "load", "offered"]

FOLDER = Path(__file__).parent


def load(folder: Path) -> tuple[Format, ...]:
    """Every format of a folder, in the order in which people should read them."""
    found = (read_format(path) for path in sorted(folder.glob("*.toml")))
    return tuple(sorted(found, key=lambda fmt: (fmt.order, fmt.name)))


@lru_cache(maxsize=1)
def all_formats() -> tuple[Format, ...]:
    """Every format of the product, also internal ones and those that need checks."""
    return load(FOLDER)


def offered() -> tuple[Format, ...]:
    """The formats that may be offered for any portrait, without a further check."""
    return tuple(fmt for fmt in all_formats() if not fmt.internal and not fmt.needs_checks)


def get(name: str) -> Format:
    """The format of that name; FormatError (code `unknown_format`) where there is none."""
    for fmt in all_formats():
        if fmt.name == name:
            return fmt
    known = ", ".join(fmt.name for fmt in all_formats())
    raise FormatError("unknown_format", f"{name}.toml", "", f"there is no such format; known: {known}")
