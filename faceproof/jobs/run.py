"""The worker's loop: Procrastinate's, with our darkroom pool opened before and closed after."""

from __future__ import annotations

import asyncio

from procrastinate.contrib.django import app

from faceproof.jobs import tasks
from faceproof.sittings import studio

HEARTBEAT = 3.0  # seconds
GRACE = 20.0  # seconds a running job may take to finish after a stop; then another worker gets it


def until_stopped(name: str) -> None:
    """Work until SIGINT or SIGTERM. Two jobs at a time: one picture, and the custody jobs beside it."""
    studio.pool().warm()
    try:
        asyncio.run(_work(name))
    finally:
        studio.close()


async def _work(name: str) -> None:
    working = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with working.open_async():
        await working.run_worker_async(
            name=name,
            concurrency=2,
            shutdown_graceful_timeout=GRACE,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=tasks.STALLED_AFTER,
        )
