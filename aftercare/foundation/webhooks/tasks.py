"""Timed work of webhooks: giving up and forgetting, and telling again of what was missed."""

from datetime import datetime

import structlog
from procrastinate.contrib.django import app

from aftercare.foundation.kit import clock
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.webhooks.actions import forget_old_calls, give_up_old_calls, recover_endpoint
from aftercare.foundation.webhooks.queries import endpoint_by_public_id

log = structlog.get_logger(__name__)


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="tidy_webhook_calls", pass_context=False)
def tidy_webhook_calls(timestamp: int) -> None:
    """Calls fail after three days and are forgotten after thirty."""
    now = clock.now()
    log.info("webhook calls", given_up=give_up_old_calls(now=now), forgotten=forget_old_calls(now=now), at=timestamp)


@app.task(pass_context=False)
def tell_again(*, store_id: int, endpoint: str, since: str) -> None:
    """Everything since then that the endpoint has not taken."""
    with store_scope(store_id):
        found = endpoint_by_public_id(public_id=endpoint)
        count = recover_endpoint(endpoint=found, since=datetime.fromisoformat(since), now=clock.now())
    log.info("endpoint told again", endpoint=endpoint, calls=count)
