"""The process that owns one embedded PostgreSQL and serves it to whoever needs it.

Every program that needs the database (`serve`, `demo`, tests) holds a connection to this keeper. The first
one starts it, the last one to leave stops it, and a program killed with SIGKILL leaves too, because the
kernel closes its connection. So `make demo` may end while `make serve` runs, and the other way round.

Protocol over `keeper.sock`, one line each: the keeper says ``ready`` or ``error <sentence>``; a user who
leaves says ``bye`` and hears ``kept`` (others remain) or ``stopped`` (the server is gone).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from faceproof.launcher import account, binaries
from faceproof.launcher.cluster import Cluster
from faceproof.launcher.places import Places, private_file, private_folder
from faceproof.launcher.server import Server, say

NOBODY_CAME = 30.0  # s without any user before a keeper gives up


class Keeper:
    """Event loop over the listener, the users' connections and signals; one thread, so PDEATHSIG is safe.

    The socket exists before the server does: users who come early wait in its backlog.
    """

    def __init__(self, places: Places) -> None:
        self.path = places.keeper
        self.users: set[socket.socket] = set()
        self.selector = selectors.DefaultSelector()
        self.path.unlink(missing_ok=True)  # we hold the lock: whoever made it is gone
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))  # in a folder that only this user (and the server's) may enter
        self.path.chmod(0o600)
        self.listener.listen(64)
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.stopping = False
        self._hear_signals()

    def _hear_signals(self) -> None:
        """Turn SIGCHLD, SIGTERM and SIGINT into readable bytes, so that one `select` hears everything."""
        self.heard, self.writer = socket.socketpair()
        self.heard.setblocking(False)
        self.writer.setblocking(False)
        signal.set_wakeup_fd(self.writer.fileno())
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        self.selector.register(self.heard, selectors.EVENT_READ)

    def serve(self, server: Server) -> None:
        """Until the last user has left (or nobody ever came), then stop the server."""
        deadline: float | None = time.monotonic() + NOBODY_CAME
        while not self.stopping:
            wait = None if deadline is None else max(0.0, deadline - time.monotonic())
            for key, _ in self.selector.select(wait):
                self._handle(key.fileobj, server)
            if self.users:
                deadline = None
            elif deadline is not None and time.monotonic() > deadline:
                break
            if not self.stopping:
                server.restart_if_gone()
        self.close()
        server.stop()

    def _handle(self, thing: object, server: Server) -> None:
        if thing is self.listener:
            user, _ = self.listener.accept()
            with contextlib.suppress(OSError):
                user.sendall(b"ready\n")
                self.users.add(user)
                self.selector.register(user, selectors.EVENT_READ)
        elif thing is self.heard:
            heard = self.heard.recv(64)
            self.stopping |= signal.SIGTERM in heard or signal.SIGINT in heard
        elif isinstance(thing, socket.socket):
            self._leave(thing, server)

    def _leave(self, user: socket.socket, server: Server) -> None:
        """A user said ``bye``, or its process is gone."""
        self.selector.unregister(user)
        self.users.discard(user)
        self.stopping |= not self.users
        with contextlib.suppress(OSError), user:
            polite = user.recv(64) != b""
            if self.stopping:
                self.close()
                server.stop()
            if polite:
                user.sendall(b"stopped\n" if self.stopping else b"kept\n")

    def close(self) -> None:
        """Take no more users: newcomers start their own keeper, which waits for our lock."""
        if self.listener.fileno() >= 0:
            self.selector.unregister(self.listener)
            self.listener.close()
            self.path.unlink(missing_ok=True)

    def fail(self, sentence: str) -> None:
        """Tell everyone who waits, or comes within a moment, why there is no server.

        The door is closed before the first hears it: who then tries again must not meet this answer.
        """
        say(sentence)
        waiting = list(self.users)
        if self.listener.fileno() >= 0:
            self.listener.settimeout(0.5)
            with contextlib.suppress(TimeoutError, BlockingIOError):
                while True:
                    waiting.append(self.listener.accept()[0])
                    self.listener.setblocking(False)
            self.close()
        for user in waiting:
            with contextlib.suppress(OSError), user:
                user.sendall(f"error {sentence}\n".encode())


def prepare(places: Places, order: dict[str, Any]) -> Cluster:
    """Folders, user and programs for the server; nothing is started yet."""
    who = account.choose(places.data, order["user"])
    for folder in (places.root, places.sockets):
        private_folder(folder, group=who.gid if who else None)
    private_folder(places.run, owner=who.uid if who else None)
    handles: tuple[int, ...] = ()
    if who and sys.platform == "linux":
        flags = os.O_RDONLY | os.O_DIRECTORY
        handles = (os.open(places.root, flags), os.open(places.sockets, flags))
    version = places.data / "PG_VERSION"
    programs = binaries.find(order["bin"], int(version.read_text()) if version.exists() else None)
    if who:
        programs = binaries.reachable(programs, who.uid, who.gid)
    return Cluster(places, programs, who, handles)


def locked(places: Places) -> bool:
    """Become the keeper of this data folder: a lock that ends with this process, however it ends."""
    handle = private_file(places.lock)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return False
    return True  # the descriptor stays open on purpose


def main(argument: str) -> int:
    """`argument`: JSON with home, params, bin, user. Ends with 0 when another keeper is already there."""
    order = json.loads(argument)
    places = Places(Path(order["home"]))
    if not locked(places):
        return 0
    keeper = Keeper(places)
    server: Server | None = None
    try:
        cluster = prepare(places, order)
        cluster.initialise()
        server = Server(cluster, order["params"])
        server.start()
        if not places.prepared.exists():
            from faceproof.launcher import roles  # imports psycopg, which takes longer than a warm start

            roles.ensure(places)
        keeper.serve(server)
    except Exception as error:
        keeper.fail(" ".join(str(error).split()))
        return 1
    finally:
        keeper.close()
        if server is not None:
            server.stop()
        tidy(places)
    return 0


def tidy(places: Places) -> None:
    """Leave nothing in /tmp, when the sockets had to live there."""
    if places.sockets != places.root:
        with contextlib.suppress(OSError):
            places.run.rmdir()
            places.sockets.rmdir()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
