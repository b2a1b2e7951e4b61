"""What the tests of health start from: parcels whose events were handled, and the health they have then."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.commerce.health.models import Health
from aftercare.commerce.health.subscribers import judge_parcels_that_moved
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope

_LOG = """
    SELECT id, store_id, type, occurred_at, recorded_at, customer_id, order_id, shipment_id, actor, data
    FROM events_event WHERE type LIKE 'shipment.%%' AND type <> 'shipment.health_changed' ORDER BY tx, seq
"""


def handle_news(*, now: datetime, since: int = 0) -> int:
    """Let health read the log from there on; answers how long the log is now."""
    found = [Recorded(*row) for row in fetch_decoded(_LOG)]
    with across_stores("a subscriber serves every store"):
        judge_parcels_that_moved(found[since:], now=now)
    return len(found)


def health_of(store: Store, parcel_id: str = "p1") -> Health:
    """A parcel's health as it is now."""
    with store_scope(store.pk):
        return Health.objects.get(shipment__external_id=parcel_id)


def states(store: Store, *parcel_ids: str) -> Sequence[tuple[str, str]]:
    """HealthState and why of several parcels."""
    found = [health_of(store, parcel_id) for parcel_id in parcel_ids]
    return [(one.state, one.why) for one in found]
