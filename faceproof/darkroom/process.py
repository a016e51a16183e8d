"""What runs inside one darkroom process: ``python -m faceproof.darkroom.process <fd>``."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from multiprocessing.connection import Connection
from typing import Any

from faceproof import darkroom
from faceproof.darkroom import Order, Proof
from faceproof.darkroom.failure import DONE, KNOWN, ON, Failure
from faceproof.darkroom.hardening import harden
from faceproof.marking import Signer

log = logging.getLogger(__name__)
NICE = 5
"""Pages go before pictures: an answer takes ten milliseconds, and who waits for one sees nothing else."""


def serve(pipe: Connection[object, object]) -> None:
    """Work through orders until the other end closes. Errors travel back as values; nothing is logged but
    codes."""
    while True:
        try:
            given: Any = pipe.recv()
        except EOFError:
            return
        pipe.send(_one(pipe, *given))
        del given  # not a byte of a photo stays while this process waits for the next


def _one(pipe: Connection[object, object], order: Order, signer: Signer) -> Failure | str:
    try:
        for event in darkroom.develop(order, signer):
            pipe.send(event)
            if isinstance(event, Proof) and pipe.recv() != ON:
                break
    except KNOWN as error:
        return Failure.of(error)
    except (BrokenPipeError, ConnectionResetError, EOFError):
        raise
    except Exception as error:  # a defect of ours: the person reads a sentence, the operator the class
        log.exception("darkroom failed")
        return Failure("EngineError", "engine_failed", type(error).__name__)
    return DONE


def main() -> None:
    harden()
    os.nice(NICE)
    darkroom.warm()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError, EOFError, KeyboardInterrupt):
        serve(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
