"""Finding orders and what belongs to them. All within a store's scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from aftercare.commerce.orders.models import Fulfilment, Line, Order, OrderQuerySet, Refund
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """What a list of orders is narrowed to; empty narrows nothing. Placed from (inclusive) until (exclusive)."""

    words: str = ""
    progress: str = ""
    payment: str = ""
    source: str = ""
    external_id: str = ""
    number: str = ""
    placed_from: datetime | None = None
    placed_until: datetime | None = None
    customer_ids: Collection[int] | None = None


def order_by_public_id(*, public_id: str) -> Order:
    """An order with its customer; raises NotFound."""
    order = Order.objects.filter(public_id=public_id).select_related("customer").first()
    if order is None:
        raise NotFound("There is no such order.", field="order")
    return order


def order_with_parts(*, public_id: str) -> Order:
    """An order with its lines, fulfilments, refunds and customer; raises NotFound. Five queries."""
    order = _with_parts(Order.objects.filter(public_id=public_id)).first()
    if order is None:
        raise NotFound("There is no such order.", field="order")
    return order


def orders_for_list(*, filters: OrderFilters, after: str = "", limit: int = 50) -> Page[Order]:
    """A page of orders with their customers, the latest first. One query."""
    return page(_narrowed(filters).select_related("customer"), by="placed_at", after=after, limit=limit)


def orders_with_parts(*, filters: OrderFilters, after: str = "", limit: int = 50) -> Page[Order]:
    """A page of whole orders, the latest first. Five queries, however many orders."""
    return page(_with_parts(_narrowed(filters)), by="placed_at", after=after, limit=limit)


def public_ids_of_orders(*, ids: Collection[int]) -> dict[int, str]:
    """Public ids by row id."""
    return dict(Order.objects.filter(pk__in=ids).values_list("pk", "public_id"))


def _narrowed(filters: OrderFilters) -> OrderQuerySet:
    exact = {
        "progress": filters.progress, "payment": filters.payment, "source": filters.source,
        "external_id": filters.external_id, "number": filters.number,
    }  # fmt: skip
    found: OrderQuerySet = Order.objects.filter(**{name: value for name, value in exact.items() if value})
    if filters.placed_from:
        found = found.filter(placed_at__gte=filters.placed_from)
    if filters.placed_until:
        found = found.filter(placed_at__lt=filters.placed_until)
    if filters.customer_ids is not None:
        found = found.filter(customer_id__in=filters.customer_ids)
    return found.matching(filters.words)


def _with_parts(orders: OrderQuerySet) -> OrderQuerySet:
    return (
        orders.select_related("customer")
        .prefetch_related(Prefetch("lines", Line.objects.order_by("id")))
        .prefetch_related(Prefetch("fulfilments", Fulfilment.objects.order_by("id").prefetch_related("lines")))
        .prefetch_related(Prefetch("refunds", Refund.objects.order_by("refunded_at", "id")))
    )
