"""What the web does when something happens: pages that are being looked at hear of it."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe
from aftercare.foundation.web.live import announce_changes


@subscribe("web.announce_changes")
def announce_changed_orders(batch: Sequence[Recorded], *, now: datetime) -> None:  # noqa: ARG001 -- every handler's signature
    """Every event of an order may change its page."""
    announce_changes(order_ids={event.order_id for event in batch if event.order_id is not None})
