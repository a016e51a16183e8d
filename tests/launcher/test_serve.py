"""`faceproof serve` as an operator meets it: it comes up, survives every kill, and goes without a trace."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.launcher.helpers import environment, free_port, postmaster, running, until

pytestmark = pytest.mark.slow


@dataclass
class Served:
    """A running `faceproof serve`."""

    process: subprocess.Popen[str]
    home: Path
    port: int
    said: str
    log: Path

    def healthy(self) -> bool:
        return healthy(self.port, self.home)

    def child(self, word: str) -> psutil.Process:
        """Its direct child that has `word` on its command line."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if word in child.cmdline())

    def family(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]

    def replaced(self, word: str, pid: int) -> bool:
        try:
            return self.child(word).pid != pid
        except (StopIteration, psutil.Error):
            return False


def healthy(port: int, home: Path) -> bool:
    """Whether /healthz says ok over TLS, its certificate checked against the one in the data folder."""
    try:
        context = ssl.create_default_context(cafile=str(home / "tls" / "localhost.crt"))
        link = http.client.HTTPSConnection("localhost", port, timeout=10, context=context)
        link.request("GET", "/healthz")
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def start(home: Path, port: int, log: Path, *arguments: str) -> subprocess.Popen[str]:
    with log.open("w") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "faceproof", "serve", "--port", str(port), *arguments],
            env=environment() | {"FACEPROOF_HOME": str(home), "FACEPROOF_ENGINE_PROCESSES": "1"},
            cwd="/", stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("serve")
    port, log = free_port(), folder / "log"
    process = start(folder / "var", port, log)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "/setup/" in line:
            break
    else:
        pytest.fail(f"serve ended: {log.read_text()}")
    yield Served(process, folder / "var", port, said, log)
    family = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert not [pid for pid in family if running(pid)], "an orphan was left"
    process.stdout.close()


def test_it_prints_its_address_and_the_one_time_link(served: Served) -> None:
    assert f"https://localhost:{served.port} " in served.said
    assert re.search(rf"https://localhost:{served.port}/setup/[\w-]{{30,}}/\n", served.said)
    assert served.healthy()


def test_the_link_opens_and_nothing_of_it_is_in_the_log(served: Served) -> None:
    link = re.search(r"/setup/[\w-]+/", served.said)
    assert link is not None
    context = ssl.create_default_context(cafile=str(served.home / "tls" / "localhost.crt"))
    connection = http.client.HTTPSConnection("localhost", served.port, timeout=30, context=context)
    connection.request("GET", link.group())
    assert connection.getresponse().status == 200
    connection.close()
    assert link.group() not in served.log.read_text()


def test_its_log_is_short_lines_of_facts(served: Served) -> None:
    lines = served.log.read_text().splitlines()
    assert len(lines) >= 4
    for line in lines[:4]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (\w+)( \w+=\S+)+", line), line


def test_no_child_may_write_a_core_dump(served: Served) -> None:
    for pid in served.family():
        limits = Path(f"/proc/{pid}/limits")
        if limits.exists():
            line = next(line for line in limits.read_text().splitlines() if line.startswith("Max core"))
            assert line.split()[4:6] == ["0", "0"], psutil.Process(pid).cmdline()


def test_a_taken_port_is_said_with_the_next_step(served: Served, tmp_path: Path) -> None:
    with start(tmp_path / "var", served.port, tmp_path / "log") as second:
        assert second.wait(60) == 1
    said = (tmp_path / "log").read_text()
    assert "cannot listen" in said
    assert "--port" in said
    assert "Traceback" not in said


def test_a_second_serve_on_the_same_data_shares_the_database(served: Served, tmp_path: Path) -> None:
    server, port = postmaster(served.home), free_port()
    with start(served.home, port, tmp_path / "log", "--no-setup-link") as guest:
        assert until(lambda: healthy(port, served.home), 120)
        assert postmaster(served.home) == server
        guest.send_signal(signal.SIGTERM)
        assert guest.wait(60) == 0
        assert guest.stdout is not None
        assert "/setup/" not in guest.stdout.read()
    assert running(server)
    assert served.healthy()


@pytest.mark.parametrize("word", ["granian", "worker"])
def test_a_killed_program_comes_back(served: Served, word: str) -> None:
    before = served.child(word)
    family = [before.pid, *(child.pid for child in before.children(recursive=True))]
    before.kill()
    assert until(lambda: served.replaced(word, before.pid), 120)
    assert until(served.healthy, 120)
    assert until(lambda: not any(running(pid) for pid in family)), "what it had started is gone"


def test_a_killed_web_process_below_the_server_comes_back(served: Served) -> None:
    inner = served.child("granian").children()[0]
    inner.kill()
    assert until(lambda: not running(inner.pid))
    assert until(served.healthy, 120)


def test_a_killed_database_comes_back(served: Served) -> None:
    server = postmaster(served.home)
    os.kill(server, signal.SIGKILL)
    assert until(lambda: not running(server))
    assert until(served.healthy, 120)
    assert postmaster(served.home) != server


def test_a_killed_keeper_of_the_database_comes_back(served: Served) -> None:
    keeper = served.child("faceproof.launcher.keeper")
    server = postmaster(served.home)
    keeper.kill()
    assert until(lambda: served.replaced("faceproof.launcher.keeper", keeper.pid), 120)
    assert until(lambda: not running(server))
    assert until(served.healthy, 120)


def test_kill_9_of_the_command_itself_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    with start(tmp_path / "var", port, tmp_path / "log", "--no-setup-link") as process:
        assert until(lambda: healthy(port, tmp_path / "var"), 120)
        family = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        assert len(family) > 5
        process.kill()
    assert until(lambda: not any(running(pid) for pid in family)), [
        psutil.Process(pid).cmdline() for pid in family if running(pid)
    ]
    with socket.socket() as trial:
        assert trial.connect_ex(("127.0.0.1", port)) != 0


def test_half_a_certificate_setting_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "faceproof", "serve"], cwd="/", capture_output=True, text=True,
        env=environment() | {"FACEPROOF_HOME": str(tmp_path), "FACEPROOF_TLS_KEY": "/nowhere"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "FACEPROOF_TLS_CERTIFICATE" in done.stderr


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["manage", "check"]], ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("setting", "hint"),
    [
        ({"FACEPROOF_HOME": "/proc/nowhere"}, "set FACEPROOF_HOME"),
        ({"FACEPROOF_PORT": "abc"}, "must be a whole number"),
    ],
    ids=["home", "port"],
)
def test_a_setting_that_cannot_be_used_is_said_in_one_sentence(
    tmp_path: Path, command: list[str], setting: dict[str, str], hint: str
) -> None:
    done = alone(*command, **({"FACEPROOF_HOME": str(tmp_path)} | setting))
    assert done.returncode == 1
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_an_engine_that_does_not_exist_is_refused_before_anything_starts(tmp_path: Path) -> None:
    done = alone("serve", FACEPROOF_HOME=str(tmp_path), FACEPROOF_ENGINE="nope:")
    assert done.returncode == 1
    assert "there are studio:, fake:" in done.stderr


def test_a_worker_without_a_database_says_so_and_may_be_tried_again_later(tmp_path: Path) -> None:
    done = alone("worker", FACEPROOF_HOME=str(tmp_path / "var"))
    assert done.returncode == 75
    assert "The database cannot be reached" in done.stderr
    assert "faceproof serve" in done.stderr
    assert "Traceback" not in done.stderr


def alone(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """One command that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "faceproof", *command], cwd="/", capture_output=True, text=True, timeout=60,
        env=environment() | settings,
    )  # fmt: skip
