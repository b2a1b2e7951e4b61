"""The same questions answered the slow way: everything that happened to everybody, looked through in Python."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import fmean
from typing import Any

from aftercare.commerce.customers.models import Consent, Customer
from aftercare.commerce.orders.models import Line, Order
from aftercare.engagement.segments.definition import Condition, Group
from aftercare.engagement.segments.vocabulary import Bound, Match
from aftercare.foundation.events.models import EventRow


@dataclass
class Life:
    """All that is known of one customer."""

    customer: Customer
    consents: dict[tuple[str, str], bool] = field(default_factory=dict)
    events: list[tuple[str, datetime]] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    products: list[tuple[str, str, datetime]] = field(default_factory=list)

    def times(self, event: str) -> list[datetime]:
        return sorted(at for kind, at in self.events if kind == event)


def lives() -> list[Life]:
    """Of everybody in the store, read as it stands."""
    found = {customer.pk: Life(customer) for customer in Customer.objects.all()}
    for consent in Consent.objects.all():
        found[consent.customer_id].consents[consent.purpose, consent.channel] = consent.granted
    for row in EventRow.objects.exclude(customer_id=None):
        found[row.customer_id].events.append((row.type, row.occurred_at))
    for order in Order.objects.filter(cancelled_at=None):
        found[order.customer_id].orders.append(order)
    for line in Line.objects.filter(order__cancelled_at=None).select_related("order", "product"):
        if line.product:
            bought = (line.product.public_id, line.product.category, line.order.placed_at)
            found[line.order.customer_id].products.append(bought)
    return list(found.values())


def fits(life: Life, group: Group, now: datetime) -> bool:
    """Whether the customer fits the group."""
    answers = [fits(life, part, now) if isinstance(part, Group) else _meets(life, part, now) for part in group.parts]
    match group.match:
        case Match.ALL:
            return all(answers)
        case Match.ANY:
            return any(answers)
        case Match.NONE:
            return not any(answers)


def _meets(life: Life, condition: Condition, now: datetime) -> bool:
    return _KINDS[condition.kind](life, condition.settings, now) != condition.opposite


def _lately(moments: list[datetime], days: int | None, now: datetime) -> list[datetime]:
    return [at for at in moments if days is None or at > now - timedelta(days=days)]


def _bounded(number: Any, bound: str, against: Any) -> bool:
    return bool({
        Bound.AT_LEAST: number >= against, Bound.AT_MOST: number <= against, Bound.EXACTLY: number == against,
    }[Bound(bound)])  # fmt: skip


def _country(life: Life, config: Any, now: datetime) -> bool:
    return life.customer.country in config.countries


def _language(life: Life, config: Any, now: datetime) -> bool:
    return life.customer.locale.replace("_", "-").partition("-")[0].lower() in config.languages


def _trait(life: Life, config: Any, now: datetime) -> bool:
    value = life.customer.traits.get(config.name)
    if value is None:
        return False
    written = str(value).lower() if isinstance(value, bool) else str(value)
    wanted = [str(one).lower() if isinstance(one, bool) else str(one) for one in config.values]
    match config.test:
        case "known":
            return True
        case "is":
            return written in wanted
        case "contains":
            return any(one.lower() in written.lower() for one in wanted)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and _bounded(float(value), config.test, float(wanted[0]))


def _consent(life: Life, config: Any, now: datetime) -> bool:
    return life.consents.get((config.purpose, config.channel)) is (config.said == "yes")


def _known_since(life: Life, config: Any, now: datetime) -> bool:
    old = life.customer.created_at <= now - timedelta(days=config.days)
    return old if config.bound == Bound.AT_LEAST else not old


def _performed(life: Life, config: Any, now: datetime) -> bool:
    return _bounded(len(_lately(life.times(config.event), config.within_days, now)), config.bound, config.times)


def _last_time(life: Life, config: Any, now: datetime) -> bool:
    times = life.times(config.event)
    if not times:
        return False
    old = times[-1 if config.which == "last" else 0] <= now - timedelta(days=config.days)
    return old if config.bound == Bound.AT_LEAST else not old


def _state(life: Life, config: Any, now: datetime) -> bool:
    ends = life.times(config.ends)
    since = [at for at in life.times(config.begins) if not ends or at > ends[-1]]
    return bool(since) and since[0] <= now - timedelta(days=config.days)


def _orders(life: Life, config: Any, now: datetime) -> bool:
    placed = [order.placed_at for order in life.orders]
    return _bounded(len(_lately(placed, config.within_days, now)), config.bound, config.count)


def _order_value(life: Life, config: Any, now: datetime) -> bool:
    since = None if config.within_days is None else now - timedelta(days=config.within_days)
    amounts = [
        order.total - order.refunded
        for order in life.orders
        if order.currency == config.currency and (since is None or order.placed_at > since)
    ]
    if not amounts:
        return False
    value = {"total": sum(amounts), "average": fmean(amounts), "largest": max(amounts)}[config.measure]
    return _bounded(Decimal(value), config.bound, config.amount * 100)


def _bought(life: Life, config: Any, now: datetime) -> bool:
    return bool(
        _lately([at for product, _, at in life.products if product in config.products], config.within_days, now)
    )


def _category(life: Life, config: Any, now: datetime) -> bool:
    return bool(_lately([at for _, name, at in life.products if name in config.categories], config.within_days, now))


_KINDS = {
    "country": _country, "language": _language, "trait": _trait, "consent": _consent, "known_since": _known_since,
    "performed": _performed, "last_time": _last_time, "state": _state, "orders": _orders, "order_value": _order_value,
    "bought": _bought, "bought_category": _category,
}  # fmt: skip
