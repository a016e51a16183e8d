"""Fifty people at once through the whole way: first pictures, nobody lost, memory.

    .venv/bin/python bench/front_door.py [--json FILE] [--people N] [--spread SECONDS] [--engine ADDRESS]

A real `faceproof serve` (TLS, embedded database, darkrooms, worker) on this machine, and N people who each
read the sentences, agree, hand a photo in, wait for their first picture and for the rest, choose one and
download it. They press "Make my headshots" within `--spread` seconds of each other: 0 is everybody in the
same moment, 30 is a department that got the same mail. Time to the first picture runs from the first byte of
the upload to the last byte of a picture of this person. The people share the machine's cores with the studio,
as they would not in life. Photos: development portraits where there are some, else the public-domain one.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from _house import SHARED, parser, told, write

from faceproof.cli.browser import Browser, Page, PageError
from faceproof.cli.served import serving

GOAL_P95, GOAL_FIRST = 12.0, 5.0  # seconds with fifty at once; seconds for one alone
PATIENCE = 180.0  # seconds after which somebody counts as lost
MEMBERS = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from faceproof.organisations.accounts import join
from faceproof.organisations.models import User
from faceproof.organisations.setup import first_organisation
org, keys = first_organisation("Bench"), []
for number in range({count}):
    user = User.objects.create(email=f"person-{{number}}@example.org", password="!")
    join(user, org)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    keys.append(session.session_key)
print("KEYS", json.dumps(keys))
"""


@dataclass
class Person:
    """One of them, and what happened to her."""

    cookies: dict[str, str]
    photo: bytes
    kind: str
    wait: float
    first: float | None = None  # seconds to the first picture
    all: float | None = None  # ... to the last look
    done: float | None = None  # ... to the downloaded file
    turned_away: int = 0
    looks: int = 0
    trouble: str = ""


@dataclass
class Memory:
    """Proportional share of everything that runs below us, MiB, sampled every second."""

    samples: list[float] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.stopped.wait(1.0):
            self.samples.append(self.now())

    @staticmethod
    def now() -> float:
        total = 0
        for process in psutil.Process().children(recursive=True):
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
        return total / 2**20


PARTS = {
    "darkroom.process": "darkrooms",
    "forkserver.py": "decoders",
    "granian": "web",
    "faceproof worker": "worker",
    "postgres": "database",
}


def processor() -> dict[str, float]:
    """Seconds of processor time so far, by part. A decoder ends after one photo: its time is what its fork
    server has collected."""
    own = psutil.Process()
    spent = dict.fromkeys([*PARTS.values(), "clients", "other"], 0.0)
    for process in [own, *own.children(recursive=True)]:
        try:
            line, times = " ".join(process.cmdline()), process.cpu_times()
        except psutil.Error:
            continue
        part = next((name for sign, name in PARTS.items() if sign in line), "other")
        part = "clients" if process.pid == own.pid else part
        spent[part] += times.user + times.system
        if part == "decoders":
            spent[part] += times.children_user + times.children_system
    return spent


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--people", type=int, default=50)
    options.add_argument("--spread", type=float, nargs="*", default=[0.0, 30.0], metavar="SECONDS")
    options.add_argument("--engine", default="studio:")
    chosen = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="faceproof-bench-"))
    try:
        found = run(home, chosen.people, chosen.spread, chosen.engine)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    for wave in found["waves"]:
        tell(wave, found["alone"])
    write(chosen.json, "front_door", found)


def run(home: Path, people: int, spreads: list[float], engine: str) -> dict[str, Any]:
    """One server, one person alone, then a wave of people for each spread: memory that grows shows there."""
    with serving(home, FACEPROOF_ENGINE=engine) as (port, certificate):
        keys = _members(home, people * len(spreads) + 1)
        alone = _crowd(keys[:1], 0.0)[0]
        _through(port, certificate, alone, threading.Barrier(1))
        waves = [
            _wave(port, certificate, _crowd(keys[1 + at * people :][:people], spread), spread)
            for at, spread in enumerate(spreads)
        ]
    one = {"first_s": alone.first, "all_s": alone.all, "done_s": alone.done, "trouble": alone.trouble}
    return {"alone": one, "waves": waves}


