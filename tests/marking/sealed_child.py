"""Run by test_isolation in a process of its own: marks pictures after the kernel was told to kill it for a
socket, for a created file, or for a single byte written to a regular file."""

import ctypes
import os
import platform
import resource
import signal
import socket
import struct
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from faceproof import formats, marking
from faceproof.marking.authority import create_authority, load_signer

KILL, ALLOW = 0x80000000, 0x7FFF0000
NUMBERS = {"x86_64": (41, 257), "aarch64": (198, 56)}  # socket, openat
O_TMPFILE_BIT = 0o20000000


def seal() -> None:
    """seccomp: kill on socket(2), and on openat(2) that creates. RLIMIT_FSIZE 0: kill on a written byte."""
    socket_nr, openat_nr = NUMBERS[platform.machine()]
    load, jump_eq, jump_set, ret = 0x20, 0x15, 0x45, 0x06
    program = [
        (load, 0, 0, 0),  # the number of the call
        (jump_eq, 4, 0, socket_nr),
        (jump_eq, 0, 2, openat_nr),
        (load, 0, 0, 16 + 2 * 8),  # openat's flags
        (jump_set, 1, 0, os.O_CREAT | O_TMPFILE_BIT),
        (ret, 0, 0, ALLOW),
        (ret, 0, 0, KILL),
    ]
    code = b"".join(struct.pack("HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code)
    filter_ = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, filter_, 0, 0):
        raise OSError(ctypes.get_errno(), "the filter was not accepted")
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def commit(crime: str, home: Path) -> None:
    if crime == "socket":
        socket.socket()
    elif crime == "file":
        os.open(home / "new", os.O_WRONLY | os.O_CREAT)
    elif crime == "temporary":
        tempfile.TemporaryFile()  # noqa: SIM115
    elif crime == "write":
        os.write(os.open(home / "old", os.O_WRONLY), b"x")


def main(what: str) -> None:
    home = Path(tempfile.mkdtemp())
    (home / "old").write_bytes(b"")
    create_authority(home / "pki", "Sealed")
    signer = load_signer(home / "pki")
    facts = marking.Facts("studio:1", "grey", "composite", (("c2pa.edited", "x"),), datetime.now(UTC))
    pixels = np.random.default_rng(0).integers(90, 120, (1500, 1500, 3), dtype=np.uint8)
    if what == "fork":
        marking.mark(pixels[:64, :64], formats.get("avatar"), facts, signer)
        child = os.fork()
        if not child:
            data = marking.mark(pixels[:64, :64], formats.get("avatar"), facts, signer)
            os._exit(0 if marking.read_back(data, root_pem=signer.root_pem).signer_trusted else 1)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    heard: list[str] = []
    sys.addaudithook(
        lambda event, arguments: (
            heard.append(f"{event} {arguments}")
            if event.startswith(("socket.", "tempfile.", "subprocess."))
            or (event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"))
            else None
        )
    )
    seal()
    commit(what, home)
    for file in ("jpeg", "png", "webp"):
        fmt = replace(formats.get("web-original"), file=file)
        data = marking.mark(pixels, fmt, facts, signer)
        assert marking.read_back(data, root_pem=signer.root_pem).signer_trusted
        print(file, flush=True)
    print(heard or "quiet", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
