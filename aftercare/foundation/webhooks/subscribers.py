"""What webhooks do when something happens: queue a call for every endpoint that wants to know."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe
from aftercare.foundation.webhooks.actions import tell_endpoints
from aftercare.foundation.webhooks.queries import endpoints_to_tell


@subscribe("webhooks.tell_endpoints")
def queue_calls_to_endpoints(batch: Sequence[Recorded], *, now: datetime) -> None:
    """Every event, for the endpoints of its store."""
    if endpoints := endpoints_to_tell(store_ids={event.store_id for event in batch}):
        tell_endpoints(events=batch, endpoints=endpoints, now=now)
