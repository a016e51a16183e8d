"""An organisation's own certificate authority and the certificate that signs its pictures.

One folder (0700) holds `authority.pem` and `signing.pem` (key and certificate together, 0600, so that each
pair is replaced in one rename) and `root.pem`, the public root that others are given to check our pictures.

Without a time-stamp authority (this product stays offline) a credential is only as long-lived as its
certificate. So certificates live long and keys do not: a new key every year, each certificate good for ten.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from faceproof.marking.certificates import (
    SKEW,
    key_pem,
    new_authority,
    new_signing,
    organisation_of,
    pem,
    short_name,
)
from faceproof.marking.values import Signer

KEY_LIFE = timedelta(days=365)
LAST_DAYS = timedelta(days=30)  # what must be left of a certificate in any case


class AuthorityError(Exception):
    """Code: `authority_missing`, `authority_exposed` (permissions), `authority_damaged` or
    `authority_expired`.
    """

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}")


def create_authority(folder: Path, organisation: str, *, now: datetime | None = None) -> None:
    """Make what is missing and renew what is due; safe to call at every start and from two processes at once.

    The authority itself is made once and never replaced. A new organisation name gives a new signing
    certificate.
    """
    now = now or datetime.now(UTC)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_exposed(folder)
    with _locked(folder):
        if not (folder / "authority.pem").exists():
            # It is written first, so anything without it means that it was lost. A new one made in silence
            # would make every picture of the past the picture of a stranger.
            if any((folder / name).exists() for name in ("signing.pem", "root.pem")):
                raise AuthorityError("authority_missing", f"{folder}/authority.pem was lost: restore it")
            _write(folder / "authority.pem", new_authority(organisation, now))
        key, root = _pair(folder / "authority.pem")
        if not (folder / "root.pem").exists():
            _write(folder / "root.pem", pem(root), mode=0o644)
        if _due(folder / "signing.pem", root, organisation, now):
            _write(folder / "signing.pem", new_signing(key, root, organisation, now))


def load_signer(folder: Path, *, now: datetime | None = None) -> Signer:
    """The signing identity of a folder; AuthorityError when it is missing, exposed, damaged or expired."""
    now = now or datetime.now(UTC)
    _refuse_exposed(folder)
    _, root = _pair(folder / "authority.pem")
    key, leaf = _pair(folder / "signing.pem")
    try:
        leaf.verify_directly_issued_by(root)
    except Exception as error:
        raise AuthorityError("authority_damaged", "signing.pem was not issued by authority.pem") from error
    if not leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc:
        raise AuthorityError("authority_expired", f"signing.pem ended {leaf.not_valid_after_utc:%Y-%m-%d}")
    return Signer(pem(leaf), key_pem(key), pem(root), organisation_of(leaf))


def _due(path: Path, root: x509.Certificate, organisation: str, now: datetime) -> bool:
    if not path.exists():
        return True
    _, leaf = _pair(path)
    old = now >= leaf.not_valid_before_utc + SKEW + KEY_LIFE
    ending = now >= leaf.not_valid_after_utc - LAST_DAYS
    # At the very end of the authority's life a renewal can gain nothing any more.
    gains = leaf.not_valid_after_utc < root.not_valid_after_utc
    renamed = organisation_of(leaf) != short_name(organisation)
    return renamed or ((old or ending) and gains)


def _pair(path: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Key and certificate of one file, after its permissions and their belonging together were checked."""
    try:
        _refuse_exposed(path)
        data = path.read_bytes()
        key = serialization.load_pem_private_key(data, password=None)
        certificate = x509.load_pem_x509_certificate(data)
    except FileNotFoundError as error:
        raise AuthorityError("authority_missing", f"{path} does not exist") from error
    except ValueError as error:
        raise AuthorityError("authority_damaged", f"{path} does not hold a key and a certificate") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise AuthorityError("authority_damaged", f"key and certificate in {path} do not belong together")
    return key, certificate


def _refuse_exposed(path: Path) -> None:
    try:
        state = path.stat()
    except FileNotFoundError as error:
        raise AuthorityError("authority_missing", f"{path} does not exist") from error
    if state.st_mode & 0o077:
        raise AuthorityError(
            "authority_exposed", f"{path} may be read by others: mode {state.st_mode & 0o777:o}"
        )


def _write(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Replace a file whole or not at all, and make the rename survive a power cut."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
