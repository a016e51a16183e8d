"""The least of a browser: HTTPS to this machine, cookies, and forms filled in as they stand on the page."""

from __future__ import annotations

import http.client
import ssl
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit


class PageError(RuntimeError):
    """A page answered with an error."""


@dataclass
class Page:
    """One answer: where we ended up, status, content type, body."""

    path: str
    status: int
    type: str
    body: bytes

    def text(self) -> str:
        """The words of the page, without its markup."""
        reader = _Words()
        reader.feed(self.body.decode("utf-8", "replace"))
        return " ".join(" ".join(reader.words).split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.depth = 0  # inside <main>

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag == "main"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "main"

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.words.append(data)


@dataclass
class Browser:
    """Talks to ``https://localhost:<port>`` and trusts only the certificate in ``certificate``."""

    port: int
    certificate: Path
    cookies: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._link = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=90)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._link.close()

    def get(self, path: str, *, allow: tuple[int, ...] = ()) -> Page:
        """Open a page, following redirects. Raises `PageError` on 4xx/5xx not in ``allow``."""
        return self._ask("GET", path, None, {}, allow)

    def submit(
        self,
        path: str,
        fields: dict[str, str],
        *,
        to: str | None = None,
        photo: tuple[bytes, str] | None = None,
        opened: Page | None = None,
    ) -> Page:
        """Open ``path`` (or take it as ``opened`` before), then send its form (to ``to`` or itself) with the
        hidden token and ``fields``."""
        token = _token((opened or self.get(path)).body.decode())
        fields = fields | {"csrfmiddlewaretoken": token}
        if photo is None:
            body = urlencode(fields).encode()
            kind = "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(fields, *photo)
        return self._ask("POST", to or path, body, {"Content-Type": kind}, (413, 422, 503))

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], allow: tuple[int, ...]
    ) -> Page:
        origin = f"https://localhost:{self.port}"
        headers = headers | {"Referer": f"{origin}{path}", "Origin": origin, "Accept-Language": "en"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._link.request(method, path, body=body, headers=headers)
        answer = self._link.getresponse()
        data = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        if answer.status in (301, 302, 303):
            return self._ask("GET", urlsplit(answer.headers["Location"]).path, None, {}, allow)
        page = Page(path, answer.status, answer.headers.get_content_type(), data)
        if answer.status >= 400 and answer.status not in allow:
            raise PageError(f"{method} {path}: {answer.status} {page.text()[:300]}")
        return page


class _Token(HTMLParser):
    value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name") == "csrfmiddlewaretoken":
            self.value = found.get("value") or ""


def _token(html: str) -> str:
    reader = _Token()
    reader.feed(html)
    if not reader.value:
        raise PageError("the page has no form")
    return reader.value


def _multipart(fields: dict[str, str], data: bytes, kind: str) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="photo"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    parts += [head.encode(), data, f"\r\n--{boundary}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
