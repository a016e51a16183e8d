"""Named places where a test kills this process, to prove that the next one finds no half state.

Does nothing unless the environment variable ``FACEPROOF_KILL_AT`` holds the name of the place; then the
process ends by SIGKILL, as it would by a power cut, without a chance to clean up.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "FACEPROOF_KILL_AT"

# Those of the archive, in the order in which they are passed. Rooms above name their own.
NAMES = (
    "after-key-file",
    "between-blobs",
    "after-blobs",
    "after-hidden-commit",
    "after-blobs-removed",
    "after-destroyed-commit",
    "after-key-removed",
)


def reached(name: str) -> None:
    """Die here if a test asks for it."""
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
