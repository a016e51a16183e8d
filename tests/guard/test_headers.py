"""Security headers and cookie flags on every address of the URL table (R-019, R-020, R-101). (P-009)"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.conftest import PASSWORD

WANTED = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def every_path() -> list[str]:
    """One concrete path for each entry of the URL table, a static file, and an address that is not there."""
    found = ["/static/faceproof/faceproof.css", "/no/such/page/"]

    def walk(patterns: list[Any], before: str) -> None:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns, before + str(entry.pattern))
            elif isinstance(entry, URLPattern):
                found.append("/" + before + _filled(str(entry.pattern)))

    walk(get_resolver().url_patterns, "")
    return found


def _filled(pattern: str) -> str:
    for blank, value in (
        ("<uuid:ident>", "00000000-0000-4000-8000-000000000000"),
        ("<slug:name>", "linkedin"),
        ("<slug:slug>", "privacy"),
        ("<str:token>", "none"),
        ("<str:colour>", "24526e"),
    ):
        pattern = pattern.replace(blank, value)
    return pattern.lstrip("^").rstrip("$")


@pytest.mark.parametrize("signed_in", [False, True])
def test_every_answer_carries_the_security_headers(cast: Any, signed_in: bool) -> None:
    client = Client(raise_request_exception=False)
    if signed_in:
        client.force_login(cast.ann.user)
    paths = every_path()
    assert len(paths) > 30
    for path in paths:
        answer = client.get(path, secure=True)
        for name, value in WANTED.items():
            assert answer.get(name) == value, (path, name)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path


def test_plain_http_is_sent_to_https(db: str) -> None:
    for path in every_path():
        if path == "/no/such/page/":
            continue
        answer = Client().get(path)
        assert answer.status_code == 301, path
        assert answer["Location"].startswith("https://"), path


def test_every_cookie_is_host_only_secure_httponly_and_lax(cast: Any) -> None:
    client = Client()
    client.get("/accounts/login/", secure=True)
    client.post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD}, secure=True)
    client.post("/language/", {"language": "fr"}, secure=True)
    assert len(client.cookies) >= 3
    for name, cookie in client.cookies.items():
        assert name.startswith("__Host-"), name
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name
