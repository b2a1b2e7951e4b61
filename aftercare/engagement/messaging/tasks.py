"""Timed work: learning when customers read."""

import structlog
from procrastinate.contrib.django import app

from aftercare.engagement.messaging.actions.learning import learn_reading_hours
from aftercare.foundation.kit import clock

log = structlog.get_logger(__name__)


@app.periodic(cron="52 2 * * *")
@app.task(queueing_lock="learn_reading_hours", pass_context=False)
def learn_when_customers_read(timestamp: int) -> None:
    """Once a night, of everybody."""
    log.info("reading hours learned", customers=learn_reading_hours(now=clock.now()), asked_at=timestamp)
