"""Every task of the product. A task finds its rooms and calls one function; the work is not here."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from faceproof import guard, queue, tenancy
from faceproof.archive import store
from faceproof.organisations import letters, phone
from faceproof.organisations.models import Organisation
from faceproof.privacy import reminding, retention
from faceproof.sittings import closing, flow
from faceproof.sittings.models import READY

STALLED_AFTER = 12  # seconds without a worker's heartbeat, which comes every 3
PRUNE_AFTER = timedelta(days=7)
FIRST = 10  # priority of custody over pictures: a long line of photos must not hold up a deletion
PATIENT = {"send_mail": 17}  # attempts: after a server that was away for days, a killed worker is no reason
ENOUGH = 5  # attempts after which a job that takes its worker down with it is not tried again


@app.task(name="develop", queue="studio", retry=RetryStrategy(max_attempts=3, wait=5))
def develop(*, org_id: int, subject_id: int, sitting_id: str) -> str:
    """Turn a sealed selfie into proofs, with the rights its owner has at this moment."""
    try:
        member = guard.worker_acts_for(org_id, subject_id)
    except guard.NotFound:
        return "nobody to act for any more"
    except guard.NotAgreed:
        return closing.abandon(org_id, subject_id, uuid.UUID(sitting_id), "not_agreed")
    state = flow.develop(member, uuid.UUID(sitting_id))
    if state == READY:
        reminding.looks_ready(member, uuid.UUID(sitting_id), timezone.now())
    return state


@app.task(
    name="finish_erasures",
    queue="custody",
    priority=FIRST,
    retry=RetryStrategy(max_attempts=20, exponential_wait=2),
)
def finish_erasures(*, org_id: int) -> int:
    """Remove blobs and keys of what was deleted, and look whether they are gone."""
    return store.finish_erasures(org_id)


@app.task(
    name="send_mail",
    queue="custody",
    priority=FIRST,
    retry=RetryStrategy(max_attempts=PATIENT["send_mail"], exponential_wait=2),  # a day and a half in all
)
def send_mail(*, letter: str) -> str:
    """Hand a sealed letter to the mail server; what goes wrong on the way is tried again."""
    return letters.deliver(letter)


@app.periodic(cron="*/5 * * * *")
@app.task(name="clocks", queue="custody", priority=FIRST, queueing_lock="clocks")
def clocks(timestamp: int) -> dict[int, Any]:
    """Run every retention clock of every organisation; one that fails holds up no other."""
    with tenancy.installation():
        organisations = list(Organisation.objects.order_by("id"))
    done, wrong = {}, []
    for org in organisations:
        try:
            done[org.id] = retention.run(org, timezone.now())
        except ExceptionGroup as errors:
            wrong.append(errors)
    queue.forget("send_mail")  # a letter that was sent holds an address: it goes at once
    if wrong:
        raise ExceptionGroup("clocks", wrong)
    return done


@app.periodic(cron="* * * * * */5")
@app.task(name="reap", queue="custody", priority=FIRST, queueing_lock="reap", pass_context=True)
async def reap(context: JobContext, timestamp: int) -> int:
    """Give the jobs of a killed worker to a living one."""
    manager = context.app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER))
    for job in stalled:
        try:
            if job.attempts < PATIENT.get(job.task_name, ENOUGH):
                await manager.retry_job(job)
                continue
        except UniqueViolation:  # a clock: its next run is queued already
            pass
        await manager.finish_job(job, status=Status.FAILED, delete_job=False)
    return len(stalled)


@app.periodic(cron="17 3 * * *")
@app.task(name="prune", queue="custody", priority=FIRST, queueing_lock="prune", pass_context=True)
async def prune(context: JobContext, timestamp: int) -> None:
    """Forget jobs, sessions and phone links that have ended, however they did."""
    await sync_to_async(retention.sessions)(timezone.now())
    await sync_to_async(phone.prune)(timezone.now())
    await context.app.job_manager.delete_old_jobs(
        nb_hours=int(PRUNE_AFTER.total_seconds() // 3600),
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )
