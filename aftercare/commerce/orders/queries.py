"""Finding orders and what belongs to them. All within a store's scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import NamedTuple

from django.db.models import Prefetch, Q

from aftercare.commerce.customers.queries import email_addresses_of, survivors
from aftercare.commerce.orders.models import Fulfilment, Line, Order, OrderQuerySet, Refund
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.database.whole import Part, read_whole
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.schema import normal_email
from aftercare.foundation.stores.scope import active_store_id

# Numbers are unique at a shop; a store has a few shops at most.
_CANDIDATES = 10
EVERY = Q()
_PARTS = (
    Part("lines"),
    Part("fulfilments", parts=(Part("lines"),)),
    Part("refunds", order="refunded_at, id"),
)


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


class FoundOrder(NamedTuple):
    """An order somebody looked for; the recipient of a gift must not see what it cost."""

    order: Order
    as_recipient: bool


def order_by_public_id(*, public_id: str) -> Order:
    """An order with its customer; raises NotFound."""
    return _found(Order.objects.filter(public_id=public_id).select_related("customer"))


def order_with_parts(*, public_id: str) -> Order:
    """An order with its lines, fulfilments, refunds and customer; raises NotFound. One query."""
    return _whole("t.public_id = %s", public_id)


def order_of_source(*, source: str, external_id: str) -> Order:
    """An order with its parts, by its id at the source; raises NotFound. One query."""
    return _whole("t.source = %s AND t.external_id = %s", source, external_id)


def orders_for_list(
    *, filters: OrderFilters, among: Q = EVERY, by: str = "placed_at", ascending: bool = False,
    after: str = "", limit: int = 50,
) -> Page[Order]:  # fmt: skip
    """A page of orders with their customers, the latest (or greatest) first. One query."""
    found = _narrowed(filters).filter(among).select_related("customer")
    return page(found, by=by, after=after, limit=limit, ascending=ascending)


def orders_with_parts(*, filters: OrderFilters, after: str = "", limit: int = 50) -> Page[Order]:
    """A page of whole orders, the latest first. Five queries, however many orders."""
    return page(_with_parts(_narrowed(filters)), by="placed_at", after=after, limit=limit)


def line_of_order(*, order_id: int, external_id: str) -> Line:
    """A line by its id at the shop; raises NotFound."""
    found = Line.objects.filter(order_id=order_id, external_id=external_id).first()
    if found is None:
        raise NotFound("This order has no such line.", field="line")
    return found


def lines_of(*, orders: Collection[Order]) -> dict[int, list[Line]]:
    """The lines of several orders with their products, by the order's row id. One query."""
    found: dict[int, list[Line]] = {order.pk: [] for order in orders}
    for line in Line.objects.filter(order__in=orders).select_related("product").order_by("id"):
        found[line.order_id].append(line)
    return found


def find_order(*, store_id: int, number: str, email: str) -> FoundOrder | None:
    """The order a shopper looks for, if number and e-mail address belong together; the latest where several do.

    The number may lack its "#"; the address may be the order's, any of its customer's, or that of a gift's recipient.
    Takes the same steps whether there is such an order or not, so that the time it takes tells a stranger nothing.
    """
    wanted = normal_email(email).encode()
    orders = list(Order.objects.filter(number__in=_spellings(number)).newest_first()[:_CANDIDATES])
    people = survivors(store_id=store_id, ids=[order.customer_id or 0 for order in orders] or [0])
    addresses = email_addresses_of(customer_ids=people.values())
    found = None
    for order in reversed(orders):
        own = [order.email, *addresses.get(people.get(order.customer_id or 0, 0), [])]
        is_buyer = sum(compare_digest(normal_email(address).encode(), wanted) for address in own) > 0
        is_recipient = compare_digest(normal_email(order.gift.get("email", "")).encode(), wanted)
        if wanted and (is_buyer or is_recipient):
            found = FoundOrder(order, as_recipient=not is_buyer)
    return found


def _spellings(number: str) -> set[str]:
    """As people type it: with or without the mark, in either case."""
    bare = number.replace("\x00", "").strip().lstrip("#").strip()
    return {mark + written for mark in ("", "#") for written in (bare, bare.upper(), bare.lower())}


def public_ids_of_orders(*, ids: Collection[int]) -> dict[int, str]:
    """Public ids by row id."""
    return dict(Order.objects.filter(pk__in=ids).values_list("pk", "public_id"))


def _found(orders: OrderQuerySet) -> Order:
    order = orders.first()
    if order is None:
        raise _no_such_order()
    return order


def _whole(where: str, *parameters: str) -> Order:
    found = read_whole(
        Order, where=f"t.store_id = %s AND {where}", parameters=[active_store_id(), *parameters], owner="customer",
        parts=_PARTS,
    )  # fmt: skip
    if not found:
        raise _no_such_order()
    return found[0]


def _no_such_order() -> NotFound:
    return NotFound("There is no such order.", field="order")


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
