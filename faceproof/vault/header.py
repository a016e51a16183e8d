"""How everything stored by the vault begins, and the four ways in which reading it fails.

Byte 0 is the version, bytes 1 to 3 are the magic. There is one version and one algorithm behind it; a
second one would be version 2, never a field that names an algorithm.
"""

from __future__ import annotations

VERSION = 1
MAGIC_SEALED = b"FPS"
MAGIC_KEY = b"FPK"


class SealError(Exception):
    """Reading something sealed failed. ``code`` is for `faults`, the message is for the operator.

    No message of a subclass ever holds key material or plaintext.
    """

    code = "seal"


class WrongKey(SealError):
    """The bytes are whole, but they name another key (or another master keyset) than the one offered."""

    code = "wrong_key"


class Tampered(SealError):
    """Authentication failed: bytes were changed, or they were sealed for another context."""

    code = "tampered"


class Truncated(SealError):
    """There are fewer bytes than the header promises."""

    code = "truncated"


class UnknownVersion(SealError):
    """The magic is ours, the version is not one that this program reads."""

    code = "unknown_version"


def check(data: bytes, magic: bytes, length: int) -> None:
    """Refuse ``data`` that does not begin with a whole version 1 header of ``length`` bytes.

    Raises:
        Tampered: the magic is not ``magic``. UnknownVersion: it is, with another version. Truncated: too
        short.
    """
    if len(data) < 4:
        raise Truncated(f"{len(data)} bytes: not even a version and a magic")
    if data[1:4] != magic:
        raise Tampered(f"the magic is {data[1:4].hex()}, expected {magic.hex()}")
    if data[0] != VERSION:
        raise UnknownVersion(f"version {data[0]}, this program reads {VERSION}")
    if len(data) < length:
        raise Truncated(f"{len(data)} bytes, the header alone has {length}")
