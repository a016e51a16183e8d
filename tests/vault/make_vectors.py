"""Write ``tests/vault/vectors/``: one file, one flaw, the expected class of failure beside it.

Run ``python -m tests.vault.make_vectors`` after a change of format *version*; for version 1 the output
never changes (a test compares it with what is committed). All keys in it are made for these files and
protect nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.vault import independent

FOLDER = Path(__file__).parent / "vectors"
ORG, SUBJECT, KLASS, PART = 3, 41, "selfie", "photo"
OBJECT = UUID("6f1c1f5e-33ab-4a4e-9d5b-0d7a7b1c2e01")
KEY_ID = UUID("0b9d3a52-7c11-4d0e-8a55-4b1b7a9f0c02")
OTHER_KEY_ID = UUID("0b9d3a52-7c11-4d0e-8a55-4b1b7a9f0c03")
IKM = hashlib.sha256(b"faceproof test vector: data key").digest()
SALT = hashlib.sha256(b"faceproof test vector: salt").digest()
PREFIX = hashlib.sha256(b"faceproof test vector: nonce prefix").digest()[:7]
MASTER_KEY = hashlib.sha256(b"faceproof test vector: master key").digest()
MASTER_ID = 0x2A2B2C2D
IV = hashlib.sha256(b"faceproof test vector: iv").digest()[:12]
PLAINTEXT = b"not a photo, but as secret as one"
FIRST_ROOM = independent.SEGMENT - 56


def sealed(plaintext: bytes = PLAINTEXT, **change: object) -> bytes:
    """The reference object, or one that differs from it in the named context field."""
    fields = {"org": ORG, "subject": SUBJECT, "klass": KLASS, "object_id": OBJECT, "part": PART} | change
    context = independent.context_bytes(**fields)  # type: ignore[arg-type]
    return independent.write(plaintext, IKM, KEY_ID, context, salt=SALT, prefix=PREFIX)


def data_keyset(ikm: bytes = IKM) -> bytes:
    """tink's Keyset message with one AesGcmHkdfStreamingKey, in protobuf's wire format."""
    params = bytes.fromhex("0880804010201803")  # segments of 2^20, derived keys of 32 bytes, SHA-256
    key = b"\x12" + bytes([len(params)]) + params + b"\x1a\x20" + ikm
    url = b"type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"
    data = b"\x0a" + bytes([len(url)]) + url + b"\x12" + bytes([len(key)]) + key + b"\x18\x01"
    entry = b"\x0a" + bytes([len(data)]) + data + b"\x10\x01\x18\x07\x20\x03"
    return b"\x08\x07\x12" + varint(len(entry)) + entry


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128, value >> 7])


def master_json(key: bytes = MASTER_KEY, key_id: int = MASTER_ID) -> str:
    """tink's JSON keyset with one AES-256-GCM key."""
    entry = {
        "keyData": {
            "typeUrl": "type.googleapis.com/google.crypto.tink.AesGcmKey",
            "value": base64.b64encode(b"\x1a\x20" + key).decode(),
            "keyMaterialType": "SYMMETRIC",
        },
        "status": "ENABLED",
        "keyId": key_id,
        "outputPrefixType": "TINK",
    }
    return json.dumps({"primaryKeyId": key_id, "key": [entry]})


def wrapped(
    *, org: int = ORG, subject: int = SUBJECT, klass: str = KLASS, head_subject: int | None = None
) -> bytes:
    """The reference key, wrapped for the named place; ``head_subject`` lies in the header about it."""
    ids = org.to_bytes(8, "big") + subject.to_bytes(8, "big")
    word = bytes([len(klass)]) + klass.encode()
    bound = b"faceproof/key/1" + KEY_ID.bytes + ids + word
    body = b"\x01" + MASTER_ID.to_bytes(4, "big") + IV + AESGCM(MASTER_KEY).encrypt(IV, data_keyset(), bound)
    said = org.to_bytes(8, "big") + (head_subject or subject).to_bytes(8, "big")
    return b"\x01FPK" + KEY_ID.bytes + said + len(body).to_bytes(2, "big") + word + body


def flip(data: bytes, at: int, bit: int = 1) -> bytes:
    changed = bytearray(data)
    changed[at] ^= bit
    return bytes(changed)


