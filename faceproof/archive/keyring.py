"""Where keys live: one file a key, in a folder of their own, never in the database.

``FACEPROOF_KEYS`` (0700) holds ``master.json`` and ``org-<id>/<key id>.key`` (0600). The row in
`SubjectKey` says that a key exists, the file is the key: no file, no key, whatever the row says. A key is
read for one operation and not kept, so that destroying the file ends it for every process at once.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from faceproof.archive import killpoints, locks
from faceproof.archive.models import LIVE, SubjectKey
from faceproof.vault import header, keyfile, keys

_SUFFIX = ".key"
_masters: dict[tuple[str, int, int], keys.Master] = {}
_loading = threading.Lock()


class KeyStoreRefused(Exception):
    """The key store cannot be used as it is. ``hint`` says what the operator can do about it."""

    def __init__(self, code: str, detail: str, hint: str) -> None:
        super().__init__(detail)
        self.code, self.hint = code, hint


class KeyGone(Exception):
    """The key was destroyed: what it sealed cannot be read by anybody any more."""

    code = "key_gone"


class SubjectErased(Exception):
    """The person's data were erased altogether; nothing new is kept about them under the same number."""

    code = "subject_erased"


def folder() -> Path:
    """The key store."""
    return Path(settings.FACEPROOF_KEYS)


def master_path() -> Path:
    """The master keyset's file: ``FACEPROOF_MASTER_KEYSET``, else ``master.json`` in the key store."""
    return Path(getattr(settings, "FACEPROOF_MASTER_KEYSET", "") or folder() / "master.json")


def start() -> keys.Master:
    """Check the key store and give its master keyset; make both at the very first start.

    Raises:
        KeyStoreRefused: ``keystore_unsafe`` when others can read it, ``master_missing`` when there are keys
        but no master keyset to open them with.
    """
    try:
        keyfile.make_folder(folder())
        if not keyfile.exists(master_path()):
            _first_master()
        return _master()
    except keyfile.UnsafeFile as error:
        hint = "Only the user of this service may reach it."
        raise KeyStoreRefused(error.code, str(error), hint) from None


def of(org_id: int, subject_id: int, klass: str) -> keys.DataKey:
    """The living key of a subject's class; the first call makes it. Runs in a transaction of that subject.

    Of two transactions that want the first key at the same time, one waits for the other's commit and uses
    its key; the unique index and the refusal to replace a file stand behind that.

    Raises:
        SubjectErased: the subject's audit key has been shredded. KeyGone: the row lives, the file does not.
    """
    locks.subject(org_id, subject_id)
    rows = SubjectKey.objects.filter(org_id=org_id, subject_id=subject_id, klass__in=(klass, "audit"))
    found = list(rows.values_list("klass", "state", "id"))
    if any(each == "audit" and state != LIVE for each, state, _ in found):
        raise SubjectErased(f"subject {subject_id}")
    for each, state, key_id in found:
        if (each, state) == (klass, LIVE):
            return opened(key_id, org_id, subject_id, klass)
    key = keys.new_key(org_id, subject_id, klass)
    SubjectKey.objects.create(id=key.name.id, org_id=org_id, subject_id=subject_id, klass=klass)
    path = _path(org_id, key.name.id)
    with _store_lock(exclusive=False):
        keyfile.make_folder(path.parent)
        keyfile.create(path, keys.wrap(key, start()))
    killpoints.reached("after-key-file")
    return key


def opened(key_id: UUID, org_id: int, subject_id: int, klass: str) -> keys.DataKey:
    """A key that exists, by its id. Raises `KeyGone` when its file is not there."""
    name = keys.KeyName(key_id, org_id, subject_id, klass)
    try:
        return keys.unwrap(_read(name), start(), name)
    except header.WrongKey:
        # A rotation may have finished between the two reads; what is there now fits together.
        return keys.unwrap(_read(name), start(), name)


def destroy(org_id: int, key_id: UUID) -> None:
    """Overwrite and remove a key's file. Nothing happens when it is gone already."""
    with _store_lock(exclusive=False):
        keyfile.destroy(_path(org_id, key_id))


def exists(org_id: int, key_id: UUID) -> bool:
    """Whether the key's file is there."""
    return keyfile.exists(_path(org_id, key_id))


def files(org_id: int) -> Iterator[Path]:
    """Every file in an organisation's part of the key store, temporary ones too."""
    place = folder() / f"org-{org_id}"
    if place.is_dir():
        yield from sorted(place.iterdir())


def id_of(path: Path) -> UUID | None:
    """The id of the key that ``path`` is named after; ``None`` for any other file."""
    try:
        return UUID(path.stem) if path.suffix == _SUFFIX else None
    except ValueError:
        return None


def rotate_master() -> int:
    """Give the master keyset a new key, wrap every data key with it, retire the old one. Returns how many.

    Killed at any point, the master keyset on disk opens every key on disk, and calling again finishes the
    work.
    """
    with _store_lock(exclusive=True):
        rotated = start().rotated()
        keyfile.replace(master_path(), rotated.to_json().encode())
        paths = [path for path in sorted(folder().glob(f"org-*/*{_SUFFIX}")) if id_of(path)]
        for path in paths:
            keyfile.replace(path, keys.rewrap(keyfile.read(path), rotated))
        keyfile.replace(master_path(), rotated.retired().to_json().encode())
    return len(paths)


def _read(name: keys.KeyName) -> bytes:
    try:
        return keyfile.read(_path(name.org, name.id))
    except FileNotFoundError:
        raise KeyGone(f"key {name.id}") from None


def _path(org_id: int, key_id: UUID) -> Path:
    return folder() / f"org-{org_id}" / f"{key_id}{_SUFFIX}"


def _first_master() -> None:
    keys_found = any(folder().glob(f"org-*/*{_SUFFIX}"))
    if keys_found and not keyfile.exists(master_path()):  # looked at last: it may have been made meanwhile
        raise KeyStoreRefused(
            "master_missing",
            f"{folder()} holds keys, but {master_path()} is not there",
            "Restore the master keyset from its backup; a new one would open none of the keys.",
        )
    master_path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        keyfile.create(master_path(), keys.Master.new().to_json().encode())
    except FileExistsError:
        return  # another process started at the same moment; its keyset is as good


def _master() -> keys.Master:
    # Read once and again whenever the file has changed, as it does in a rotation by another process.
    path = master_path()
    found = path.stat()
    key = (str(path), found.st_ino, found.st_mtime_ns)
    with _loading:
        if key not in _masters:
            _masters.clear()
            _masters[key] = keys.Master.from_json(keyfile.read(path).decode())
        return _masters[key]


@contextmanager
def _store_lock(*, exclusive: bool) -> Iterator[None]:
    # A rotation rewrites files: without this it could bring back a key that is being destroyed beside it.
    keyfile.make_folder(folder())
    handle = os.open(folder() / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)
