"""Who knows how parts of orders travel: capabilities above tell it, the order's page shows it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from aftercare.commerce.orders.models import Fulfilment, Order
from aftercare.commerce.orders.policy.arrivals import Arrival, arrived_with, stage_of, with_promise

Teller = Callable[[Sequence[int]], Mapping[int, Sequence[Arrival]]]
Refiner = Callable[[Order, Sequence[Arrival]], Sequence[Arrival]]
_tellers: list[Teller] = []
_refiners: list[Refiner] = []


def tells_arrivals(teller: Teller) -> Teller:
    """Decorator: for order row ids, the function tells what it knows of their fulfilments more finely than they do."""
    _tellers.append(teller)
    return teller


def refines_arrivals(refiner: Refiner) -> Refiner:
    """Decorator: the function knows better when parts of an order arrive than whoever told of them."""
    _refiners.append(refiner)
    return refiner


def arrivals_of(*, order: Order, unreported: Sequence[Arrival] = ()) -> list[Arrival]:
    """Every part of an order, as whoever knows best tells it, and what no fulfilment speaks of."""
    told: dict[int, list[Arrival]] = defaultdict(list)
    for teller in _tellers:
        for arrival in teller([order.pk]).get(order.pk, ()):
            told[arrival.fulfilment_id].append(arrival)
    parts = [part for fulfilment in order.fulfilments.all() for part in _parts(fulfilment, told.get(fulfilment.pk, []))]
    known: Sequence[Arrival] = [*parts, *unreported]
    for refiner in _refiners:
        known = refiner(order, known)
    return [with_promise(part, order.promised_by) for part in known]


def _parts(fulfilment: Fulfilment, told: Sequence[Arrival]) -> list[Arrival]:
    if told:
        return arrived_with(told, completed_at=fulfilment.completed_at)
    return [
        Arrival(
            kind=fulfilment.kind,
            stage=stage_of(kind=fulfilment.kind, status=fulfilment.status),
            at=fulfilment.completed_at or fulfilment.status_at,
            fulfilment_id=fulfilment.pk,
            earliest=fulfilment.scheduled_from,
            latest=fulfilment.scheduled_until,
            place=str(fulfilment.location.get("company") or fulfilment.location.get("city") or ""),
            about=fulfilment,
        )
    ]
