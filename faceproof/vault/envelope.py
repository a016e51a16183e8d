"""Seal bytes to one context; open them in that context or not at all.

The algorithm is tink's streaming AES256_GCM_HKDF_1MB (per message: HKDF-SHA256 with a random 32-byte salt
gives an AES-256-GCM key; segments of 1 MiB carry their number and a last-segment flag in the nonce, so they
can be neither reordered, dropped nor appended). It serves a photo of 20 MB and an audit detail of 40 bytes
alike: one algorithm, one format. Byte by byte: ``docs/formats/sealed.md``.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import tink

from faceproof.vault import header
from faceproof.vault.keys import DataKey, word

SEGMENT = 1 << 20  # bytes of a ciphertext segment in AES256_GCM_HKDF_1MB
STREAM_HEADER = 40  # its first byte (the length of this header), 32 of salt, 7 of nonce prefix
TAG = 16
# Bytes handed to tink and taken back at a time: small pieces come from the heap and are used again, where
# pieces of a megabyte are mapped anew each time (bench/vault.py: up to twice the throughput).
_SLICE = 1 << 16
_DOMAIN = b"faceproof/sealed/1"
# version, magic, key id, bytes of plaintext
_HEAD = struct.Struct(">B3s16sQ")
HEADER = _HEAD.size


@dataclass(frozen=True, slots=True)
class Context:
    """What the sealed bytes are: changing any of these makes them unreadable.

    Args:
        org, subject: ids, 0 … 2⁶³-1. klass: ``selfie``, ``draft``, ``headshot`` or ``audit``.
        object_id: of the stored object or of the audit entry. part: which of the object's parts this is.
    """

    org: int
    subject: int
    klass: str
    object_id: UUID
    part: str = "whole"

    def encode(self) -> bytes:
        """The canonical encoding: every field of fixed width or with its length in front, so it is injective.

        Raises:
            ValueError: a field out of range.
        """
        try:
            ids = struct.pack(">QQ", self.org, self.subject)
        except struct.error as error:
            raise ValueError(f"a context out of range: {error}") from None
        return ids + word(self.klass) + self.object_id.bytes + word(self.part)


def sealed_size(plaintext: int) -> int:
    """Bytes that `seal` makes of ``plaintext`` bytes.

    The first segment has room for 1 MiB - 40 - 16 bytes, each other one for 1 MiB - 16; there is always one.
    """
    beyond = max(0, plaintext - (SEGMENT - STREAM_HEADER - TAG))
    segments = 1 + -(-beyond // (SEGMENT - TAG))
    return HEADER + STREAM_HEADER + plaintext + segments * TAG


def seal(plaintext: bytes, key: DataKey, context: Context) -> bytes:
    """``plaintext`` encrypted under ``key`` and bound to ``context``; every call draws a new salt.

    Raises:
        WrongKey: the key belongs to another organisation, subject or class than the context.
    """
    _refuse_foreign_key(key, context)
    head = _HEAD.pack(header.VERSION, header.MAGIC_SEALED, key.name.id.bytes, len(plaintext))
    sink = _Chunks([head])
    with key.primitive().new_encrypting_stream(sink, _bind(head, context)) as stream:
        view = memoryview(plaintext)
        for start in range(0, len(view), _SLICE):
            stream.write(view[start : start + _SLICE])  # takes all of it, or raises
    return b"".join(sink.written)


def open_sealed(sealed: bytes, key: DataKey, context: Context) -> bytes:
    """The plaintext, after all of it has been authenticated.

    Raises:
        WrongKey: sealed under another key, or the key belongs to another context.
        Tampered: any byte was changed or added, or it was sealed for another context.
        Truncated: bytes are missing at the end.
        UnknownVersion: the first byte is not 1.
    """
    _refuse_foreign_key(key, context)
    header.check(sealed, header.MAGIC_SEALED, HEADER)
    _, _, key_id, length = _HEAD.unpack_from(sealed)
    if key_id != key.name.id.bytes:
        raise header.WrongKey(f"sealed under key {UUID(bytes=key_id)}, offered was {key.name.id}")
    expected = sealed_size(length)
    if len(sealed) < expected:
        raise header.Truncated(f"{len(sealed)} bytes, the header promises {expected}")
    if len(sealed) > expected:
        raise header.Tampered(f"{len(sealed)} bytes, the header promises {expected}")
    source = io.BytesIO(sealed)  # shares the buffer until somebody writes to it, and nobody does
    source.seek(HEADER)
    try:
        with key.primitive().new_decrypting_stream(source, _bind(sealed[:HEADER], context)) as stream:
            plaintext = b"".join(iter(lambda: stream.read(_SLICE), b""))
    except tink.TinkError:
        raise header.Tampered(f"object {context.object_id} does not authenticate") from None
    if (
        len(plaintext) != length
    ):  # cannot happen while tink works; it is the last line of defence against a bug
        raise header.Tampered(f"{len(plaintext)} bytes came out, the header promises {length}")
    return plaintext


def key_of(sealed: bytes) -> UUID:
    """The id of the key in the header (*not authenticated* before `open_sealed` succeeds)."""
    header.check(sealed, header.MAGIC_SEALED, HEADER)
    return UUID(bytes=_HEAD.unpack_from(sealed)[2])


def _refuse_foreign_key(key: DataKey, context: Context) -> None:
    name = key.name
    if (name.org, name.subject, name.klass) != (context.org, context.subject, context.klass):
        raise header.WrongKey(f"key {name.id} is not a key for this context")


def _bind(head: bytes, context: Context) -> bytes:
    return _DOMAIN + head + context.encode()


class _Chunks(io.RawIOBase):
    """What was written to it, in order. tink closes what it writes to; this stays readable."""

    def __init__(self, written: list[bytes]) -> None:
        self.written = written

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self.written.append(bytes(data))
        return len(data)
