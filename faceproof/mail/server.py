"""Which mail server, as one address names it; read once, at the start, and refused in a sentence.

``smtp+starttls://user:password@mail.example.org:587`` (the usual one), ``smtps://…:465``, and
``smtp://localhost:2525`` for a server on this very machine only: nothing leaves it unencrypted.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

PORTS = {"smtp+starttls": 587, "smtps": 465, "smtp": 25}


class ServerError(ValueError):
    """The address cannot be used. The message never repeats it: a password may stand in it."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in. ``authority``: a PEM file to trust instead of the system's authorities."""

    security: str  # "smtp+starttls" | "smtps" | "smtp"
    host: str
    port: int
    sender: str  # "Faceproof <headshots@example.org>"
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str = ""


def parse(url: str, sender: str, authority: str = "") -> Server:
    """The server that ``url`` names. Raises `ServerError`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ServerError("its port must be a number up to 65535") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ServerError(
            "expected smtp+starttls://user:password@host:587, smtps://… or smtp://localhost:2525"
        )
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ServerError("nothing may follow the port; write %40 for an @ and %2F for a / in the password")
    if parts.scheme == "smtp" and not _here(parts.hostname):
        raise ServerError("smtp:// is for a server on this machine only; use smtp+starttls:// or smtps://")
    if bool(parts.username) != bool(parts.password):
        raise ServerError("a user name and its password belong together")
    if "@" not in parseaddr(sender)[1]:
        raise ServerError("FACEPROOF_MAIL_FROM must name the sender: Faceproof <headshots@example.org>")
    return Server(
        parts.scheme,
        parts.hostname,
        port or PORTS[parts.scheme],
        sender,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        authority,
    )


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
