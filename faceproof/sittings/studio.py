"""This process's darkroom pool and the organisation's signing key: made on first use, values to everybody
else."""

from __future__ import annotations

import atexit
import threading
from pathlib import Path

from django.conf import settings

from faceproof.darkroom.pool import Pool
from faceproof.imaging.coarse import Coarse
from faceproof.marking import Signer, authority
from faceproof.organisations.models import Organisation
from faceproof.sittings.line import Line

_lock = threading.Lock()
PICTURE_SECONDS = 60.0  # a turn in the darkroom that takes longer is given up
_pool: Pool | None = None
_line: Line | None = None


def engine() -> str:
    """Address of the engine that this installation uses."""
    return str(settings.FACEPROOF_ENGINE)


def coarse() -> Coarse | None:
    """The operator's own mask model, where there is one."""
    found: Coarse | None = settings.FACEPROOF_MATTE_MODEL
    return found


def pool() -> Pool:
    """The bounded pool of this process."""
    global _pool
    with _lock:
        if _pool is None:
            _pool = Pool(settings.FACEPROOF_ENGINE_PROCESSES, seconds=PICTURE_SECONDS)
            atexit.register(close)
        return _pool


def line() -> Line:
    """The line before this process's darkroom; its threads start with the first photo."""
    global _line
    with _lock:
        if _line is None:
            hands = min(settings.FACEPROOF_ENGINE_PROCESSES, 16) + 1  # each has a database connection
            _line = Line(hands, seconds=settings.FACEPROOF_TRANSIT_SECONDS)
        return _line


def close() -> None:
    """End the line and the pool's processes; the next use makes new ones."""
    global _pool, _line
    with _lock:
        pool, _pool = _pool, None
        line, _line = _line, None
    if line is not None:
        line.close()
    if pool is not None:
        pool.close()


def signer(org: Organisation) -> Signer:
    """The organisation's own signing certificate and key; its authority is made at first use."""
    folder = Path(settings.FACEPROOF_PKI) / str(org.id)
    authority.create_authority(folder, org.name)
    return authority.load_signer(folder)
