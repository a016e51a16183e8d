"""Data keys and the master keyset that wraps them.

A data key belongs to one subject and one class of object (``selfie``, ``draft``, ``headshot``, ``audit``):
destroy it and everything of that class is gone for that person, in every copy and backup of the data. At
rest it exists only wrapped by the master keyset, with its name (key id, organisation, subject, class) as
associated data: a wrapped key moved to another person's place does not open.

Formats: ``docs/formats/keystore.md``. Python cannot wipe memory, so a key lives as long as the objects that
hold it: callers unwrap for one operation and let go.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import tink
from tink import aead, json_proto_keyset_format, proto_keyset_format, secret_key_access, streaming_aead
from tink.proto import tink_pb2

from faceproof.vault import header

aead.register()
streaming_aead.register()

_DATA_KEY = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
_MASTER_KEY = aead.aead_key_templates.AES256_GCM
_DOMAIN = b"faceproof/key/1"
# version, magic, key id, organisation, subject, bytes of the wrapped keyset; then the class as a `word`
_HEAD = struct.Struct(">B3s16sQQH")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,31}")


def word(text: str) -> bytes:
    """A class or part name in its only encoding: one length byte, then 1 to 32 of ``a-z 0-9 _``.

    Two names never encode to the same bytes, alone or followed by something.

    Raises:
        ValueError: any other name.
    """
    if not _WORD.fullmatch(text):
        raise ValueError(f"{text!r} is not a lower-case word of at most 32 letters")
    return bytes([len(text)]) + text.encode("ascii")


@dataclass(frozen=True, slots=True)
class KeyName:
    """Whose key, for what. ``org`` and ``subject`` are ids of 0 … 2⁶³-1, ``klass`` a lower-case word."""

    id: UUID
    org: int
    subject: int
    klass: str


class DataKey:
    """An unwrapped key. Its ``repr`` shows the name only."""

    __slots__ = ("_keyset", "name")

    def __init__(self, name: KeyName, keyset: Any) -> None:
        self.name = name
        self._keyset = keyset

    def __repr__(self) -> str:
        return f"DataKey({self.name.id})"

    def primitive(self) -> Any:
        """tink's ``StreamingAead`` of this key."""
        return self._keyset.primitive(streaming_aead.StreamingAead)


class Master:
    """The keyset that wraps data keys and seals nothing else. Its primary key wraps, all its keys unwrap."""

    __slots__ = ("_keyset",)

    def __init__(self, keyset: Any) -> None:
        self._keyset = keyset

    def __repr__(self) -> str:
        return f"Master(primary {self.primary})"

    @classmethod
    def new(cls) -> Master:
        """A fresh keyset with one AES-256-GCM key."""
        return cls(tink.new_keyset_handle(_MASTER_KEY))

    @classmethod
    def from_json(cls, text: str) -> Master:
        """Read tink's JSON keyset format.

        Raises:
            Tampered: it is not a keyset for AES-256-GCM.
        """
        try:
            keyset = json_proto_keyset_format.parse(text, secret_key_access.TOKEN)
            keyset.primitive(aead.Aead)
        except tink.TinkError:
            # `from None`: tink's message could quote what it failed to read
            raise header.Tampered("the master keyset cannot be read") from None
        return cls(keyset)

    def to_json(self) -> str:
        """tink's JSON keyset format, *in the clear*: for the master file only."""
        return str(json_proto_keyset_format.serialize(self._keyset, secret_key_access.TOKEN))

    @property
    def primary(self) -> int:
        """tink's id of the key that wraps."""
        return int(self._keyset.keyset_info().primary_key_id)

    @property
    def ids(self) -> frozenset[int]:
        """tink's ids of all keys that unwrap."""
        return frozenset(key.key_id for key in self._keyset.keyset_info().key_info)

    def aead(self) -> Any:
        """tink's ``Aead`` over the whole keyset."""
        return self._keyset.primitive(aead.Aead)

    def rotated(self) -> Master:
        """This keyset with a new primary key; what the old keys wrapped still unwraps."""
        keyset, fresh = self._proto(), Master.new()._proto()
        keyset.key.extend(fresh.key)
        keyset.primary_key_id = fresh.primary_key_id
        return Master._from_proto(keyset)

    def retired(self) -> Master:
        """Only the primary key: what older keys wrapped no longer unwraps. `rewrap` everything first."""
        keyset = self._proto()
        kept = [key for key in keyset.key if key.key_id == keyset.primary_key_id]
        return Master._from_proto(tink_pb2.Keyset(primary_key_id=keyset.primary_key_id, key=kept))

    def _proto(self) -> Any:
        return tink_pb2.Keyset.FromString(
            proto_keyset_format.serialize(self._keyset, secret_key_access.TOKEN)
        )

    @classmethod
    def _from_proto(cls, keyset: Any) -> Master:
        return cls(proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN))


