"""Moving fulfilments on from where their parcels are known."""

from datetime import UTC, datetime

from aftercare.commerce.customers.actions import merge_customers
from aftercare.commerce.orders.actions import complete_fulfilments, ensure_fulfilments, start_fulfilments
from aftercare.commerce.orders.models import Fulfilment, FulfilmentLine, Line
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from tests.commerce.happened import happened, types
from tests.factories import NOW, line_in, make_customer, make_order

HANDED_OVER = datetime(2026, 11, 2, 8, tzinfo=UTC)
ARRIVED = datetime(2026, 11, 4, 12, tzinfo=UTC)


def carried() -> dict[str, dict[str, int]]:
    """What each fulfilment carries, by the ids of the shop."""
    found: dict[str, dict[str, int]] = {}
    for part in FulfilmentLine.objects.select_related("fulfilment", "line"):
        found.setdefault(part.fulfilment.external_id, {})[part.line.external_id] = part.quantity
    return found


def test_fulfilments_are_made_for_what_is_in_no_other(shop: Store) -> None:
    order = make_order(
        shop,
        lines=[line_in(quantity=2), line_in(id="2")],
        fulfilments=[{"id": "f", "lines": [{"line": "1", "quantity": 1}]}],
    )
    known = Fulfilment.objects.get()
    ids = ensure_fulfilments(store_id=shop.pk, needed=[(order.pk, "parcels", None), (order.pk, "f", None)], now=NOW)
    assert ids[1] == known.pk
    assert carried() == {"f": {"1": 1}, "parcels": {"1": 1, "2": 1}}
    again = ensure_fulfilments(store_id=shop.pk, needed=[(order.pk, "parcels", None)], now=NOW)
    assert again == ids[:1]
    assert types("fulfilment.") == []


def test_contents_told_parcel_by_parcel_come_together(shop: Store) -> None:
    order = make_order(shop, lines=[line_in(), line_in(id="2")])
    for contents in ({"1": 1}, {"2": 1}, {"1": 1}):
        ensure_fulfilments(store_id=shop.pk, needed=[(order.pk, "p", contents)], now=NOW)
    assert carried() == {"p": {"1": 1, "2": 1}}


def test_parcels_lead_to_the_delivery_of_lines_and_order(shop: Store) -> None:
    order = make_order(shop, lines=[line_in(), line_in(id="2")], fulfilments=[
        {"id": "f", "lines": [{"line": "1", "quantity": 1}]}, {"id": "g"},
    ])  # fmt: skip
    first, second = Fulfilment.objects.order_by("id").values_list("id", flat=True)
    start_fulfilments(store_id=shop.pk, ids_and_times=[(first, HANDED_OVER), (second, HANDED_OVER)], now=NOW)
    order.refresh_from_db()
    assert order.progress == "on_its_way"
    complete_fulfilments(store_id=shop.pk, completions=[(first, ARRIVED)], now=NOW)
    order.refresh_from_db()
    assert (order.progress, order.delivered_at) == ("partly_delivered", None)
    assert [line.delivered_at for line in Line.objects.order_by("id")] == [ARRIVED, None]
    complete_fulfilments(store_id=shop.pk, completions=[(second, ARRIVED), (first, NOW)], now=NOW)
    order.refresh_from_db()
    assert (order.progress, order.delivered_at) == ("delivered", ARRIVED)
    assert types("fulfilment.", "order.") == [
        "order.placed", "fulfilment.under_way", "fulfilment.under_way", "fulfilment.completed", "fulfilment.completed",
        "order.delivered",
    ]  # fmt: skip


def test_late_news_changes_nothing(shop: Store) -> None:
    make_order(shop, fulfilments=[{"id": "f", "status": "completed", "status_at": "2026-11-04T12:00:00Z"}])
    (row_id,) = Fulfilment.objects.values_list("id", flat=True)
    before = happened()
    start_fulfilments(store_id=shop.pk, ids_and_times=[(row_id, HANDED_OVER)], now=NOW)
    complete_fulfilments(store_id=shop.pk, completions=[(row_id, NOW)], now=NOW)
    assert happened() == before
    assert Fulfilment.objects.get().completed_at == ARRIVED


def test_facts_tell_when_it_happened_and_whose_order_it_is_today(shop: Store) -> None:
    order = make_order(shop, email="old@example.com", fulfilments=[{"id": "f"}])
    assert order.customer
    survivor = make_customer(shop, email="sam@example.com")
    merge_customers(survivor=survivor, absorbed=order.customer, by="olga", now=NOW)
    (row_id,) = Fulfilment.objects.values_list("id", flat=True)
    complete_fulfilments(store_id=shop.pk, completions=[(row_id, ARRIVED)], now=NOW)
    delivered = EventRow.objects.get(type="order.delivered")
    assert (delivered.occurred_at, delivered.customer_id, delivered.order_id) == (ARRIVED, survivor.pk, order.pk)


def test_a_later_version_of_the_order_takes_nothing_back(shop: Store) -> None:
    make_order(shop, fulfilments=[{"id": "f"}])
    (row_id,) = Fulfilment.objects.values_list("id", flat=True)
    complete_fulfilments(store_id=shop.pk, completions=[(row_id, ARRIVED)], now=NOW)
    order = make_order(shop, fulfilments=[{"id": "f", "status": "packed"}], note="changed")
    assert order.progress == "delivered"
    assert types("fulfilment.") == ["fulfilment.completed"]
