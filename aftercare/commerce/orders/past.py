"""How far an order was at a moment of the past, by what was known of it then.

Where nothing was heard of it since, it stands as it does now. Else its milestones tell, the furthest first, as
`policy.progress` ranks them.
"""

from aftercare.commerce.orders.events import (
    FulfilmentCompleted,
    FulfilmentPacked,
    FulfilmentReady,
    FulfilmentUnderWay,
    OrderCancelled,
    OrderDelivered,
)
from aftercare.commerce.orders.models import Order
from aftercare.foundation.database.stand_ins import AS_OF, Past, known_at, register_stand_in

_KNOWN = known_at(happened="e.occurred_at", heard="e.recorded_at")
_THEN = f"FILTER (WHERE {_KNOWN} <= {AS_OF})"
# A parcel that was handed over says so by its fulfilment too.
_FURTHEST_FIRST = (
    (f"e.type = '{OrderCancelled.type}' AND (e.data->>'whole')::boolean", Order.Progress.CANCELLED),
    (f"e.type = '{OrderDelivered.type}'", Order.Progress.DELIVERED),
    (f"e.type = '{FulfilmentCompleted.type}'", Order.Progress.PARTLY_DELIVERED),
    (f"e.type = '{FulfilmentUnderWay.type}'", Order.Progress.ON_ITS_WAY),
    (f"e.type = '{FulfilmentReady.type}'", Order.Progress.READY),
    (f"e.type = '{FulfilmentPacked.type}'", Order.Progress.PACKED),
)
_REACHED = " ".join(f"WHEN bool_or({what}) {_THEN} THEN '{stage.value}'" for what, stage in _FURTHEST_FIRST)
_PROGRESS = f"""
    SELECT CASE WHEN bool_and({_KNOWN} <= {AS_OF}) IS NOT FALSE THEN t.progress {_REACHED}
                ELSE '{Order.Progress.PLACED.value}' END
    FROM {{real}}events_event e WHERE e.order_id = t.id AND split_part(e.type, '.', 1) IN ('order', 'fulfilment')
"""  # noqa: S608 -- constants of this module

register_stand_in(Past("orders_order", columns={"progress": _PROGRESS}))
