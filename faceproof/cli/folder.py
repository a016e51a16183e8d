"""Where pictures are put: a folder that is tried before the work starts, and files that replace nothing."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import click


def ready(folder: Path) -> Path:
    """The folder, made when it is missing. Raises `click.BadParameter` when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "it may not be written to")
    except OSError as error:
        name, why = click.format_filename(folder), error.strerror or error
        raise click.BadParameter(
            f"“{name}” cannot be used: {why}. Choose another folder with -o.", param_hint="--output"
        ) from None
    return folder


def keep(folder: Path, name: str, data: bytes) -> Path:
    """Write a new file and return its path; a name that is taken gets a number, so nothing is overwritten.

    Two photos of one name in two folders are the usual case: ``ann/me.jpg`` and ``bob/me.jpg``.

    Raises:
        OSError: it could not be written; what was begun is removed.
    """
    stem, ending = os.path.splitext(name)
    for number in itertools.count(1):
        path = folder / (name if number == 1 else f"{stem}-{number}{ending}")
        try:
            file = path.open("xb")
        except FileExistsError:
            continue
        try:
            with file:
                file.write(data)
        except BaseException:  # also Ctrl-C: half a picture is worse than none
            path.unlink(missing_ok=True)
            raise
        return path
    raise AssertionError("counting does not end")