def _wave(port: int, certificate: Path, crowd: list[Person], spread: float) -> dict[str, Any]:
    memory = Memory()
    before = memory.now()
    watcher = threading.Thread(target=memory.watch, daemon=True)
    watcher.start()
    spent = _Spent(crowd)
    together = threading.Barrier(len(crowd), action=spent.start)
    threads = [
        threading.Thread(target=_through, args=(port, certificate, person, together)) for person in crowd
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(3)
    memory.stopped.set()
    watcher.join()
    firsts = sorted(person.first for person in crowd if person.first is not None)
    every = sorted(person.all for person in crowd if person.all is not None)
    done = sorted(person.done for person in crowd if person.done is not None)
    return {
        "people": len(crowd),
        "spread_s": spread,
        "lost": [person.trouble or "no picture" for person in crowd if person.done is None],
        "turned_away": sum(person.turned_away for person in crowd),
        "first_s": {"p50": _at(firsts, 0.5), "p95": _at(firsts, 0.95), "most": _at(firsts, 1.0)},
        "all_s": {"p50": _at(every, 0.5), "most": _at(every, 1.0)},
        "done_s": {"p50": _at(done, 0.5), "most": _at(done, 1.0)},
        "looks": statistics.mean(person.looks for person in crowd),
        "processor_s_until_all_have_one": spent.seconds,
        "memory_mib": {"before": before, "peak": max(memory.samples, default=before), "after": memory.now()},
    }


class _Spent:
    """Processor seconds by part, from the start signal until everybody has a first picture."""

    def __init__(self, crowd: list[Person]) -> None:
        self.crowd = crowd
        self.seconds: dict[str, float] = {}

    def start(self) -> None:
        threading.Thread(target=self._watch, args=(processor(),), daemon=True).start()

    def _watch(self, before: dict[str, float]) -> None:
        while any(each.first is None and each.done is None and not each.trouble for each in self.crowd):
            time.sleep(0.1)
        self.seconds = {part: spent - before[part] for part, spent in processor().items()}


def _at(values: list[float], share: float) -> float | None:
    return values[min(len(values) - 1, round(share * (len(values) - 1)))] if values else None


def _members(home: Path, count: int) -> list[str]:
    """Session keys of so many new members, as if they had just signed in."""
    command = [sys.executable, "-m", "faceproof", "manage", "shell", "-c", MEMBERS.format(count=count)]
    here = os.environ | {"FACEPROOF_HOME": str(home)}
    ran = subprocess.run(command, capture_output=True, text=True, env=here)
    line = next((line for line in ran.stdout.splitlines() if line.startswith("KEYS ")), "")
    if not line:
        raise SystemExit(ran.stderr[-2000:])
    return list(json.loads(line[5:]))


def _crowd(keys: list[str], spread: float) -> list[Person]:
    photos, chance = _photos(), random.Random(4)
    return [
        Person({"__Host-session": key}, *photos[place % len(photos)], chance.uniform(0.0, spread))
        for place, key in enumerate(keys)
    ]


def _photos() -> list[tuple[bytes, str]]:
    import matplotlib

    own = (Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg").read_bytes()
    found = sorted((SHARED / "portraits").glob("*.jpg"))
    return [(path.read_bytes(), "image/jpeg") for path in found] or [(own, "image/jpeg")]


def _through(port: int, certificate: Path, person: Person, together: threading.Barrier) -> None:
    try:
        with Browser(port, certificate, person.cookies) as browser:
            while browser.submit("/before/", {"headshot": "on", "adult": "on"}).status == 503:
                person.turned_away += 1
                time.sleep(2.0)
            form = browser.get("/photo/")
            together.wait(PATIENCE)
            time.sleep(person.wait)
            _sit(browser, person, form)
    except (OSError, PageError, threading.BrokenBarrierError) as error:
        person.trouble = f"{type(error).__name__}: {error}"[:200]


def _sit(browser: Browser, person: Person, form: Page) -> None:
    started = time.monotonic()
    while True:
        photo = (person.photo, person.kind)
        page = browser.submit("/photo/", {"custody": "transit"}, photo=photo, opened=form)
        if page.status != 503:
            break
        person.turned_away += 1
        time.sleep(2.0)
    _wait(browser, page, person, started)
    receipt = json.loads(browser.get(f"{page.path}receipt.json").body)
    if receipt["state"] == "asking":  # she says that it will do, or which face is hers
        how = {"face": "1"} if "more than one face" in receipt["why"] else {"anyway": "1"}
        _wait(browser, browser.submit(page.path, how, to=f"{page.path}answer/"), person, started)
        receipt = json.loads(browser.get(f"{page.path}receipt.json").body)
    person.all = time.monotonic() - started
    person.looks = len(receipt["proofs"])
    if receipt["state"] != "ready":
        person.trouble = f"{receipt['state']}: {receipt['why']}"[:200]
        if receipt["state"] == "refused":  # told why, as she should be: not lost
            person.done = person.all
        return
    for proof in receipt["proofs"]:
        browser.get(f"/proofs/{proof['id']}.jpg")
    chosen = browser.submit(page.path, {"proof": receipt["proofs"][0]["id"]}, to=f"{page.path}choose/")
    browser.get(f"{chosen.path}download/web-original/")
    person.done = time.monotonic() - started


def _wait(browser: Browser, page: Page, person: Person, started: float) -> None:
    """Ask again as the page itself does, until it asks no more."""
    path = page.path
    while time.monotonic() - started < PATIENCE:
        if page.status == 200:
            html = page.body.decode()
            seen, every = re.search(r"[?]seen=([\w-]+)", html), re.search(r"every (\d+)ms", html)
            proof = re.search(r"/proofs/[0-9a-f-]{36}\.jpg|/sittings/[0-9a-f-]{36}/first\.jpg", html)
            if proof and person.first is None:
                browser.get(proof[0])
                person.first = time.monotonic() - started
            if not seen or not every:
                return
        time.sleep(int(every[1]) / 1000)
        page = browser.get(f"{path}?seen={seen[1]}")


def tell(found: dict[str, Any], one: dict[str, Any]) -> None:
    first, every, memory = found["first_s"], found["all_s"], found["memory_mib"]
    print(f"{found['people']} people within {found['spread_s']:g} s, {found['looks']:.1f} looks each")
    print(f"  lost            {len(found['lost'])}  {'; '.join(found['lost'][:3])}")
    print(f"  turned away     {found['turned_away']} times, came back")
    if one["first_s"] is not None:
        print(
            f"  one alone       first picture {one['first_s']:.1f} s, {told(one['first_s'], GOAL_FIRST, 's')}"
        )
    if first["p95"] is not None:
        print(f"  first picture   p50 {first['p50']:.1f} s, last {first['most']:.1f} s")
        print(f"                  p95 {first['p95']:.1f} s, {told(first['p95'], GOAL_P95, 's')}")
    if every["p50"] is not None:
        print(f"  all looks       p50 {every['p50']:.1f} s, last {every['most']:.1f} s")
    parts = found["processor_s_until_all_have_one"].items()
    print("  processor until everybody has one   " + ", ".join(f"{part} {s:.1f} s" for part, s in parts))
    print("  memory (PSS)    {before:.0f} MiB, peak {peak:.0f}, after {after:.0f}".format(**memory))


if __name__ == "__main__":
    main()
