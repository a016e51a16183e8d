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

_lock = threading.Lock()
_pool: Pool | None = None


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
            _pool = Pool(settings.FACEPROOF_ENGINE_PROCESSES, seconds=settings.FACEPROOF_TRANSIT_SECONDS)
            atexit.register(close)
        return _pool


def close() -> None:
    """End the pool's processes; the next use makes a new pool."""
    global _pool
    with _lock:
        if _pool is not None:
            _pool.close()
        _pool = None


def signer(org: Organisation) -> Signer:
    """The organisation's own signing certificate and key; its authority is made at first use."""
    folder = Path(settings.FACEPROOF_PKI) / str(org.id)
    authority.create_authority(folder, org.name)
    return authority.load_signer(folder)
