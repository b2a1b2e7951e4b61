"""Random histories, and random questions about them."""

import random
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from aftercare.commerce.customers.actions import record_customers
from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.events import OrderDelivered
from aftercare.commerce.shipments.events import ShipmentDelayed
from aftercare.engagement.segments.vocabulary import Match
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.stores.models import Store
from tests.factories import NOW, customer_in, line_in, make_product, order_in

COUNTRIES, LOCALES, TIERS = ("DE", "AT", "FR", ""), ("de", "de-AT", "fr_FR", ""), ("gold", "Silver", 3, 4.5, True, None)
PRODUCTS = {"jug": "Kitchen", "throw": "Textiles", "book": ""}
EVENTS = (OrderDelivered("#1"), ShipmentDelayed("#1", "shp_1", "DHL", "N1"))
# So that whole days meet each other exactly, now and then.
_AGES = st.sampled_from([timedelta(days=days, hours=hours) for days in range(0, 40, 3) for hours in (0, 7)])
DAYS = st.sampled_from([3, 6, 9, 21, 30])


def live(store: Store, *, seed: int, count: int = 30) -> None:
    """Customers to whom much has happened in the last forty days. Needs the store's scope."""
    chance = random.Random(seed)
    for key, category in PRODUCTS.items():
        make_product(store, id=key, title=key, category=category)
    customers = [_customer(number, chance) for number in range(count)]
    ids = record_customers(store_id=store.pk, source="shop", customers=customers, now=NOW).ids
    orders = [_order(number, chance, count) for number in range(count * 2)]
    record_orders(store_id=store.pk, source="shop", orders=orders, now=NOW)
    happened = [
        Fact(chance.choice(EVENTS), store.pk, _ago(chance), customer_id=chance.choice(ids)) for _ in range(count * 5)
    ]
    record(happened, now=NOW)


def happen_at(store: Store, *, at: datetime, seed: int, ids: list[int]) -> None:
    """A little more happens, just then. Needs the store's scope."""
    chance = random.Random(f"{seed} {at}")
    record([Fact(chance.choice(EVENTS), store.pk, at, customer_id=chance.choice(ids)) for _ in range(6)], now=at)
    orders = [_order(10_000 + chance.randrange(10_000), chance, len(ids), at=at) for _ in range(2)]
    record_orders(store_id=store.pk, source="shop", orders=orders, now=at)


def _ago(chance: random.Random) -> datetime:
    return NOW - timedelta(days=chance.randrange(0, 40), hours=chance.choice([0, 0, 5]))


def _customer(number: int, chance: random.Random) -> Any:
    consents = (
        [{"purpose": "marketing", "granted": chance.random() < 0.6, "source": "x"}] if chance.random() < 0.7 else []
    )
    return customer_in(
        email=f"c{number}@example.com", name=f"c{number}", country=chance.choice(COUNTRIES) or None,
        locale=chance.choice(LOCALES), traits={"tier": chance.choice(TIERS)}, consents=consents,
        created_at=_ago(chance).isoformat(),
    )  # fmt: skip


def _order(number: int, chance: random.Random, people: int, *, at: datetime | None = None) -> Any:
    cancelled = {"cancelled_at": NOW.isoformat()} if chance.random() < 0.1 and at is None else {}
    return order_in(
        id=str(number), number=f"#{number}", email=f"c{chance.randrange(people)}@example.com",
        placed_at=(at or _ago(chance)).isoformat(), total=chance.choice(["10.00", "39.80", "100.00"]),
        currency=chance.choice(["EUR", "EUR", "USD"]), lines=[line_in(product=chance.choice(list(PRODUCTS)))], **cancelled,
    )  # fmt: skip


def conditions(products: dict[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    """Any condition about such histories; `products` are public ids by key."""
    days = st.none() | DAYS
    events = st.sampled_from([event.type for event in EVENTS] + ["order.placed", "customer.created"])
    bounds, ages = st.sampled_from(["at_least", "at_most", "exactly"]), st.sampled_from(["at_least", "at_most"])
    kinds = {
        "country": {"countries": st.lists(st.sampled_from(["DE", "AT", "FR"]), min_size=1)},
        "language": {"languages": st.lists(st.sampled_from(["de", "fr"]), min_size=1)},
        "consent": {"said": st.sampled_from(["yes", "no"])},
        "known_since": {"bound": ages, "days": DAYS},
        "performed": {"event": events, "bound": bounds, "times": st.integers(0, 4), "within_days": days},
        "last_time": {"event": events, "which": st.sampled_from(["last", "first"]), "bound": ages, "days": DAYS},
        "state": {"begins": events, "ends": events, "days": st.just(0) | DAYS},
        "orders": {"bound": bounds, "count": st.integers(0, 3), "within_days": days},
        "order_value": {
            "measure": st.sampled_from(["total", "average", "largest"]), "bound": ages, "within_days": days,
            "amount": st.sampled_from(["0", "10.00", "50", "139.80"]), "currency": st.sampled_from(["EUR", "USD"]),
        },
        "bought": {"products": st.lists(st.sampled_from(list(products.values())), min_size=1), "within_days": days},
        "bought_category": {"categories": st.lists(st.sampled_from(["Kitchen", "Textiles"]), min_size=1), "within_days": days},
    }  # fmt: skip
    settled = [_of(kind, st.fixed_dictionaries(config)) for kind, config in kinds.items()]
    return st.one_of(*settled, _of("trait", _traits()))


def _traits() -> st.SearchStrategy[dict[str, Any]]:
    words = st.lists(st.sampled_from(["gold", "silver", "3", 3, True, "il"]), min_size=1)
    numbers = st.sampled_from([[3], [4], ["4.5"]])
    return st.one_of(
        st.fixed_dictionaries({"name": st.just("tier"), "test": st.sampled_from(["is", "contains"]), "values": words}),
        st.fixed_dictionaries(
            {"name": st.just("tier"), "test": st.sampled_from(["at_least", "at_most"]), "values": numbers}
        ),
        st.just({"name": "tier", "test": "known"}),
    )


def _of(kind: str, config: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind), "config": config, "opposite": st.booleans()})


def definitions(products: dict[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    """Groups of groups of conditions, some of them empty."""
    matches = st.sampled_from(Match.values)

    def grouped(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({"match": matches, "parts": st.lists(parts, max_size=3)})

    leaf = conditions(products)
    return grouped(leaf | grouped(leaf | grouped(leaf)))
