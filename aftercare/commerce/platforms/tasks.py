"""Coarse and timed work: fetching what was before, and forgetting raw messages."""

import structlog
from procrastinate.contrib.django import app

from aftercare.commerce.platforms.actions import forget_old_bodies, run_backfill
from aftercare.commerce.platforms.queries import backfill_by_id
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.scope import store_scope

log = structlog.get_logger(__name__)


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="forget_delivery_bodies", pass_context=False)
def forget_delivery_bodies(timestamp: int) -> None:
    """What shops sent names people; after a month what was made of it is enough."""
    log.info("delivery bodies forgotten", number=forget_old_bodies(now=clock.now()), asked_at=timestamp)


@app.task(pass_context=False)
def fetch_history(backfill_id: int) -> None:
    """Fetch what was before a shop was connected. A worker that is killed leaves the place to go on from."""
    found = backfill_by_id(row_id=backfill_id)
    with store_scope(found.store_id):
        run_backfill(backfill=found, clock=clock.now)
