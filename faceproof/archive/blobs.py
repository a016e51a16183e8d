"""Where sealed bytes lie: a folder, or a bucket. Names are random; nothing here knows what a blob is.

``FACEPROOF_BLOBS`` is a folder or ``s3://bucket/prefix?endpoint=https://…&region=…`` (credentials from the
usual ``AWS_…`` variables). The bucket must not keep old versions of objects: a deleted blob would stay in
it.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import obstore
from django.conf import settings
from obstore.store import LocalStore, S3Store

_opened: dict[tuple[int, str], Any] = {}
_opening = threading.Lock()


class BlobMissing(Exception):
    """There is no blob of this name."""

    code = "blob_missing"


@dataclass(frozen=True, slots=True)
class Found:
    """A blob as listed: its name, and when it was written (UTC)."""

    name: str
    written_at: datetime


def prefix(org_id: int) -> str:
    """All blobs of an organisation lie under this prefix."""
    return f"org-{org_id}"


def fresh_name(org_id: int) -> str:
    """A random name; two characters of it make a folder, so that none holds everything."""
    name = secrets.token_hex(16)
    return f"{prefix(org_id)}/{name[:2]}/{name}"


def put(name: str, data: bytes) -> None:
    """Write ``data`` whole or not at all; when this returns, a power cut does not lose it."""
    # One request: an interrupted multipart upload would leave parts behind that no listing shows.
    obstore.put(_store(), name, data, use_multipart=False)
    folder = local_folder()
    if folder is not None:
        _sync(folder, name)


def get(name: str) -> bytes:
    """The bytes of a blob, or `BlobMissing`."""
    try:
        return bytes(obstore.get(_store(), name).bytes())
    except FileNotFoundError:
        raise BlobMissing(name) from None


def delete(name: str) -> None:
    """Remove a blob; one that is not there is as good as removed. The caller looks afterwards (`exists`)."""
    try:
        obstore.delete(_store(), name)
    except FileNotFoundError:
        return
    folder = local_folder()
    if folder is not None:
        _sync_folder((folder / name).parent)


def exists(name: str) -> bool:
    """Whether the blob is there, asked of the store itself."""
    try:
        obstore.head(_store(), name)
    except FileNotFoundError:
        return False
    return True


def listing(org_id: int) -> Iterator[Found]:
    """Every blob of an organisation, and every unfinished file that a killed writer left in the folder."""
    for page in obstore.list(_store(), prefix(org_id)):
        for entry in page:
            yield Found(entry["path"], entry["last_modified"])
    folder = local_folder()
    if folder is not None:
        # A file being written is called name#number until it is renamed, and listings do not show it.
        for path in sorted((folder / prefix(org_id)).glob("*/*#*")):
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            yield Found(str(path.relative_to(folder)), written)


def discard(found: Found) -> None:
    """Remove what `listing` found, finished or not."""
    folder = local_folder()
    if folder is not None and "#" in found.name:
        (folder / found.name).unlink(missing_ok=True)
    else:
        delete(found.name)


def local_folder() -> Path | None:
    """The folder, when blobs lie in one."""
    url = str(settings.FACEPROOF_BLOBS)
    return None if url.startswith("s3://") else Path(url.removeprefix("file://"))


def _store() -> Any:
    # By process, because the store's threads do not survive a fork.
    key = (os.getpid(), str(settings.FACEPROOF_BLOBS))
    with _opening:
        if key not in _opened:
            _opened[key] = _open(key[1])
    return _opened[key]


def _open(url: str) -> Any:
    folder = local_folder()
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(folder)
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unknown = options.keys() - {"endpoint", "region"}
    if unknown:
        raise ValueError(
            f"FACEPROOF_BLOBS: unknown option {', '.join(sorted(unknown))}; known: endpoint, region"
        )
    endpoint = options.get("endpoint")
    chosen: dict[str, Any] = {"endpoint": endpoint} if endpoint else {}
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        region=options.get("region", "us-east-1"),
        client_options={"allow_http": _is_loopback(endpoint)},
        **chosen,
    )


def _is_loopback(endpoint: str | None) -> bool:
    # plain HTTP is for a test server on this machine and for nothing else
    return endpoint is not None and urlsplit(endpoint).hostname in ("127.0.0.1", "::1", "localhost")


def _sync(folder: Path, name: str) -> None:
    path = folder / name
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fchmod(handle, 0o600)
        os.fsync(handle)
    finally:
        os.close(handle)
    for parent in (path.parent, path.parent.parent, folder):
        _sync_folder(parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
