"""What `faceproof serve` was asked for, and what must hold before anything is started."""

from __future__ import annotations

import os
import resource
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

import faceproof
from faceproof import engines
from faceproof.launcher import config, tls

APPLICATION = "faceproof.wsgi:application"


class ServeError(RuntimeError):
    """It cannot start; the message says what to do."""


@dataclass(frozen=True)
class Options:
    """What `faceproof serve` was asked for. `application` is another WSGI target in tests."""

    home: Path
    host: str
    port: int
    hosts: tuple[str, ...]
    pair: tls.Pair | None  # the operator's own certificate, or None for a self-signed one
    external: bool  # FACEPROOF_DATABASE_URL names the database
    migrate: bool
    link: bool = True
    application: str = APPLICATION
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def certificate(self) -> tls.Pair:
        return self.pair or tls.own(self.home)

    @property
    def address(self) -> str:
        return f"https://{self.name}:{self.port}"

    @property
    def name(self) -> str:
        """The first configured host name, as it stands in an address."""
        first = self.hosts[0].lstrip("*.") if self.hosts else ""
        return f"[{first}]" if ":" in first else first or "localhost"


def options(host: str | None = None, port: int | None = None, *, link: bool = True) -> Options:
    """Options from the settings, with what the command line overrides."""
    home = config.home()
    env = config.reader(home)
    certificate, key = env.text("FACEPROOF_TLS_CERTIFICATE", ""), env.text("FACEPROOF_TLS_KEY", "")
    if bool(certificate) != bool(key):
        raise ServeError("set both FACEPROOF_TLS_CERTIFICATE and FACEPROOF_TLS_KEY, or neither")
    engine, known = env.text("FACEPROOF_ENGINE", "studio:"), [f"{name}:" for name in engines.ENGINES]
    if not engine.startswith(tuple(known)):  # or every photo would fail, one by one
        raise ServeError(f"FACEPROOF_ENGINE={engine!r} is no engine; there are {', '.join(known)}")
    external = bool(env.text("FACEPROOF_DATABASE_URL", ""))
    hosts = [name.strip("[]") for name in env.words("FACEPROOF_HOSTS", "localhost 127.0.0.1 [::1]")]
    return Options(
        home=home,
        host=host or env.text("FACEPROOF_BIND", "127.0.0.1"),
        port=port or env.number("FACEPROOF_PORT", 8443),
        hosts=tuple(hosts),
        pair=tls.Pair(Path(certificate), Path(key)) if certificate else None,
        external=external,
        migrate=not external or bool(env.text("FACEPROOF_OWNER_DATABASE_URL", "")),
        link=link,
    )


def prepare(wanted: Options) -> None:
    """Refuse what cannot work before anything runs; make the data folder and the certificate."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    config.make(wanted.home)
    family = socket.AF_INET6 if ":" in wanted.host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((wanted.host, wanted.port))
            trial.listen()
        except OSError as error:
            raise ServeError(
                f"cannot listen on {wanted.host}:{wanted.port} ({error.strerror}); stop what uses it, "
                "or choose another port: faceproof serve --port 9443"
            ) from None
    if wanted.pair is None:
        tls.ensure(wanted.certificate, wanted.hosts)
        return
    try:
        matching = tls.matches(wanted.pair)
    except (OSError, ValueError) as error:
        raise ServeError(f"the TLS certificate or key cannot be read: {error}") from None
    if not matching:
        raise ServeError("FACEPROOF_TLS_KEY does not belong to FACEPROOF_TLS_CERTIFICATE")


def environment(wanted: Options) -> dict[str, str]:
    """For every child: the same settings, and this package whatever the working folder is."""
    paths = [str(Path(faceproof.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    return (
        os.environ
        | {
            "FACEPROOF_HOME": str(wanted.home),
            "FACEPROOF_PORT": str(wanted.port),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PYTHONUNBUFFERED": "1",
        }
        | wanted.environment
    )


def web_command(wanted: Options) -> list[str]:
    """granian, one process with many threads: more processes would not share the darkroom pool."""
    pair = wanted.certificate
    threads = config.threads(config.reader(wanted.home)).total
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "auto", "--no-ws",
        "--host", wanted.host, "--port", str(wanted.port),
        "--ssl-certificate", str(pair.certificate), "--ssl-keyfile", str(pair.key),
        "--ssl-protocol-min", "tls1.3", "--workers", "1", "--blocking-threads", str(threads),
        "--workers-kill-timeout", "10", "--log-level", "error", wanted.application,
    ]  # fmt: skip
