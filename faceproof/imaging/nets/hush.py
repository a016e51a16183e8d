"""Keep one known line of a native library off standard error."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def unheard(known: bytes) -> Iterator[None]:
    """Lines with `known` in them, written to file descriptor 2 meanwhile, are dropped; all others come after.

    The net runtime greets every process with a line that it has no switch for. A descriptor belongs to the
    whole process, so this is for the few milliseconds of loading a net and for nothing longer.
    """
    with _ONE_AT_A_TIME, ExitStack() as stack:
        try:
            said = stack.enter_context(tempfile.TemporaryFile())
            real = os.dup(2)
        except OSError:  # no standard error, or no place for temporary files: the line may be heard
            said = None
        if said is None:
            yield
            return
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(said.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(real, 2)
            os.close(real)
            said.seek(0)
            rest = b"".join(line for line in said if known not in line)
            if rest:
                os.write(2, rest)
