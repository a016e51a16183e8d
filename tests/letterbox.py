"""A real mail server on loopback, and the worker's part of sending, for tests."""

from __future__ import annotations

import email
import email.policy
import re
import socket
import ssl
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from faceproof.mail.server import Server


class Handler:
    """Keeps what arrives; `answer` is what it says to a recipient instead of yes."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


class Letterbox:
    """`server` names it; `received` first does what the worker would do."""

    def __init__(self, **more: Any) -> None:
        self.handler, self.done = Handler(), set[int]()
        self.controller = Controller(self.handler, hostname="127.0.0.1", port=free_port(), **more)
        self.controller.start()
        self.server = Server("smtp", "127.0.0.1", self.controller.port, "Faceproof <studio@example.org>")

    def stop(self) -> None:
        if self.controller.server is not None:
            self.controller.stop()

    def received(self) -> list[EmailMessage]:
        """Everything that has arrived so far, oldest first; queued letters are sent now."""
        from procrastinate.contrib.django.models import ProcrastinateJob

        from faceproof.organisations import letters

        for job in ProcrastinateJob.objects.filter(task_name="send_mail").order_by("id"):
            if job.id not in self.done:
                self.done.add(job.id)
                letters.deliver(job.args["letter"])
        return self.handler.letters

    def only(self) -> EmailMessage:
        (letter,) = self.received()
        return letter


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parts(letter: EmailMessage) -> tuple[str, str]:
    """(plain text, HTML) of a letter."""
    plain, html = letter.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return plain.get_content(), html.get_content()


def links(letter: EmailMessage) -> list[str]:
    """Every address in either part, in the order of the plain text."""
    plain, html = parts(letter)
    found = re.findall(r"https?://[^\s<>\"]+", plain + html)
    return list(dict.fromkeys(each.rstrip(".,") for each in found))


def locked(certificate: Any, key: Any) -> dict[str, Any]:
    """What `Letterbox` needs to speak STARTTLS only, and to ask for ann's password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(certificate), str(key))

    def known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"ann", b"p@ss/word"))

    return {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": known,
    }
