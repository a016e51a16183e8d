"""A letter on its way through the queue, sealed: the table of jobs is open to every worker and outside
row-level security, so neither an address nor a link that works may stand in it in the clear.

The key is made from the installation's secret (``FACEPROOF_SECRET_KEY``, a file beside the data), which is
never in the database.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(Exception):
    """Sealed under another secret: the installation's was changed while the letter waited."""


def close(letter: dict[str, Any]) -> str:
    """``letter`` (JSON values) as one opaque word."""
    return _box().encrypt(json.dumps(letter).encode()).decode()


def opened(sealed: str) -> dict[str, Any]:
    """What `close` was given. Raises `Unreadable`."""
    try:
        found: dict[str, Any] = json.loads(_box().decrypt(sealed.encode()))
    except InvalidToken:
        raise Unreadable("a letter was sealed under another secret") from None
    return found


def _box() -> Fernet:
    key = hashlib.sha256(b"faceproof/mail/" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
