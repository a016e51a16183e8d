"""Engines: a photo and a style in, a master out. An address such as "studio:" names one.

To add an engine: one module with a `build(rest) -> Engine` function, and its line in ENGINES.
"""

from __future__ import annotations

from importlib import import_module

from .brief import MAX_SIDE, Brief, Engine, EngineError, Progress
from .master import Action, Geometry, Master

__all__ = [
    "ENGINES",
    "MAX_SIDE",
    "Action",
    "Brief",
    "Engine",
    "EngineError",
    "Geometry",
    "Master",
    "Progress",
    "get",
]

ENGINES = {
    "studio": "faceproof.engines.studio",
    "fake": "faceproof.engines.fake",
}
"""Scheme of the address to module. Modules are imported on first use: some need heavy libraries."""


def get(address: str) -> Engine:
    """The engine at `address` ("studio:", "fake:"). Raises EngineError (unknown_engine, engine_missing)."""
    scheme, colon, rest = address.partition(":")
    if not colon or scheme not in ENGINES:
        raise EngineError(
            "unknown_engine", f"{address!r}; there are {', '.join(f'{name}:' for name in ENGINES)}"
        )
    try:
        module = import_module(ENGINES[scheme])
    except ImportError as error:
        raise EngineError(
            "engine_missing", f"{address} needs a library that is not installed: {error}"
        ) from error
    engine: Engine = module.build(rest)
    return engine
