"""Every check of `faceproof doctor` is made to fail once, with a hint; what is whole has no error."""

from __future__ import annotations

import datetime
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.conf import settings

from faceproof.launcher import checks, tls
from faceproof.launcher.checks import Check, database, folders, machine
from faceproof.launcher.checks.verdict import Here, Verdict
from faceproof.launcher.config import Reader
from faceproof.launcher.postgres import Postgres
from tests.launcher.helpers import FAST, environment

TABLE = {check.id: check for check in checks.CHECKS}


@dataclass
class Broken:
    """An installation that a test damages before a check looks at it."""

    here: Here
    patch: pytest.MonkeyPatch
    superuser: Any = None
    server: Any = None
    name: str = ""

    def sql(self, statement: str) -> Here:
        self.superuser.execute(statement)
        return self.here

    def as_role(self, role: str) -> Here:
        return replace(
            self.here, connection=psycopg.connect(self.server.dsn(role, self.name), autocommit=True)
        )

    def file(self, name: str, content: str | bytes = b"", mode: int = 0o600) -> Path:
        path = self.here.home / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def setting(self, name: str, value: object) -> Here:
        self.patch.setattr(settings, name, value)
        return self.here

    def with_env(self, **values: str) -> Here:
        return replace(self.here, env=Reader(values))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(settings, "FACEPROOF_KEYS", str(folder / "keys"))
    monkeypatch.setattr(settings, "FACEPROOF_BLOBS", str(folder / "blobs"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return folder


@pytest.fixture
def broken(home: Path, monkeypatch: pytest.MonkeyPatch) -> Broken:
    return Broken(Here(home, Reader({}), proc=home / "proc", sys=home / "sys"), monkeypatch)


@pytest.fixture
def with_database(
    broken: Broken, db: str, postgres: Postgres, as_superuser: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Broken]:
    with psycopg.connect(postgres.dsn("app", db), autocommit=True) as connection:
        yield replace(
            broken, here=replace(broken.here, connection=connection), superuser=as_superuser,
            server=postgres, name=db,
        )  # fmt: skip


def _old_clock(it: Broken) -> Here:
    return replace(it.here, now=machine.BUILT - datetime.timedelta(days=1))


def _swap(it: Broken) -> Here:
    it.file("proc/swaps", "Filename Type Size Used Priority\n/dev/sda2 partition 8 0 -2\n")
    return it.here


def _core_dump(it: Broken) -> Here:
    it.file("proc/self/x")
    it.file("proc/77/cmdline", b"python\0-m\0granian\0faceproof.wsgi:application\0")
    it.file("proc/77/limits", "Max core file size        unlimited            unlimited            bytes\n")
    return it.here


def _net_missing(it: Broken) -> Here:
    from faceproof.imaging import nets

    it.patch.setattr(nets, "problems", lambda: [nets.NetMissing("x.tflite is not there")])
    return it.here


def _open_secret(it: Broken) -> Here:
    it.file("secret.key", "s", mode=0o644)
    return it.here


def _open_home(it: Broken) -> Here:
    it.here.home.chmod(0o755)
    return it.here


def _full_disk(it: Broken) -> Here:
    it.patch.setattr(folders.shutil, "disk_usage", lambda path: SimpleNamespace(free=2**29))
    return it.here


def _spooled_upload(it: Broken) -> Here:
    Path(tempfile.gettempdir(), "tmpab12.upload.jpg").write_bytes(b"")
    return it.here


def _keys_open(it: Broken) -> Here:
    it.file("keys/master.json", "{}")
    (it.here.home / "keys").chmod(0o755)
    return it.here


def _master_lost(it: Broken) -> Here:
    it.file("keys/org-1/8d1c.key", b"k")
    return it.here


def _blobs_unwritable(it: Broken) -> Here:
    it.file("blobs", b"a file where the folder should be")
    return it.here


def _certificate_over(it: Broken) -> Here:
    tls.ensure(tls.own(it.here.home), [], it.here.now - datetime.timedelta(days=400))
    return it.here


def _foreign_key(it: Broken) -> Here:
    tls.ensure(tls.own(it.here.home), [])
    tls.ensure(tls.own(it.here.home / "other"), [])
    tls.own(it.here.home).key.write_bytes(tls.own(it.here.home / "other").key.read_bytes())
    return it.here


def _key_readable(it: Broken) -> Here:
    tls.ensure(tls.own(it.here.home), [])
    tls.own(it.here.home).key.chmod(0o644)
    return it.here


def _job(status: str) -> str:
    return (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at) "
        f"VALUES ('studio', 'develop', '{{}}', '{status}', now() - interval '1 hour')"
    )


def _mask_of_another_hash(it: Broken) -> Here:
    path = it.file("mask.onnx", b"something else")
    return it.with_env(FACEPROOF_MATTE_MODEL=str(path), FACEPROOF_MATTE_SHA256="0" * 64)


def _mail_server_away(it: Broken) -> Here:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"smtp+starttls://ann:geheim@127.0.0.1:{port}"  # pragma: allowlist secret
    here = it.with_env(FACEPROOF_MAIL_URL=url, FACEPROOF_MAIL_FROM="studio@example.org")
    assert "geheim" not in str(look(TABLE["settings.mail"], here))
    return here


WITHOUT_DATABASE: list[tuple[str, str, Callable[[Broken], Here]]] = [
    ("machine.clock", "error", _old_clock),
    ("machine.swap", "warning", _swap),
    ("machine.core_dumps", "error", _core_dump),
    ("settings.debug", "error", lambda it: it.with_env(FACEPROOF_DEBUG="on")),
    ("settings.hosts", "warning", lambda it: it.with_env(FACEPROOF_HOSTS="localhost .example.org")),
    ("settings.mail", "error", lambda it: it.with_env(FACEPROOF_MAIL_URL="smtp://mail.example.org")),
    ("settings.mail", "error", _mail_server_away),
    ("parts.nets", "error", _net_missing),
    ("parts.mask", "error", lambda it: it.with_env(FACEPROOF_MATTE_MODEL="/none.onnx")),
    ("parts.mask", "error", _mask_of_another_hash),
    ("folder.private", "error", _open_secret),
    ("folder.private", "warning", _open_home),
    ("folder.private", "error", lambda it: replace(it.here, home=it.here.home / "none")),
    ("folder.disk", "error", _full_disk),
    ("folder.temporary", "error", _spooled_upload),
    (
        "folder.temporary",
        "error",
        lambda it: it.setting("FILE_UPLOAD_HANDLERS", ["django…TemporaryFileUploadHandler"]),
    ),
    ("folder.keys", "error", _keys_open),
    ("folder.keys", "error", _master_lost),
    ("folder.blobs", "error", _blobs_unwritable),
    ("tls.certificate", "error", _certificate_over),
    ("tls.certificate", "error", _foreign_key),
    ("tls.certificate", "error", _key_readable),
    (
        "tls.certificate",
        "error",
        lambda it: it.with_env(FACEPROOF_TLS_CERTIFICATE="/x"),
    ),
    ("database.reachable", "error", lambda it: replace(it.here, no_database="refused")),
    ("database.owner", "warning", lambda it: it.with_env(FACEPROOF_DATABASE_URL="postgresql://elsewhere/x")),
]
WITH_DATABASE: list[tuple[str, str, Callable[[Broken], Here]]] = [
    ("database.migrations", "error", lambda it: it.sql(
        "DELETE FROM django_migrations WHERE app = 'sittings'")),
    ("database.role", "error", lambda it: it.as_role("postgres")),
    ("database.role", "error", lambda it: it.as_role("owner")),
    ("database.row_security", "error", lambda it: it.sql(
        "ALTER TABLE sittings_selfie NO FORCE ROW LEVEL SECURITY")),
    ("database.row_security", "error", lambda it: it.sql("DROP POLICY scope ON sittings_proof")),
    ("database.row_security", "error", lambda it: it.sql("CREATE TABLE new_one (org_id bigint)")),
    ("database.clock", "error", lambda it: replace(it.here, now=it.here.now + datetime.timedelta(minutes=2))),
    ("queue.worker", "warning", lambda it: it.here),
    ("queue.stalled", "error", lambda it: it.sql(_job("doing"))),
    ("queue.stalled", "warning", lambda it: it.sql(_job("todo"))),
    ("queue.stalled", "warning", lambda it: it.sql(_job("failed"))),
]  # fmt: skip
NEVER_FAIL = {"parts.heic", "parts.chromium"}


def look(check: Check, here: Here) -> Verdict:
    """Through `examine`, so that what a check needs and what happens when it breaks is tested with it."""
    verdict = check.look(here)
    assert verdict.sentence
    return verdict


@pytest.mark.parametrize(("id_", "severity", "damage"), WITHOUT_DATABASE)
def test_a_damaged_installation_is_found(
    broken: Broken, id_: str, severity: str, damage: Callable[[Broken], Here]
) -> None:
    verdict = look(TABLE[id_], damage(broken))
    assert verdict.severity == severity
    assert verdict.hint


@pytest.mark.parametrize(("id_", "severity", "damage"), WITH_DATABASE)
def test_a_damaged_database_is_found(
    with_database: Broken, id_: str, severity: str, damage: Callable[[Broken], Here]
) -> None:
    verdict = look(TABLE[id_], damage(with_database))
    assert verdict.severity == severity
    assert verdict.hint


def test_every_check_is_made_to_fail_above() -> None:
    assert {row[0] for row in [*WITHOUT_DATABASE, *WITH_DATABASE]} | NEVER_FAIL == set(TABLE)


@pytest.mark.usefixtures("cast")
def test_an_undamaged_database_has_nothing_wrong(with_database: Broken) -> None:
    with_database.sql("INSERT INTO procrastinate_workers DEFAULT VALUES")
    here = replace(with_database.here, now=datetime.datetime.now(datetime.UTC))
    findings = [finding for finding in checks.examine(here) if finding.id.startswith(("database", "queue"))]
    assert len(findings) == 8
    assert [finding for finding in findings if finding.severity != "ok"] == []


def test_too_old_a_server_is_refused(broken: Broken) -> None:
    old = SimpleNamespace(info=SimpleNamespace(server_version=140011))
    verdict = database.reachable(replace(broken.here, connection=old))  # type: ignore[arg-type]
    assert verdict.severity == "error"
    assert "14" in verdict.sentence


def test_missing_extras_are_no_problem(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for id_ in NEVER_FAIL:
        assert TABLE[id_].look(broken.here).severity == "note"


def test_encrypted_and_compressed_swap_is_fine(broken: Broken) -> None:
    broken.file("proc/swaps", "Filename Type\n/dev/zram0 partition\n/dev/dm-1 partition\n")
    broken.file("sys/block/dm-1/dm/uuid", "CRYPT-PLAIN-swap")
    assert machine.swap(broken.here).severity == "ok"


def test_a_check_that_breaks_is_an_error_not_a_crash(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(here: Here) -> Verdict:
        raise ZeroDivisionError

    monkeypatch.setattr(checks, "CHECKS", [Check("x.y", "machine", breaks)])
    (finding,) = checks.examine(broken.here)
    assert (finding.id, finding.severity) == ("x.y", "error")


@pytest.mark.parametrize(
    ("severities", "strict", "code"),
    [([], False, 0), (["ok", "note"], True, 0), (["warning"], False, 0), (["warning"], True, 1),
     (["warning", "error"], False, 2), (["error"], True, 2)],
)  # fmt: skip
def test_exit_codes_are_as_documented(severities: list[Any], strict: bool, code: int) -> None:
    findings = [checks.Finding("x", severity, "", "") for severity in severities]
    assert checks.exit_code(findings, strict=strict) == code


def doctor(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "faceproof", "doctor", *arguments], cwd="/", capture_output=True, text=True,
        env=environment() | {"FACEPROOF_HOME": str(home)},
    )  # fmt: skip


def test_the_command_says_what_to_do_where_nothing_was_started_yet(tmp_path: Path) -> None:
    done = doctor(tmp_path / "var")
    assert done.returncode == 2
    assert "start once with `faceproof serve`" in done.stdout
    assert not (tmp_path / "var").exists(), "looking changes nothing"


def test_a_data_folder_whose_database_never_ran_is_examined_all_the_same(tmp_path: Path) -> None:
    home = tmp_path / "var"  # as `faceproof headshot` leaves it: a key to sign with, and no database
    home.mkdir(mode=0o700)
    done = doctor(home, "--json")
    found = {finding["id"]: finding for finding in json.loads(done.stdout)}
    assert found["folder.keys"]["severity"] == "note"
    assert found["database.reachable"]["severity"] == "error"
    assert "itself failed" not in done.stdout


@pytest.mark.slow
def test_the_command_wakes_a_sleeping_database_and_reads_as_json(tmp_path: Path) -> None:
    home = tmp_path / "var"
    with Postgres(home, FAST):
        subprocess.run(
            [sys.executable, "-m", "faceproof", "manage", "migrate", "-v0"], check=True, cwd="/",
            env=environment() | {"FACEPROOF_HOME": str(home)},
        )  # fmt: skip
    done = doctor(home, "--json")
    findings = json.loads(done.stdout)
    assert [finding["id"] for finding in findings] == list(TABLE)
    errors = [finding for finding in findings if finding["severity"] == "error"]
    assert errors == []
    assert done.returncode == 0
    assert doctor(home, "--strict").returncode == 1, "no worker runs: a warning"
    assert not os.path.exists(Postgres(home).places.data / "postmaster.pid"), "it went back to sleep"
