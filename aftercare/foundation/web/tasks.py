"""The edges' own timed work: forgetting."""

import structlog
from procrastinate.contrib.django import app

from aftercare.foundation.kit import clock
from aftercare.foundation.web.idempotency import KEPT_FOR, forget_answers

log = structlog.get_logger(__name__)


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="forget_kept_answers", pass_context=False)
def forget_kept_answers(timestamp: int) -> None:
    """Answers to idempotency keys are kept for a day."""
    forgotten = forget_answers(before=clock.now() - KEPT_FOR)
    log.info("kept answers forgotten", count=forgotten, asked_at=timestamp)
