"""Requests a second of the gallery page against the smallest page there is, over TLS, in the same run.

    python bench/web.py [--json FILE] [--requests N]

The server is the real one (`faceproof serve` with its own embedded database in a temporary folder), the
person has eight sittings with eight looks each. The smallest page is the accent stylesheet: every
middleware, no row of anybody. The ratio tells what looking up a person and their pictures costs; requests a
second differ between machines.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
from pathlib import Path

from _house import parser, write

from faceproof.cli.browser import Browser
from faceproof.cli.served import serving

THREADS, SITTINGS = 4, 8
PAGES = {"smallest": "/accent/24526e.css", "gallery": "/", "settings": "/settings/", "healthz": "/healthz"}


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--requests", type=int, default=400, help="per page")
    chosen = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="faceproof-bench-"))
    try:
        found = run(home, chosen.requests)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print("page        requests/s   of the smallest")
    for name, row in found.items():
        print(f"{name:<12}{row['requests_s']:>10.0f}{row['ratio']:>14.0%}")
    write(chosen.json, "web", found)


def run(home: Path, count: int) -> dict[str, dict[str, float]]:
    with serving(home, FACEPROOF_ENGINE="fake:") as (port, certificate):
        cookies = _person(port, certificate)
        rates = {name: _rate(port, certificate, cookies, path, count) for name, path in PAGES.items()}
    return {name: {"requests_s": rate, "ratio": rate / rates["smallest"]} for name, rate in rates.items()}


def _person(port: int, certificate: Path) -> dict[str, str]:
    """Sign somebody up, make eight sittings, return the cookies of that browser."""
    import matplotlib

    photo = (Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg").read_bytes()
    with Browser(port, certificate) as browser:
        secret = "a bench is not a secret"
        account = {"email": "bench@example.org", "password1": secret, "password2": secret, "adult": "on"}
        browser.submit("/accounts/signup/", account)
        browser.submit("/before/", {"headshot": "on", "adult": "on"})
        for _ in range(SITTINGS):
            page = browser.submit("/photo/", {"custody": "transit"}, photo=(photo, "image/jpeg"))
            while not (proofs := json.loads(browser.get(f"{page.path}receipt.json").body)["proofs"]):
                time.sleep(0.1)
            browser.submit(page.path, {"proof": proofs[0]["id"]}, to=f"{page.path}choose/")
        return browser.cookies


def _rate(port: int, certificate: Path, cookies: dict[str, str], path: str, count: int) -> float:
    """Requests a second of ``count`` requests over `THREADS` kept connections."""

    def ask(number: int) -> None:
        with Browser(port, certificate, dict(cookies)) as browser:
            for _ in range(number):
                browser.get(path)

    ask(5)
    threads = [threading.Thread(target=ask, args=[count // THREADS]) for _ in range(THREADS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
