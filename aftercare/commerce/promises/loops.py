"""Scans that are no milestone, and what was learned since, make promises anew; stores learn once a day."""

from datetime import datetime

from django.db import transaction

from aftercare.commerce.promises.actions import (
    LEARNING,
    PROMISES,
    claim_due,
    learn_due,
    promise_orders,
    promise_parcels,
)
from aftercare.foundation.jobs.loops import Loop, register_loop
from aftercare.foundation.stores.scope import store_scope


@transaction.atomic
def promise_what_is_due(now: datetime) -> int:
    """One batch; answers how many notes of the queue it took."""
    taken, stores = claim_due()
    for store_id, parcels, orders in stores:
        with store_scope(store_id):
            promise_parcels(store_id=store_id, ids=parcels, now=now)
            promise_orders(store_id=store_id, ids=orders, now=now)
    return taken


register_loop(Loop(PROMISES, promise_what_is_due, wake=PROMISES, idle=15.0))
register_loop(Loop(LEARNING, learn_due, wake=LEARNING, idle=600.0))
