"""What promises tell where orders and parcels are shown: when each part arrives."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aftercare.commerce.orders.arrivals import refines_arrivals
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.page_rows import page_drawn_from
from aftercare.commerce.orders.policy.arrivals import Arrival
from aftercare.commerce.orders.promised import tells_promises
from aftercare.commerce.promises.policy import Window, tells, weighed
from aftercare.commerce.promises.queries import Told, promised_of_orders, promised_of_parcels, told_of_order
from aftercare.commerce.shipments.models import Shipment


@refines_arrivals
def _with_promises(order: Order, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
    if not any(arrival.kind == "shipment" and arrival.is_open for arrival in arrivals):
        return arrivals
    told = told_of_order(order_id=order.pk)
    return [_with_promise(arrival, told) for arrival in arrivals]


def _with_promise(arrival: Arrival, promised: Mapping[int | None, Told]) -> Arrival:
    if arrival.kind != "shipment" or not arrival.is_open:
        return arrival
    parcel = arrival.about if isinstance(arrival.about, Shipment) else None
    ours = promised.get(parcel.pk if parcel else None)
    if ours is None:
        return arrival
    if not tells(Window(ours.earliest, ours.latest)):
        return arrival
    told = weighed(
        ours=Window(ours.earliest, ours.latest),
        theirs=Window(arrival.earliest, arrival.latest) if arrival.latest else None,
        handed_over=parcel is not None and parcel.handed_over_at is not None,
        now=ours.made_at,
    )
    return replace(arrival, earliest=told.earliest, latest=told.latest)


page_drawn_from(
    "promises_promise AS r WHERE r.order_id = o.id",
    "promises_orderpromise AS r WHERE r.order_id = o.id",
)
tells_promises("order", promised_of_orders)
tells_promises("parcel", promised_of_parcels)
