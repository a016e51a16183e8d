"""The certificate of `faceproof serve`: the operator's own, or a self-signed one for the first steps."""

from __future__ import annotations

import datetime
import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ALWAYS = ("localhost", "127.0.0.1", "::1")
LIFETIME = datetime.timedelta(days=397)  # the most that browsers accept (CA/B Forum ballot SC31 and after)
RENEW_BEFORE = datetime.timedelta(days=30)


@dataclass(frozen=True)
class Pair:
    """Certificate chain and key (PKCS#8), both PEM files."""

    certificate: Path
    key: Path


def own(home: Path) -> Pair:
    """Where the self-signed pair of this data folder lies."""
    return Pair(home / "tls" / "localhost.crt", home / "tls" / "localhost.key")


def ensure(pair: Pair, hosts: Iterable[str], now: datetime.datetime | None = None) -> bool:
    """Make the self-signed pair, or make it anew when it misses a host name or has < 30 days left.

    Returns whether it was made now. `hosts` are names or addresses as in ALLOWED_HOSTS.
    """
    now = now or datetime.datetime.now(datetime.UTC)
    names = _names(hosts)
    if _good(pair, names, now):
        return False
    pair.key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _sign(key, names, now)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(pair.key, secret, 0o600)
    _write(pair.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return True


def read(path: Path) -> x509.Certificate:
    """The first certificate of a PEM file."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def matches(pair: Pair) -> bool:
    """Whether the key belongs to the certificate."""
    key = serialization.load_pem_private_key(pair.key.read_bytes(), None)
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*form) == read(pair.certificate).public_key().public_bytes(*form)


def _good(pair: Pair, names: list[str], now: datetime.datetime) -> bool:
    try:
        certificate = read(pair.certificate)
        if not matches(pair):
            return False
    except (OSError, ValueError):
        return False
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEW_BEFORE:
        return False
    known = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {_general(name) for name in names} <= set(known)


def _sign(key: ec.EllipticCurvePrivateKey, names: list[str], now: datetime.datetime) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Faceproof (self-signed)")])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))  # a client whose clock is a little behind
        .not_valid_after(now + LIFETIME - datetime.timedelta(minutes=5))
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )


def _names(hosts: Iterable[str]) -> list[str]:
    """Without wildcards of ALLOWED_HOSTS ("*", ".example.org"): a certificate needs names."""
    given = [host.strip("[]") for host in hosts if host and not host.startswith(("*", "."))]
    return list(dict.fromkeys([*ALWAYS, *given]))


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name.encode("idna").decode())


def _write(path: Path, data: bytes, mode: int) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(data)
    fresh.replace(path)
