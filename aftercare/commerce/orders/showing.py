"""An order as its own page shows it: read at once, within the store's scope, with the same number of queries always."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aftercare.commerce.orders.arrivals import arrivals_of
from aftercare.commerce.orders.models import Fulfilment, Line, Order
from aftercare.commerce.orders.policy.arrivals import Arrival, still_ordered
from aftercare.commerce.orders.policy.outlook import Outlook, Standing, outlook_of
from aftercare.commerce.orders.queries import order_with_parts
from aftercare.foundation.stores.models import Store


@dataclass(frozen=True, slots=True)
class Item:
    """So many of a line."""

    line: Line
    quantity: int


@dataclass(frozen=True)
class ShownOrder:
    """Everything the page and its panels need. `for_recipient`: a gift's recipient reads it, who sees no prices.

    `items` are by fulfilment row id; `waiting` is what no fulfilment carries. `shared` is where a panel leaves what
    another panel of its capability would otherwise look up again.
    """

    order: Order
    for_recipient: bool
    items: dict[int, list[Item]]
    waiting: Sequence[Item]
    arrivals: Sequence[Arrival]
    outlook: Outlook
    zone: ZoneInfo
    now: datetime
    shared: dict[str, Any] = field(default_factory=dict)

    @property
    def own_arrivals(self) -> list[Arrival]:
        """The parts that nobody knows more finely than their fulfilment does."""
        return [arrival for arrival in self.arrivals if isinstance(arrival.about, Fulfilment)]


def order_for_page(*, store: Store, public_id: str, for_recipient: bool, now: datetime) -> ShownOrder:
    """The order with all that hangs on it; raises NotFound."""
    order = order_with_parts(public_id=public_id)
    zone = _zone(order.customer.time_zone if order.customer else "", store.time_zone)
    items, waiting = _items(order)
    unreported = still_ordered(kinds=[item.line.kind for item in waiting], at=order.placed_at)
    arrivals = arrivals_of(order=order, unreported=unreported)
    standing = Standing(order.payment, order.cancelled_at is not None, for_recipient)
    return ShownOrder(
        order=order, for_recipient=for_recipient, items=items, waiting=waiting, arrivals=arrivals,
        outlook=outlook_of(standing=standing, arrivals=arrivals, now=now, zone=zone), zone=zone, now=now,
    )  # fmt: skip


def _items(order: Order) -> tuple[dict[int, list[Item]], list[Item]]:
    """What each fulfilment carries, and what none does."""
    lines = {line.pk: line for line in order.lines.all()}
    items: dict[int, list[Item]] = defaultdict(list)
    carried: Counter[int] = Counter()
    for fulfilment in order.fulfilments.all():
        for content in fulfilment.lines.all():
            items[fulfilment.pk].append(Item(lines[content.line_id], content.quantity))
            if fulfilment.status != Fulfilment.Status.CANCELLED:
                carried[content.line_id] += content.quantity
    left = ((line, line.quantity - line.cancelled_quantity - carried[line.pk]) for line in lines.values())
    return dict(items), [Item(line, quantity) for line, quantity in left if quantity > 0]


def _zone(*names: str) -> ZoneInfo:
    """The first that is a time zone: the customer's own may be anything a shop sent."""
    for name in filter(None, names):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")
