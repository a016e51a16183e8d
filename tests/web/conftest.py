"""A served studio and a browser that is watched: every request, every policy violation, every page error."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Cast

# Playwright keeps an event loop in this thread, and Django would refuse its database in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--host-resolver-rules=MAP studio.test 127.0.0.1",  # a name that a phone could reach
]


@pytest.fixture
def site(cast: Cast, certificate: tuple[Path, Path]) -> Iterator[str]:
    """The studio, served over TLS on loopback with the cast's database; gives its origin."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    command += ["--ssl-certificate", str(certificate[0]), "--ssl-keyfile", str(certificate[1])]
    from django.conf import settings

    # The same keys, blobs and certificates as the test's own process, whatever folder that one settled on.
    same = {
        name: str(getattr(settings, name)) for name in ("FACEPROOF_KEYS", "FACEPROOF_BLOBS", "FACEPROOF_PKI")
    }
    hosts = {"FACEPROOF_HOSTS": "localhost 127.0.0.1 [::1] studio.test", "FACEPROOF_TRY": "on"}
    env = os.environ | same | hosts | {"FACEPROOF_PORT": str(port)}
    process = subprocess.Popen([*command, "faceproof.wsgi:application"], cwd=ROOT, env=env)
    try:
        _wait(process, port, certificate[0])
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int, certificate: Path) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate))
    for _ in range(600):
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"https://localhost:{port}/healthz", context=trusted, timeout=2)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not answer")


@dataclass
class Watched:
    """A browser context and what was seen in it."""

    context: Any
    page: Any
    origin: str
    requests: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        return self.page.goto(self.origin + path)

    @property
    def foreign(self) -> list[str]:
        """Requests to anywhere but the studio."""
        return [
            url for url in self.requests if not url.startswith(self.origin) and not url.startswith("data:")
        ]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium: on Debian, apt-get install chromium")
    from playwright._impl._driver import compute_driver_executable
    from playwright.sync_api import sync_playwright

    if subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True).returncode:
        pytest.skip("needs what Playwright's program needs: on Debian, apt-get install libatomic1")

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Any, site: str) -> Iterator[Any]:
    """Make a watched browser context: ``browse(locale="fr-FR", viewport=…, java_script_enabled=False)``."""
    made: list[Watched] = []

    def new(**options: Any) -> Watched:
        options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 860}} | options
        context = chromium.new_context(ignore_https_errors=True, accept_downloads=True, **options)
        context.set_default_timeout(20_000)
        watched = Watched(context, context.new_page(), site)
        context.on("request", lambda request: watched.requests.append(request.url))
        watched.page.on(
            "console",
            lambda message: (
                watched.trouble.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        watched.page.on("pageerror", lambda error: watched.trouble.append(str(error)))
        made.append(watched)
        return watched

    yield new
    for watched in made:
        watched.context.close()
