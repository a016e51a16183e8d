"""A second implementation of ``docs/formats/sealed.md``, written from the page with `cryptography` alone.

It exists to keep the page honest: the product writes through tink, this reads it, and the other way round.
"""

from __future__ import annotations

import struct
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEGMENT = 1_048_576


def context_bytes(org: int, subject: int, klass: str, object_id: UUID, part: str) -> bytes:
    return (
        org.to_bytes(8, "big")
        + subject.to_bytes(8, "big")
        + bytes([len(klass)])
        + klass.encode()
        + object_id.bytes
        + bytes([len(part)])
        + part.encode()
    )


def header_bytes(key_id: UUID, length: int) -> bytes:
    return b"\x01FPS" + key_id.bytes + length.to_bytes(8, "big")


def write(plaintext: bytes, ikm: bytes, key_id: UUID, context: bytes, *, salt: bytes, prefix: bytes) -> bytes:
    """A sealed object; with salt and nonce prefix given it is deterministic (for vectors only)."""
    head = header_bytes(key_id, len(plaintext))
    key = _message_key(ikm, salt, b"faceproof/sealed/1" + head + context)
    rooms = [plaintext[: SEGMENT - 56]]
    rest = plaintext[SEGMENT - 56 :]
    rooms += [rest[i : i + SEGMENT - 16] for i in range(0, len(rest), SEGMENT - 16)]
    last = len(rooms) - 1
    segments = [key.encrypt(_nonce(prefix, i, i == last), room, None) for i, room in enumerate(rooms)]
    return head + b"\x28" + salt + prefix + b"".join(segments)


def read(sealed: bytes, ikm: bytes, context: bytes) -> bytes:
    """The plaintext, or `cryptography`'s InvalidTag."""
    head, stream = sealed[:28], sealed[28:]
    assert head[:4] == b"\x01FPS"
    assert stream[0] == 0x28
    salt, prefix = stream[1:33], stream[33:40]
    key = _message_key(ikm, salt, b"faceproof/sealed/1" + head + context)
    segments = [stream[40:SEGMENT]] + [stream[i : i + SEGMENT] for i in range(SEGMENT, len(stream), SEGMENT)]
    last = len(segments) - 1
    return b"".join(key.decrypt(_nonce(prefix, i, i == last), s, None) for i, s in enumerate(segments))


def _message_key(ikm: bytes, salt: bytes, info: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, info).derive(ikm))


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)
