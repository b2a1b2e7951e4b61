"""The floor's own timed work: partitions of the log, and jobs whose worker died."""

import structlog
from procrastinate.contrib.django import app

from aftercare.foundation.events.partitions import ensure_partitions
from aftercare.foundation.kit import clock

log = structlog.get_logger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="make_event_partitions", pass_context=False)
def make_event_partitions(timestamp: int) -> None:
    """Keep the months ahead ready, so that no event lands in the catch-all."""
    made = ensure_partitions(now=clock.now())
    log.info("event partitions", made=made, asked_at=timestamp)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="retry_stalled_tasks", pass_context=False)
async def retry_stalled_tasks(timestamp: int) -> None:
    """A task whose worker was killed stays "doing" for ever unless someone takes it up again."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=120):
        log.warning("task taken up again", task=job.task_name, job=job.id, asked_at=timestamp)
        await app.job_manager.retry_job(job)
