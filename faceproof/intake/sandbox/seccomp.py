"""A system-call allow-list for Linux on x86-64 and arm64, written out so that no library is needed.

After the filter is set the process can read and write what it has open, manage its memory, and end. Opening,
connecting, starting a program, signalling others or mapping executable memory answer EPERM. Numbers are from
the kernel's `syscall_64.tbl` and `asm-generic/unistd.h`; the layout of a filter is in `linux/seccomp.h`.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

PR_SET_SECCOMP, MODE_FILTER = 22, 2
RET_ALLOW, RET_ERRNO, RET_KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, JUMP_EQ, JUMP_SET, JUMP_GE, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
AT_NUMBER, AT_ARCH, AT_ARG0, AT_ARG2 = 0, 4, 16, 32
PROT_EXEC, CLONE_THREAD = 0x4, 0x10000
X32_BIT = 0x40000000

# name: (x86-64, arm64)
ALLOWED = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "readv": (19, 65),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "getpid": (39, 172),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "exit_group": (231, 94),
    "set_robust_list": (273, 99),
    "getrandom": (318, 278),
    "rseq": (334, 293),
}
NOT_EXECUTABLE = {"mmap": (9, 222), "mprotect": (10, 226)}  # third argument without PROT_EXEC
THREAD_ONLY = {"clone": (56, 220)}  # first argument with CLONE_THREAD: libde265 decodes in a thread
UNKNOWN = {"clone3": (435, 435)}  # its flags lie behind a pointer: ENOSYS makes the C library use clone
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7), "arm64": (1, 0xC00000B7)}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def program(column: int, architecture: int, *, threads: bool) -> bytes:
    """The filter. Every branch is local: a test, then what it decides, else on to the next test."""
    deny = RET_ERRNO | errno.EPERM
    steps = [
        _step(LOAD, AT_ARCH),
        _step(JUMP_EQ, architecture, 1, 0),
        _step(RETURN, RET_KILL),  # the numbers below would mean something else
        _step(LOAD, AT_NUMBER),
        _step(JUMP_GE, X32_BIT, 0, 1),
        _step(RETURN, deny),
    ]
    for numbers in ALLOWED.values():
        steps += [_step(JUMP_EQ, numbers[column], 0, 1), _step(RETURN, RET_ALLOW)]
    for numbers in NOT_EXECUTABLE.values():
        steps += _guarded(numbers[column], AT_ARG2, PROT_EXEC, deny, RET_ALLOW)
    if threads:
        for numbers in THREAD_ONLY.values():
            steps += _guarded(numbers[column], AT_ARG0, CLONE_THREAD, RET_ALLOW, deny)
    for numbers in UNKNOWN.values():
        steps += [_step(JUMP_EQ, numbers[column], 0, 1), _step(RETURN, RET_ERRNO | errno.ENOSYS)]
    return b"".join([*steps, _step(RETURN, deny)])


def _guarded(number: int, argument: int, bits: int, when_set: int, when_clear: int) -> list[bytes]:
    """Decide a call by bits of one argument (low half; little-endian). The argument replaces the number, so
    both outcomes return."""
    return [
        _step(JUMP_EQ, number, 0, 4),
        _step(LOAD, argument),
        _step(JUMP_SET, bits, 0, 1),
        _step(RETURN, when_set),
        _step(RETURN, when_clear),
    ]


def install(libc: ctypes.CDLL, *, threads: bool) -> bool:
    """Set the filter for good. False where the kernel or the processor has none; needs no_new_privs."""
    row = ARCHITECTURES.get(platform.machine())
    if row is None:
        return False
    code = program(*row, threads=threads)
    filled = _Program(len(code) // 8, code)
    return bool(libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(filled), 0, 0) == 0)
