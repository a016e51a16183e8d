"""Write a letter and hand it to the mail server. Plain text and HTML, no picture, nothing from elsewhere.

Whoever must not wait seals the letter (`sealed`) and defers the job ``send_mail``; the worker calls `send`.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from django.conf import settings
from django.utils import timezone

from faceproof.mail.letter import Letter, Value, compose
from faceproof.mail.server import Server

__all__ = ["NotSent", "Refused", "configured", "greet", "send"]

PATIENCE = 20.0  # seconds that the server may take for one answer


class NotSent(Exception):
    """Not now: the server does not answer, or asks to come back. Trying again is right."""


class Refused(Exception):
    """Never: the server will not take a letter to this address."""


def configured() -> bool:
    """Whether this installation sends mail at all."""
    return settings.FACEPROOF_MAIL is not None


def send(to: str, name: str, context: Mapping[str, Value], language: str) -> None:
    """Write the letter ``name`` (see `letter.compose`) and hand it in; it is accepted when this returns.

    Raises:
        NotSent, Refused: what their names say. Their text holds no address, so that it may be logged.
    """
    server: Server | None = settings.FACEPROOF_MAIL
    if server is None:
        raise NotSent("no mail server is set")
    message = _message(server, to, compose(name, context, language))
    try:
        with greet(server) as session:
            session.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        kind = Refused if code >= 500 else NotSent
        raise kind(f"the mail server refused the recipient ({code})") from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"the mail server answered {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:  # their words may quote the address
        raise NotSent(f"the mail server was not reached or broke off ({type(error).__name__})") from None


def greet(server: Server) -> smtplib.SMTP:
    """A session with ``server``: encrypted, its certificate verified, signed in.

    Raises:
        OSError, smtplib.SMTPException: as it happens.
    """
    trusted = ssl.create_default_context(cafile=server.authority or None)
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2
    session: smtplib.SMTP
    if server.security == "smtps":
        session = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=trusted)
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        if server.security == "smtp+starttls":
            session.starttls(context=trusted)  # raises when the server does not offer it: never in the clear
        if server.user:
            session.login(server.user, server.password)
    except BaseException:
        session.close()
        raise
    return session


def _message(server: Server, to: str, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = server.sender, to, letter.subject
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = make_msgid(domain=parseaddr(server.sender)[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday note answers it
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.language  # last: setting the content takes its headers away
    return message
