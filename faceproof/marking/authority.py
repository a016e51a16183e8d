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
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from faceproof.marking.values import Signer

AUTHORITY_LIFE = timedelta(days=40 * 365)
SIGNING_LIFE = timedelta(days=10 * 365)
KEY_LIFE = timedelta(days=365)
LAST_DAYS = timedelta(days=30)  # what must be left in any case
SKEW = timedelta(days=1)  # a machine whose clock is late must not refuse a fresh certificate
# C2PA 2.2, certificate profile: emailProtection or documentSigning (RFC 9336). The library accepts the first
# only.
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")


class AuthorityError(Exception):
    """Code: `authority_missing`, `authority_exposed` (permissions), `authority_damaged`,
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
            _write(folder / "authority.pem", _new_authority(organisation, now))
        key, root = _pair(folder / "authority.pem")
        if not (folder / "root.pem").exists():
            _write(folder / "root.pem", _pem(root), mode=0o644)
        if _due(folder / "signing.pem", root, organisation, now):
            _write(folder / "signing.pem", _new_signing(key, root, organisation, now))


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
    return Signer(_pem(leaf), _key_pem(key), _pem(root), _organisation(leaf))


def _due(path: Path, root: x509.Certificate, organisation: str, now: datetime) -> bool:
    if not path.exists():
        return True
    _, leaf = _pair(path)
    old = now >= leaf.not_valid_before_utc + SKEW + KEY_LIFE
    ending = now >= leaf.not_valid_after_utc - LAST_DAYS
    # At the very end of the authority's life a renewal can gain nothing any more.
    gains = leaf.not_valid_after_utc < root.not_valid_after_utc
    return ((old or ending) and gains) or _organisation(leaf) != organisation or leaf.issuer != root.subject


def _new_authority(organisation: str, now: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(organisation, "Faceproof authority")
    usage = _usage(key_cert_sign=True, crl_sign=True)
    certificate = (
        _builder(name, name, key.public_key(), now, now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return _key_pem(key) + _pem(certificate)


def _new_signing(
    issuer_key: ec.EllipticCurvePrivateKey, root: x509.Certificate, organisation: str, now: datetime
) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(now + SIGNING_LIFE, root.not_valid_after_utc)
    certificate = (
        _builder(_name(organisation, "Faceproof signing"), root.subject, key.public_key(), now, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )
    return _key_pem(key) + _pem(certificate)


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - SKEW)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(organisation: str, role: str) -> x509.Name:
    # X.520 bounds organisation names at 64 characters; longer ones are cut, not refused.
    short = organisation.strip()[:64] or "Unnamed organisation"
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, short),
            x509.NameAttribute(NameOID.COMMON_NAME, role),
        ]
    )


def _organisation(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)


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


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