def objects() -> dict[str, tuple[str, str, bytes]]:
    """Name → (what is wrong, expected class, bytes), all opened in the reference context with the reference
    key.
    """
    good = sealed()
    return {
        "object_good": ("nothing", "ok", good),
        "object_good_empty": ("nothing; no plaintext at all", "ok", sealed(b"")),
        "object_good_one_byte": ("nothing; one byte", "ok", sealed(b"\x00")),
        "empty_file": ("no bytes", "Truncated", b""),
        "three_bytes": ("not even a magic", "Truncated", good[:3]),
        "version_0": ("version 0", "UnknownVersion", b"\x00" + good[1:]),
        "version_2": ("version 2", "UnknownVersion", b"\x02" + good[1:]),
        "magic_of_a_key": ("the magic of a wrapped key", "Tampered", good[:1] + b"FPK" + good[4:]),
        "magic_flipped": ("one bit of the magic", "Tampered", flip(good, 2)),
        "header_cut": ("the header ends early", "Truncated", good[:27]),
        "key_id_other": ("names another key", "WrongKey", good[:4] + OTHER_KEY_ID.bytes + good[20:]),
        "length_one_more": ("promises one byte more", "Truncated", good[:27] + b"\x22" + good[28:]),
        "length_one_less": ("promises one byte less", "Tampered", good[:27] + b"\x20" + good[28:]),
        "length_huge": ("promises 2^63 bytes", "Truncated", flip(good, 20, 0x80)),
        "stream_header_length": ("the stream says its header has 41 bytes", "Tampered", flip(good, 28)),
        "salt_flipped": ("one bit of the salt", "Tampered", flip(good, 29)),
        "prefix_flipped": ("one bit of the nonce prefix", "Tampered", flip(good, 61)),
        "body_flipped": ("one bit of the ciphertext", "Tampered", flip(good, 68)),
        "tag_flipped": ("one bit of the tag", "Tampered", flip(good, len(good) - 1)),
        "last_byte_missing": ("one byte short", "Truncated", good[:-1]),
        "tag_missing": ("no tag", "Truncated", good[:-16]),
        "only_headers": ("ends after the stream header", "Truncated", good[:68]),
        "byte_appended": ("one byte more", "Tampered", good + b"\x00"),
        "twice": ("the object twice", "Tampered", good + good),
        "other_organisation": ("sealed for another organisation", "Tampered", sealed(org=ORG + 1)),
        "other_subject": ("sealed for another person", "Tampered", sealed(subject=SUBJECT + 1)),
        "other_class": ("sealed for another class", "Tampered", sealed(klass="draft")),
        "other_object": ("sealed as another object", "Tampered", sealed(object_id=OTHER_KEY_ID)),
        "other_part": ("sealed as another part", "Tampered", sealed(part="master")),
    }


def keys() -> dict[str, tuple[str, str, bytes]]:
    """Name → (what is wrong, expected class, bytes) of wrapped keys, unwrapped as the reference key."""
    good = wrapped()
    body = 39 + len(KLASS)
    relabelled = wrapped(subject=7, head_subject=SUBJECT)
    return {
        "key_good": ("nothing", "ok", good),
        "key_version_2": ("version 2", "UnknownVersion", b"\x02" + good[1:]),
        "key_magic_of_an_object": ("the magic of an object", "Tampered", good[:1] + b"FPS" + good[4:]),
        "key_header_cut": ("the header ends early", "Truncated", good[:38]),
        "key_id_other": ("names another key", "WrongKey", good[:4] + OTHER_KEY_ID.bytes + good[20:]),
        "key_other_subject": ("another person's key", "WrongKey", wrapped(subject=SUBJECT + 1)),
        "key_relabelled": ("another person's key, relabelled", "Tampered", relabelled),
        "key_other_class": ("the key of another class", "WrongKey", wrapped(klass="avatar")),
        "key_class_not_a_word": ("a class in capitals", "Tampered", good[:39] + b"SELFIE" + good[45:]),
        "key_other_master": ("wrapped by a foreign master", "WrongKey", flip(good, body + 4)),
        "key_prefix_flipped": ("not tink's prefix", "Tampered", flip(good, body)),
        "key_iv_flipped": ("one bit of the iv", "Tampered", flip(good, body + 5)),
        "key_body_flipped": ("one bit of the keyset", "Tampered", flip(good, body + 17)),
        "key_tag_flipped": ("one bit of the tag", "Tampered", flip(good, len(good) - 1)),
        "key_last_byte_missing": ("one byte short", "Truncated", good[:-1]),
        "key_byte_appended": ("one byte more", "Tampered", good + b"\x00"),
    }


def text(kind: str, flaw: str, expect: str, data: bytes) -> str:
    """One vector as TOML; fixed keys and fixed context are repeated so that each file stands alone."""
    lines = [f'kind = "{kind}"', f'flaw = "{flaw}"', f'expect = "{expect}"']
    lines += [f"org = {ORG}", f"subject = {SUBJECT}", f'klass = "{KLASS}"']
    lines += [f'object_id = "{OBJECT}"', f'part = "{PART}"', f'key_id = "{KEY_ID}"']
    lines += [f'key = "{IKM.hex()}"'] if kind == "object" else [f"master = '{master_json()}'"]
    return "\n".join([*lines, f'bytes = "{data.hex()}"', ""])


def files() -> dict[str, str]:
    """File name → content of the whole folder."""
    made = {f"{name}.toml": text("object", *vector) for name, vector in objects().items()}
    return made | {f"{name}.toml": text("key", *vector) for name, vector in keys().items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in files().items():
        (FOLDER / name).write_text(content)
    print(f"{len(files())} vectors in {FOLDER}")
