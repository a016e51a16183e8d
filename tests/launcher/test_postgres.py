"""The embedded server: private, shared, and back after every kind of death."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from faceproof.launcher import account, stale
from faceproof.launcher.places import Places
from faceproof.launcher.postgres import Postgres, PostgresError
from faceproof.launcher.server import CRASHES
from tests.launcher.helpers import (
    FAST,
    NORMAL_USER,
    ask,
    holder,
    keeper_of,
    normal_user,
    postmaster,
    running,
    until,
)

linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@pytest.fixture(scope="module")
def pg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    home = tmp_path_factory.mktemp("embedded")
    home.chmod(0o700)  # as root this hides it from the server's user
    with Postgres(home, FAST) as shared:
        with psycopg.connect(shared.dsn("owner")) as owner:
            owner.execute("CREATE TABLE note (id serial PRIMARY KEY, body text UNIQUE)")
        yield shared


@pytest.fixture
def home(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


# -- private -----------------------------------------------------------------------------------------------


def test_nothing_listens_on_the_network(pg: Postgres) -> None:
    assert ask(pg, "SHOW listen_addresses") == ""


def test_sockets_and_secrets_belong_to_nobody_else(pg: Postgres) -> None:
    places = pg.places
    assert stat.S_IMODE(places.run.stat().st_mode) == 0o700
    assert stat.S_IMODE(places.data.stat().st_mode) == 0o700
    for role in ("postgres", "faceproof_owner", "faceproof_app"):
        assert stat.S_IMODE(places.password(role).stat().st_mode) == 0o600
    assert stat.S_IMODE(places.root.stat().st_mode) & 0o007 == 0


def test_every_role_needs_its_password(pg: Postgres) -> None:
    hba = (pg.places.data / "pg_hba.conf").read_text()
    rules = [line.split() for line in hba.splitlines() if line.strip() and not line.startswith("#")]
    assert rules == [["local", "all", "all", "scram-sha-256"]]
    for role in ("app", "owner", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(pg.dsn(role), password="wrong")


def test_the_cluster_has_checksums_and_one_locale_everywhere(pg: Postgres) -> None:
    assert ask(pg, "SHOW data_checksums") == "on"
    assert ask(pg, "SHOW server_encoding") == "UTF8"
    sorted_text = "SELECT string_agg(word, '' ORDER BY word) FROM unnest(array['b', 'B', 'a']) AS word"
    assert ask(pg, sorted_text) == "Bab"


def test_the_application_role_has_no_power(pg: Postgres) -> None:
    powers = "rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication"
    for role in ("faceproof_app", "faceproof_owner"):
        assert ask(pg, f"SELECT {powers} FROM pg_roles WHERE rolname = '{role}'") is False
    owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'faceproof_app'"
    assert ask(pg, owned) == 0
    for statement in (
        "CREATE TABLE mine ()",
        "CREATE TEMP TABLE mine ()",
        "ALTER TABLE note ADD COLUMN x int",
    ):
        with (
            psycopg.connect(pg.dsn("app")) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


def test_the_application_role_can_use_what_the_owner_makes(pg: Postgres) -> None:
    with psycopg.connect(pg.dsn("app")) as app:
        app.execute("INSERT INTO note (body) VALUES ('used')")
        app.execute("UPDATE note SET body = 'changed' WHERE body = 'used'")
        assert app.execute("DELETE FROM note WHERE body = 'changed'").rowcount == 1


def test_a_further_database_has_the_same_rights(pg: Postgres) -> None:
    pg.create_database("second")
    with psycopg.connect(pg.dsn("owner", "second")) as owner:
        owner.execute("CREATE TABLE thing (id serial)")
    pg.create_database("third", template="second")
    for database in ("second", "third"):
        with psycopg.connect(pg.dsn("app", database)) as app:
            app.execute("INSERT INTO thing DEFAULT VALUES")


def test_the_server_log_keeps_no_values_of_failed_statements(pg: Postgres) -> None:
    marker = "ann.marker@example.org"
    with psycopg.connect(pg.dsn("app")) as app:
        app.execute("INSERT INTO note (body) VALUES (%s)", [marker])
        with pytest.raises(psycopg.errors.UniqueViolation, match=marker):
            app.execute(f"INSERT INTO note (body) VALUES ('{marker}')")
    assert until(lambda: "duplicate key" in pg.places.log.read_text())
    assert marker not in pg.places.log.read_text()


def test_the_server_writes_no_core_dumps(pg: Postgres) -> None:
    limits = Path(f"/proc/{postmaster(pg.places.home)}/limits")
    if not limits.exists():
        pytest.skip("reads /proc")
    core = next(line for line in limits.read_text().splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]


# -- shared --------------------------------------------------------------------------------------------------


def test_a_second_process_attaches_and_outlives_the_first(home: Path) -> None:
    with Postgres(home, FAST) as first:
        server = postmaster(home)
        with holder(home) as second:
            assert postmaster(home) == server
            first.stop()
            assert running(server), "the second process still needs it"
            assert ask(first, "SELECT 1") == 1
        assert second.returncode == 0
    assert not running(server)
    assert not (Places(home).data / "postmaster.pid").exists()


def test_the_guest_may_leave_first(home: Path) -> None:
    with Postgres(home, FAST) as first:
        with holder(home):
            pass
        assert first.alive()
        assert ask(first, "SELECT 1") == 1


def test_many_that_start_at_once_share_one_server(home: Path) -> None:
    with holder(home) as one, holder(home) as two, holder(home) as three:
        assert all(process.poll() is None for process in (one, two, three))
        server = postmaster(home)
    assert not running(server)


def test_a_forked_child_does_not_stop_its_parents_server(home: Path) -> None:
    with Postgres(home, FAST) as shared:
        child = os.fork()
        if child == 0:
            shared.stop()
            os._exit(0)
        os.waitpid(child, 0)
        assert shared.alive()
        assert ask(shared, "SELECT 1") == 1


# -- back after death ----------------------------------------------------------------------------------------


def test_after_kill_9_of_the_server_every_committed_row_is_there(home: Path) -> None:
    with Postgres(home) as shared:  # with fsync, as in production
        with psycopg.connect(shared.dsn("owner")) as owner:
            owner.execute("CREATE TABLE note (id int)")
        with psycopg.connect(shared.dsn("app"), autocommit=True) as app:
            for number in range(200):
                app.execute("INSERT INTO note VALUES (%s)", [number])
        server = postmaster(home)
        os.kill(server, signal.SIGKILL)

        def answers() -> bool:
            try:
                return ask(shared, "SELECT count(*) FROM note") == 200
            except psycopg.OperationalError:
                return False

        assert until(answers)
        assert shared.alive()
        assert postmaster(home) != server


def test_after_kill_9_of_the_launcher_the_server_goes(home: Path) -> None:
    with holder(home) as launcher:
        server = postmaster(home)
        launcher.kill()
        assert until(lambda: not running(server))
    with Postgres(home, FAST) as again:
        assert ask(again, "SELECT 1") == 1


@linux
def test_after_kill_9_of_the_keeper_the_server_goes_by_itself(home: Path) -> None:
    with Postgres(home, FAST):
        server = postmaster(home)
        os.kill(keeper_of(home), signal.SIGKILL)
        assert until(lambda: not running(server))


@linux
def test_a_server_that_lost_its_keeper_is_stopped_by_the_next_one(home: Path) -> None:
    """As on systems that do not tell a child that its parent died: the server is left without a keeper."""
    with Postgres(home, FAST) as shared:
        server = postmaster(home)
        os.kill(server, signal.SIGSTOP)  # it cannot hear that its keeper dies
        os.kill(keeper_of(home), signal.SIGKILL)
        assert until(lambda: not shared.alive())
        found = stale.look(shared.places)
        assert (found.orphan, found.living) == (server, server)
        os.kill(server, signal.SIGCONT)
        shared.start()
        assert not running(server)
        assert ask(shared, "SELECT 1") == 1


@linux
def test_after_kill_9_of_the_keeper_it_can_be_started_again(home: Path) -> None:
    with Postgres(home, FAST) as shared:
        server, keeper = postmaster(home), keeper_of(home)
        os.kill(keeper, signal.SIGKILL)
        assert until(lambda: not shared.alive())
        shared.start()  # at once: it waits for the old server to end
        assert not running(server)
        assert ask(shared, "SELECT 1") == 1


@linux
def test_a_stale_pid_file_harms_no_bystander(home: Path) -> None:
    with Postgres(home, FAST) as shared:
        data = shared.places.data
        owner = data.stat()
        leftover = (data / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen(["sleep", "600"], user=owner.st_uid, group=owner.st_gid) as bystander:
        try:
            leftover[0] = str(bystander.pid)
            (data / "postmaster.pid").write_text("\n".join(leftover) + "\n")
            os.chown(data / "postmaster.pid", owner.st_uid, owner.st_gid)
            with Postgres(home, FAST) as again:
                assert ask(again, "SELECT 1") == 1
            assert bystander.poll() is None
        finally:
            bystander.kill()


def test_a_cut_short_installation_is_made_again(home: Path) -> None:
    places = Places(home)
    places.fresh.mkdir(parents=True)
    (places.fresh / "PG_VERSION").write_text("15\n")
    with Postgres(home, FAST) as shared:
        assert ask(shared, "SELECT 1") == 1
    assert not places.fresh.exists()


def test_a_lost_password_file_is_replaced(home: Path) -> None:
    with Postgres(home, FAST) as shared:
        shared.places.password("faceproof_app").unlink()
        shared.places.prepared.unlink()
    with Postgres(home, FAST) as again:
        assert ask(again, "SELECT 1") == 1


def test_a_wrong_setting_ends_in_a_sentence_and_leaves_nothing_running(home: Path) -> None:
    with pytest.raises(PostgresError, match="no_such_setting"):
        Postgres(home, {"no_such_setting": "1"}).start()
    assert not (Places(home).data / "postmaster.pid").exists()
    with Postgres(home, FAST) as again:
        assert ask(again, "SELECT 1") == 1


# -- anywhere ------------------------------------------------------------------------------------------------


def test_a_deep_data_folder_keeps_its_sockets_in_a_private_short_one(home: Path) -> None:
    deep = home / ("d" * 60) / ("e" * 60)
    with Postgres(deep, FAST) as shared:
        assert shared.places.sockets.parent == Path("/tmp")
        assert stat.S_IMODE(shared.places.sockets.stat().st_mode) & 0o007 == 0
        assert ask(shared, "SELECT 1") == 1
    assert not shared.places.sockets.exists()


def test_a_trap_in_the_shared_temporary_folder_is_refused(home: Path) -> None:
    deep = home / ("t" * 60) / ("u" * 60)
    places = Places(deep)
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    places.sockets.symlink_to(elsewhere)
    try:
        with pytest.raises(RuntimeError, match="not a folder of this user"):
            Postgres(deep, FAST).start()
    finally:
        places.sockets.unlink()
    assert not list(elsewhere.iterdir())


def test_root_drops_to_an_unprivileged_user_without_opening_folders(home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only for root")
    (home / "closed").mkdir(mode=0o700)
    inner = home / "closed" / "home"
    with Postgres(inner, FAST) as shared:
        assert Path(f"/proc/{postmaster(inner)}").stat().st_uid != 0
        assert ask(shared, "SELECT 1") == 1
        for folder in (home, home / "closed", inner):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_normal_user_runs_it_and_root_can_join_later() -> None:
    with normal_user() as (who, uid), tempfile.TemporaryDirectory(dir="/tmp") as scratch:
        os.chown(scratch, uid, who["group"])
        theirs = Path(scratch) / "var"
        with holder(theirs, who):
            server = postmaster(theirs)
            assert Path(f"/proc/{server}").stat().st_uid == uid
            with Postgres(theirs) as joined:
                assert postmaster(theirs) == server
                assert ask(joined, "SELECT 1") == 1
        with Postgres(theirs, FAST) as started_by_root:
            assert Path(f"/proc/{postmaster(theirs)}").stat().st_uid == uid
            assert ask(started_by_root, "SELECT 1") == 1
        with holder(theirs, who):
            pass


def test_a_new_user_is_made_when_debians_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if os.geteuid() != 0 or shutil.which("useradd") is None:
        pytest.skip("only root can make users")
    monkeypatch.setattr(account, "OWN_USER", f"{NORMAL_USER}-db")
    really = account._named
    monkeypatch.setattr(account, "_named", lambda name: None if name == "postgres" else really(name))
    try:
        chosen = account.choose(tmp_path / "none")
        assert chosen is not None
        assert pwd.getpwuid(chosen.uid).pw_name == account.OWN_USER
        assert account.choose(tmp_path / "none") == chosen, "made once"
    finally:
        subprocess.run(["userdel", account.OWN_USER], capture_output=True)


@linux
def test_a_server_that_cannot_stay_up_is_given_up_and_its_users_know(home: Path) -> None:
    with Postgres(home) as shared:  # FAST would lose what was committed a moment before the kill
        for _ in range(CRASHES + 1):
            assert until(lambda: _serving(home) or not shared.alive())
            if server := _serving(home):
                os.kill(server, signal.SIGKILL)
                assert until(lambda killed=server: not running(killed))
        assert until(lambda: not shared.alive())
        shared.start()
        assert ask(shared, "SELECT 1") == 1


def _serving(home: Path) -> int | None:
    """The postmaster that takes connections now."""
    try:
        lines = (Places(home).data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]) if lines[7].strip() == "ready" and running(int(lines[0])) else None
    except (FileNotFoundError, IndexError, ValueError):
        return None
