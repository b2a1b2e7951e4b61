"""What promises tell on the pages of orders: when each part arrives."""

from collections.abc import Sequence
from dataclasses import replace

from aftercare.commerce.orders.arrivals import refines_arrivals
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.policy.arrivals import Arrival
from aftercare.commerce.promises.models import OrderPromise, Promise
from aftercare.commerce.promises.policy import Window, weighed
from aftercare.commerce.promises.queries import promises_of_order
from aftercare.commerce.shipments.models import Shipment


@refines_arrivals
def _with_promises(order: Order, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
    if not any(arrival.kind == "shipment" and arrival.is_open for arrival in arrivals):
        return arrivals
    of_order, of_parcels = promises_of_order(order_id=order.pk)
    return [_with_promise(arrival, of_order, of_parcels) for arrival in arrivals]


def _with_promise(arrival: Arrival, of_order: OrderPromise | None, of_parcels: dict[int, Promise]) -> Arrival:
    if arrival.kind != "shipment" or not arrival.is_open:
        return arrival
    parcel = arrival.about if isinstance(arrival.about, Shipment) else None
    ours = of_parcels.get(parcel.pk) if parcel else of_order
    if ours is None:
        return arrival
    told = weighed(
        ours=Window(ours.earliest, ours.latest),
        theirs=Window(arrival.earliest, arrival.latest) if arrival.latest else None,
        handed_over=parcel is not None and parcel.handed_over_at is not None,
        now=ours.made_at,
    )
    return replace(arrival, earliest=told.earliest, latest=told.latest)