def new_key(org: int, subject: int, klass: str, *, key_id: UUID | None = None) -> DataKey:
    """A fresh AES256_GCM_HKDF_1MB keyset for one subject and one class."""
    name = KeyName(key_id or uuid4(), org, subject, klass)
    _bind(name)  # a name that cannot be encoded is refused before a key exists
    return DataKey(name, tink.new_keyset_handle(_DATA_KEY))


def wrap(key: DataKey, master: Master) -> bytes:
    """The stored form of ``key``: header, then the keyset encrypted by ``master``, bound to its name."""
    # Not tink's EncryptedKeyset: that one carries key information in the clear which nothing authenticates.
    keyset = proto_keyset_format.serialize(key._keyset, secret_key_access.TOKEN)
    sealed: bytes = master.aead().encrypt(keyset, _bind(key.name))
    return _head(key.name, len(sealed)) + sealed


def name_of(wrapped: bytes) -> KeyName:
    """The name in the header of a wrapped key. *Not authenticated* before `unwrap` succeeds."""
    header.check(wrapped, header.MAGIC_KEY, _HEAD.size + 1)
    _, _, key_id, org, subject, length = _HEAD.unpack_from(wrapped)
    body_at = _body_at(wrapped)
    if len(wrapped) < body_at + length:
        raise header.Truncated(f"{len(wrapped)} bytes, the header promises {body_at + length}")
    klass = wrapped[_HEAD.size + 1 : body_at].decode("ascii", "replace")
    if len(wrapped) > body_at + length or not _WORD.fullmatch(klass):
        raise header.Tampered("the header of the wrapped key contradicts itself")
    return KeyName(UUID(bytes=key_id), org, subject, klass)


def unwrap(wrapped: bytes, master: Master, expected: KeyName) -> DataKey:
    """The data key in ``wrapped``, which must be the one named ``expected``.

    Raises:
        WrongKey: it names another key, person or class, or ``master`` does not hold the key that wrapped it.
        Tampered, Truncated, UnknownVersion: see `header`.
    """
    name = name_of(wrapped)
    if name != expected:
        raise header.WrongKey(f"this is key {name.id} of another place, wanted {expected.id}")
    made_by = wrapped_by(wrapped)
    if made_by not in master.ids:
        raise header.WrongKey(f"wrapped by master key {made_by}, which this master keyset does not hold")
    try:
        keyset = master.aead().decrypt(wrapped[_body_at(wrapped) :], _bind(name))
        return DataKey(name, proto_keyset_format.parse(keyset, secret_key_access.TOKEN))
    except tink.TinkError:
        raise header.Tampered(f"key {name.id} does not authenticate") from None


def rewrap(wrapped: bytes, master: Master) -> bytes:
    """The same data key under the primary key of ``master``: after `Master.rotated`, for every stored key."""
    return wrap(unwrap(wrapped, master, name_of(wrapped)), master)


def wrapped_by(wrapped: bytes) -> int:
    """tink's id of the master key that wrapped this (*not authenticated*): what a rotation still owes."""
    name_of(wrapped)
    # tink's ciphertext starts with 0x01 and the id of the key that made it
    body = wrapped[_body_at(wrapped) :]
    if len(body) < 5 or body[0] != 1:
        raise header.Tampered("the wrapped keyset does not say which master key made it")
    return int.from_bytes(body[1:5], "big")


def _body_at(wrapped: bytes) -> int:
    return _HEAD.size + 1 + wrapped[_HEAD.size]


def _head(name: KeyName, length: int) -> bytes:
    ids = (name.id.bytes, name.org, name.subject)
    return _HEAD.pack(header.VERSION, header.MAGIC_KEY, *ids, length) + word(name.klass)


def _bind(name: KeyName) -> bytes:
    # The whole header but its length field, which the size of the file must match exactly anyway.
    try:
        ids = struct.pack(">QQ", name.org, name.subject)
    except struct.error as error:
        raise ValueError(f"a key name out of range: {error}") from None
    return _DOMAIN + name.id.bytes + ids + word(name.klass)
