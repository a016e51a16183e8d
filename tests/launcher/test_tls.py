"""The self-signed certificate: what it says, when it is renewed; and that nothing below TLS 1.3 is spoken."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from faceproof.launcher import serving, tls
from faceproof.launcher.serving import Options
from tests.launcher.helpers import REPOSITORY, environment, free_port, until

HOSTS = ("localhost", "[::1]", "studio.example.org", "10.1.2.3", ".example.com", "*")


@pytest.fixture
def pair(tmp_path: Path) -> tls.Pair:
    pair = tls.own(tmp_path)
    assert tls.ensure(pair, HOSTS)
    return pair


def test_it_names_this_machine_and_the_configured_hosts(pair: tls.Pair) -> None:
    names = tls.read(pair.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {"localhost", "studio.example.org"}
    assert {str(one) for one in names.get_values_for_type(x509.IPAddress)} == {"127.0.0.1", "::1", "10.1.2.3"}


def test_it_is_a_p256_key_for_397_days_readable_by_its_owner_only(pair: tls.Pair) -> None:
    certificate = tls.read(pair.certificate)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == datetime.timedelta(days=397)
    assert stat.S_IMODE(pair.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(pair.key.parent.stat().st_mode) == 0o700
    assert tls.matches(pair)


def test_it_is_kept_until_30_days_before_its_end_then_renewed(pair: tls.Pair) -> None:
    before = pair.certificate.read_bytes()
    end = tls.read(pair.certificate).not_valid_after_utc
    assert not tls.ensure(pair, HOSTS, end - datetime.timedelta(days=31))
    assert pair.certificate.read_bytes() == before
    assert tls.ensure(pair, HOSTS, end - datetime.timedelta(days=29))
    assert pair.certificate.read_bytes() != before


def test_a_new_host_name_needs_a_new_certificate(pair: tls.Pair) -> None:
    assert tls.ensure(pair, [*HOSTS, "other.example.org"])


def test_a_foreign_key_beside_the_certificate_is_replaced(pair: tls.Pair, tmp_path: Path) -> None:
    other = tls.own(tmp_path / "other")
    tls.ensure(other, HOSTS)
    pair.key.write_bytes(other.key.read_bytes())
    assert not tls.matches(pair)
    assert tls.ensure(pair, HOSTS)
    assert tls.matches(pair)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The web server exactly as `serve` starts it, around the smallest application."""
    home = tmp_path_factory.mktemp("tls")
    wanted = Options(home, "127.0.0.1", free_port(), ("localhost",), None, external=True, migrate=False,
                     application="tests.launcher.tiny:application")  # fmt: skip
    tls.ensure(wanted.certificate, wanted.hosts)
    command = serving.web_command(wanted)
    assert command[0] == sys.executable
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment()) as server:
        assert until(lambda: reachable(wanted.port))
        yield wanted.port
        server.terminate()


def reachable(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def speak(port: int, version: ssl.TLSVersion, protocols: list[str]) -> tuple[str | None, str | None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.set_alpn_protocols(protocols)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as raw, context.wrap_socket(raw) as link:
        return link.version(), link.selected_alpn_protocol()


def test_tls_1_3_is_spoken_with_http_2_and_http_1(port: int) -> None:
    assert speak(port, ssl.TLSVersion.TLSv1_3, ["h2", "http/1.1"]) == ("TLSv1.3", "h2")
    assert speak(port, ssl.TLSVersion.TLSv1_3, ["http/1.1"]) == ("TLSv1.3", "http/1.1")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_1])
def test_older_tls_is_refused(port: int, version: ssl.TLSVersion) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        speak(port, version, ["http/1.1"])


def test_plain_http_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            assert not raw.recv(100).startswith(b"HTTP/")
