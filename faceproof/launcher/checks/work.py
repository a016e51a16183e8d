"""The queue and its workers, and the parts that the work needs."""

from __future__ import annotations

import importlib.util
import shutil

from faceproof.launcher import config
from faceproof.launcher.checks.verdict import Here, Verdict, bad, good, note, warn

SILENT = 60  # s without a heartbeat; it comes every 3
WAITING = 300  # s that a job may wait


def worker(here: Here) -> Verdict:
    alive = here.one(
        f"SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '{SILENT} s'"
    )
    if not alive:
        return warn(
            "no worker is running: queued photos wait, and nothing is deleted on time",
            "run `faceproof serve`, or `faceproof worker`",
        )
    return good(f"{alive} worker{'' if alive == 1 else 's'} alive")


def stalled(here: Here) -> Verdict:
    """Jobs whose worker died are taken over within seconds, unless no worker is left to do it."""
    count = here.one(
        "SELECT count(*) FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id "
        "WHERE j.status = 'doing' AND (w.id IS NULL "
        f"OR w.last_heartbeat < now() - interval '{SILENT} s')"
    )
    if count:
        return bad(f"{count} jobs belong to a worker that is gone", "start a worker: it takes them over")
    late = here.one(
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' "
        f"AND coalesce(scheduled_at, now()) < now() - interval '{WAITING} s'"
    )
    if late:
        return warn(f"{late} jobs have waited for more than {WAITING // 60} minutes", "start more workers")
    failed = here.one("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    if failed:
        return warn(
            f"{failed} jobs have failed for good", "look at the log; erasures among them must be repeated"
        )
    return good("no job is stalled")


def nets(here: Here) -> Verdict:
    from faceproof.imaging import nets as installed

    problems = installed.problems()
    if problems:
        return bad("; ".join(str(problem) for problem in problems), "run `make models`")
    return good("the four face nets are there, and their hashes are right")


def heic(here: Here) -> Verdict:
    if importlib.util.find_spec("pillow_heif") is None:
        return note(
            "photos in HEIC are refused (the extra is not installed)", "run `make heic` to accept them"
        )
    return good("photos in HEIC are accepted")


def mask(here: Here) -> Verdict:
    """Which net says first where the person is."""
    try:
        brought = config.coarse(here.env)
    except config.SettingError as error:
        return bad(str(error), "see “A mask of your own” in docs/operations.md")
    if brought is None:
        return good("the embedded net draws the coarse mask")
    from faceproof.imaging import coarse

    try:
        coarse.look(brought)
    except coarse.CoarseError as error:
        missing = error.code == "not_installed"
        hint = "run `make matte`" if missing else "name the right file, or unset FACEPROOF_MATTE_MODEL"
        return bad(f"no photo can be developed: the mask model cannot be used ({error})", hint)
    kind = coarse.kinds()[brought.kind]
    return good(f"{kind.name} ({kind.licence}), with the hash that was named, draws the coarse mask")


def chromium(here: Here) -> Verdict:
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return note("Chromium is not installed; only the tests of the pages use it")
    return good("Chromium is there for the tests of the pages")
