"""A store with a return policy and an order that arrived."""

from datetime import datetime
from typing import Any

from aftercare.care.return_policies.actions import change_draft, publish_draft
from aftercare.care.return_policies.models import PolicyVersion
from aftercare.care.return_policies.reading import read_policy
from aftercare.care.return_policies.starters import starter
from aftercare.commerce.orders.models import Line, Order
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import hours
from tests.factories import make_order, make_product

BEFORE, ARRIVED, NOW = hours(-24), hours(30), hours(24 * 6)
ADDRESS = {"recipient": "Sam Shopper", "street": "Main Street 4", "city": "Boston", "country": "US"}


def publish(store: Store, *rules: dict[str, Any], key: str = "", now: datetime = BEFORE) -> PolicyVersion:
    """These rules, or a starter's, in force from then on."""
    with store_scope(store.pk):
        found = starter(key)
        policy = found.policy if found else read_policy({"rules": list(rules)})
        change_draft(store=store, policy=policy, revision=0, by="staff:olga", now=now)
        return publish_draft(store=store, revision=1, note="", by="staff:olga", now=now)


def arrived(store: Store, number: str = "1042", *, lines: int = 1, **fields: Any) -> Order:
    """An order of earrings to Boston, all of it delivered on Tuesday."""
    with store_scope(store.pk):
        make_product(store, id="earring", title="Earrings", category="Earrings")
        told = [
            {"id": f"l{n}", "product": "earring", "title": f"Earrings {n}", "quantity": 1, "unit_price": "20.00"}
            for n in range(lines)
        ]
        said = {
            "id": number, "number": f"#{number}", "lines": told, "total": f"{20 * lines}.00", "shipping": "0",
            "shipping_address": ADDRESS, "placed_at": hours(0).isoformat(), **fields,
        }  # fmt: skip
        order = make_order(store, **said)
        Order.objects.filter(pk=order.pk).update(delivered_at=ARRIVED)
        Line.objects.filter(order=order).update(delivered_at=ARRIVED)
        order.refresh_from_db()
        return order
