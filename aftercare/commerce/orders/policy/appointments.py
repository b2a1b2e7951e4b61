"""The date of a visit: when it was agreed, and when it was moved."""

from collections.abc import Iterable

from aftercare.commerce.orders.events import AppointmentEvent, FulfilmentMoved, FulfilmentScheduled
from aftercare.commerce.orders.policy.states import FulfilmentState, OrderState

VISIT = "service_visit"
_OVER = frozenset({"completed", "cancelled", "missed"})


def appointments(known: OrderState | None, after: OrderState) -> Iterable[AppointmentEvent]:
    """Dates that were not known before. What is over says nothing more of its date."""
    for key, visit in after.fulfilments.items():
        if visit.kind == VISIT and visit.scheduled_from and visit.status not in _OVER:
            before = known.fulfilments.get(key) if known else None
            yield from _told(after.header.number, key, before, visit)


def _told(number: str, key: str, before: FulfilmentState | None, visit: FulfilmentState) -> Iterable[AppointmentEvent]:
    starts, ends = _iso(visit)
    if before is None or before.scheduled_from is None:
        yield FulfilmentScheduled(number, key, visit.kind, starts, ends)
    elif (starts, ends) != _iso(before):
        yield FulfilmentMoved(number, key, visit.kind, starts, ends, _iso(before)[0])


def _iso(visit: FulfilmentState) -> tuple[str, str]:
    starts, ends = visit.scheduled_from, visit.scheduled_until
    return starts.isoformat() if starts else "", ends.isoformat() if ends else ""
