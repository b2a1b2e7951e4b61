"""Reads: the agenda. All within a store's scope."""

from dataclasses import dataclass
from datetime import datetime

from aftercare.commerce.orders.models import Fulfilment, Order
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.scope import StoreQuerySet


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """What the agenda is narrowed to; empty narrows nothing. Starts from (inclusive) until (exclusive)."""

    starts_from: datetime | None = None
    starts_until: datetime | None = None
    status: str = ""
    words: str = ""


def visits_for_list(
    *, narrowed: VisitFilter, ascending: bool = True, after: str = "", limit: int = 50
) -> Page[Fulfilment]:
    """Visits that have a date, with their orders and customers. One query."""
    found = _visits().filter(scheduled_from__isnull=False)
    if narrowed.starts_from:
        found = found.filter(scheduled_from__gte=narrowed.starts_from)
    if narrowed.starts_until:
        found = found.filter(scheduled_from__lt=narrowed.starts_until)
    if narrowed.status:
        found = found.filter(status=narrowed.status)
    if narrowed.words:
        found = found.filter(order__in=Order.objects.matching(narrowed.words))
    return page(found, by="scheduled_from", ascending=ascending, after=after, limit=limit)


def visit_by_public_id(*, public_id: str) -> Fulfilment:
    """A visit with its order and customer; raises NotFound."""
    found = _visits().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(f"There is no visit '{public_id}'.", field="visit")
    return found


def _visits() -> StoreQuerySet[Fulfilment]:
    return Fulfilment.objects.filter(kind=Fulfilment.Kind.SERVICE_VISIT).select_related("order__customer")
