"""The certificates of an organisation: what is in them, and nothing about where they lie.

Profile: C2PA 2.2, X.509 certificates of signers; RFC 5280.
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

AUTHORITY_LIFE = timedelta(days=40 * 365)
SIGNING_LIFE = timedelta(days=10 * 365)
SKEW = timedelta(days=1)  # a machine whose clock is late must not refuse a fresh certificate
# emailProtection or documentSigning (RFC 9336) are asked for; the library accepts the first only.
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")


def new_authority(organisation: str, now: datetime) -> bytes:
    """A new P-256 key and its self-signed authority certificate, both PEM, in one text."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(organisation, "Faceproof authority")
    usage = _usage(key_cert_sign=True, crl_sign=True)
    certificate = (
        _builder(name, name, key.public_key(), now, now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return key_pem(key) + pem(certificate)


def new_signing(
    issuer_key: ec.EllipticCurvePrivateKey, root: x509.Certificate, organisation: str, now: datetime
) -> bytes:
    """A new P-256 key and a signing certificate by that authority, never outliving it, both PEM."""
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
    return key_pem(key) + pem(certificate)


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


def short_name(organisation: str) -> str:
    """The name as a certificate can hold it: X.520 ends at 64 characters; longer ones are cut."""
    return organisation.strip()[:64].strip() or "Unnamed organisation"


def _name(organisation: str, role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, short_name(organisation)),
            x509.NameAttribute(NameOID.COMMON_NAME, role),
        ]
    )


def organisation_of(certificate: x509.Certificate) -> str:
    """The organisation name in a certificate's subject."""
    return str(certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)


def pem(certificate: x509.Certificate) -> bytes:
    """A certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as unencrypted PKCS #8 PEM; the file's permissions guard it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
