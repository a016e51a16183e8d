"""A file that holds one key: whole or absent, readable by its owner only, and really gone when destroyed.

Every write is: temporary file in the same folder, ``fsync``, then a link or rename that either happened or
did not, then ``fsync`` of the folder. So kill -9 or a power cut at any moment leaves the old state or the
new one, and at worst a ``.tmp`` file that no name refers to.

Overwriting before unlinking is best effort: journals, snapshots and flash translation layers keep what they
like. What is overwritten is a *wrapped* key, so what they keep is useless without the master keyset.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

TEMPORARY = ".tmp"


class UnsafeFile(Exception):
    """Others can reach a key file or its folder, or it is not a plain file. Nothing is read from it."""

    code = "keystore_unsafe"


def make_folder(folder: Path) -> None:
    """Create ``folder`` (mode 0700) when it is not there; `UnsafeFile` when others may enter it."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)
    check_folder(folder)


def check_folder(folder: Path) -> None:
    """Refuse a folder that is not ours alone.

    Raises:
        UnsafeFile: not a folder, owned by another user, or open to group or others.
    """
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise UnsafeFile(f"{folder} is not a folder")
    _refuse_others(folder, found, "chmod 700")


def create(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` (mode 0600), which must not exist: of two writers exactly one wins.

    Raises:
        FileExistsError: the other one won.
    """
    temporary = _write_temporary(path, data)
    try:
        os.link(temporary, path)  # unlike rename, a link refuses to replace
    finally:
        temporary.unlink()
    _sync_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Write ``data`` over ``path`` in one step: readers see the old file or the new one."""
    os.replace(_write_temporary(path, data), path)
    _sync_folder(path.parent)


def read(path: Path) -> bytes:
    """The content of a key file.

    Raises:
        FileNotFoundError: there is none. UnsafeFile: others may read it, or it is a link.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnsafeFile(f"{path}: {error.strerror}") from error
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise UnsafeFile(f"{path} is not a plain file")
        _refuse_others(path, found, "chmod 600")
        return file.read()


def destroy(path: Path) -> None:
    """Overwrite (best effort), unlink, and make the unlinking survive a power cut. Nothing happens twice.

    The caller looks afterwards (`exists`): an erasure is not verified by the call that performed it.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    with os.fdopen(handle, "wb", closefd=True) as file:
        # O_WRONLY without O_TRUNC: the same blocks are written again, where the file system does so at all
        file.write(secrets.token_bytes(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)
    _sync_folder(path.parent)


def exists(path: Path) -> bool:
    """Whether the name is taken, be it by a dangling link."""
    return os.path.lexists(path)


def _write_temporary(path: Path, data: bytes) -> Path:
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}{TEMPORARY}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), 0o600)  # whatever the umask
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_others(path: Path, found: os.stat_result, remedy: str) -> None:
    if found.st_mode & 0o077:
        raise UnsafeFile(f"{path} has mode {stat.S_IMODE(found.st_mode):04o}: {remedy} {path}")
    if found.st_uid != os.geteuid():
        raise UnsafeFile(f"{path} belongs to user {found.st_uid}, this program runs as {os.geteuid()}")
