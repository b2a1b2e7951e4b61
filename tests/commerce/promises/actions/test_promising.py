"""Learning from deliveries, and promising from what was learned."""

from datetime import datetime
from itertools import pairwise

import pytest

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.models import Order
from aftercare.commerce.promises.actions import learn, learn_due, promise_orders, promise_parcels
from aftercare.commerce.promises.loops import promise_what_is_due
from aftercare.commerce.promises.models import Learned, OrderPromise, Promise
from aftercare.commerce.shipments.actions import record_scans, record_shipments
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.promises.deliveries import DAY, FAR, NEAR, delivered_history, handle_news, order_in, parcel_in
from tests.factories import NOW, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def learned(store: Store) -> Store:
    """A store with a history from which it has learned."""
    delivered_history(store)
    with store_scope(store.pk):
        learn(store_id=store.pk, now=NOW)
    return store


def ordered(store: Store, number: str, postcode: str = NEAR, *, at: datetime = NOW) -> int:
    recorded = record_orders(store_id=store.pk, source="shop", orders=[order_in(number, at, postcode)], now=at)
    return recorded.ids[0]


def sent(store: Store, number: str, placed: datetime, *, now: datetime = NOW) -> int:
    parcel = parcel_in(number, placed, arrives_after=None, now=now)
    return record_shipments(store_id=store.pk, source="shop", shipments=[parcel], now=now).ids[0]


def test_an_order_is_promised_what_its_destination_usually_takes(learned: Store) -> None:
    near, far = ordered(learned, "n"), ordered(learned, "f", FAR)
    with store_scope(learned.pk):
        assert promise_orders(store_id=learned.pk, ids=[near, far], now=NOW) == 2
        promised = {promise.order_id: promise for promise in OrderPromise.objects.all()}
    assert 2 < (promised[near].likely - NOW) / DAY < 4.2
    assert 4.5 < (promised[far].likely - NOW) / DAY < 7.5
    for promise in promised.values():
        assert promise.earliest < promise.likely < promise.latest
        assert (promise.basis, promise.coverage) == ("lane", 0.8)
        assert promise.first_latest == promise.latest


def test_a_parcel_on_its_way_is_promised_from_its_hand_over(learned: Store) -> None:
    ordered(learned, "p", at=NOW - 1.5 * DAY)
    parcel = sent(learned, "p", NOW - 1.5 * DAY)
    with store_scope(learned.pk):
        assert promise_parcels(store_id=learned.pk, ids=[parcel], now=NOW) == 1
        promise = Promise.objects.get()
    assert (promise.earliest - NOW) / DAY >= 0
    assert (promise.likely - NOW) / DAY < 2.7
    assert "dhl" in promise.lane
    assert "DE-04 → DE" in promise.lane


def test_the_longer_it_takes_the_later_it_is_promised_and_the_first_word_is_kept(learned: Store) -> None:
    ordered(learned, "p", at=NOW - 1.5 * DAY)
    parcel, later = sent(learned, "p", NOW - 1.5 * DAY), NOW + 5 * DAY
    with store_scope(learned.pk):
        promise_parcels(store_id=learned.pk, ids=[parcel], now=NOW)
        before = Promise.objects.get()
        promise_parcels(store_id=learned.pk, ids=[parcel], now=later)
        after = Promise.objects.get()
    assert after.earliest >= later > before.latest
    assert (after.first_latest, after.first_made_at, after.made_at) == (before.latest, NOW, later)


def test_what_has_arrived_or_was_called_off_is_promised_nothing(learned: Store) -> None:
    with store_scope(learned.pk):
        arrived = list(Shipment.objects.filter(status="delivered").values_list("pk", "order_id"))
        assert promise_parcels(store_id=learned.pk, ids=[row[0] for row in arrived], now=NOW) == 0
        assert promise_orders(store_id=learned.pk, ids=[row[1] for row in arrived], now=NOW) == 0
        order = ordered(learned, "c")
        Order.objects.filter(pk=order).update(cancelled_at=NOW)
        assert promise_orders(store_id=learned.pk, ids=[order], now=NOW) == 0


def test_a_store_without_history_promises_nothing(store: Store) -> None:
    order = ordered(store, "n")
    with store_scope(store.pk):
        assert learn_due(NOW) == 0
        assert promise_orders(store_id=store.pk, ids=[order], now=NOW) == 0
        learn(store_id=store.pk, now=NOW)
        assert promise_orders(store_id=store.pk, ids=[order], now=NOW) == 0


def test_what_is_downloaded_or_fetched_is_promised_nothing(learned: Store) -> None:
    fulfilment = {"id": "f", "kind": "pickup", "status": "open", "status_at": NOW}
    order = order_in("d", NOW, fulfilments=[fulfilment])
    row = record_orders(store_id=learned.pk, source="shop", orders=[order], now=NOW).ids[0]
    with store_scope(learned.pk):
        assert promise_orders(store_id=learned.pk, ids=[row], now=NOW) == 0


def test_another_stores_history_teaches_nothing(learned: Store) -> None:
    other = make_store("mallory")
    order = ordered(other, "n")
    with store_scope(other.pk):
        assert promise_orders(store_id=other.pk, ids=[order], now=NOW) == 0
    near = ordered(learned, "n")
    with store_scope(other.pk):
        assert promise_orders(store_id=other.pk, ids=[near], now=NOW) == 0


def test_stores_learn_once_a_day(store: Store) -> None:
    delivered_history(store)
    assert learn_due(NOW) == 1
    assert learn_due(NOW + DAY / 2) == 0
    assert learn_due(NOW + 1.1 * DAY) == 1
    with store_scope(store.pk):
        assert {(one.stage, one.deliveries > 200) for one in Learned.objects.all()} == {
            ("order", True), ("hand_over", True),
        }  # fmt: skip


def test_events_make_promises_and_a_scan_makes_them_anew(learned: Store) -> None:
    ordered(learned, "p", at=NOW - 1.5 * DAY)
    parcel = sent(learned, "p", NOW - 1.5 * DAY)
    handle_news(now=NOW)
    with store_scope(learned.pk):
        assert Promise.objects.filter(pk=parcel, made_at=NOW).exists()
        assert OrderPromise.objects.filter(order__external_id="p").exists()
    promise_what_is_due(NOW)
    assert promise_what_is_due(NOW) == 0
    later = NOW + DAY
    seen = ScanIn(at=later, status="in_transit")
    record_scans(
        store_id=learned.pk, source="shop", updates=[TrackingIn(shipment="p", scans=(seen,))], now=later
    )  # fmt: skip
    assert promise_what_is_due(later) == 1
    assert promise_what_is_due(later) == 0
    with store_scope(learned.pk):
        assert Promise.objects.get(pk=parcel).made_at == later


def told(store: Store) -> list[tuple[str, dict[str, str]]]:
    found = fetch_decoded(
        "SELECT type, data FROM events_event WHERE store_id = %s AND type LIKE '%%.promised' ORDER BY tx, seq",
        [store.pk],
    )
    return [(type_name, data) for type_name, data in found]


def test_the_days_are_told_at_first_and_when_the_last_one_has_moved_by_a_day(learned: Store) -> None:
    order = ordered(learned, "p", at=NOW - 1.5 * DAY)
    with store_scope(learned.pk):
        promise_orders(store_id=learned.pk, ids=[order], now=NOW)
    parcel = sent(learned, "p", NOW - 1.5 * DAY)
    for later in (NOW, NOW + DAY / 24, NOW + 5 * DAY):
        with store_scope(learned.pk):
            promise_parcels(store_id=learned.pk, ids=[parcel], now=later)
    (of_order, first, moved) = told(learned)
    assert of_order[0] == "order.promised"
    assert (first[0], first[1]["told_before"]) == ("shipment.promised", "")
    assert (moved[0], moved[1]["told_before"]) == ("shipment.promised", first[1]["latest"])
    with store_scope(learned.pk):
        assert Promise.objects.get(pk=parcel).latest.isoformat() == moved[1]["latest"]


def test_a_last_day_that_wanders_is_told_once_it_has_gone_a_day(learned: Store) -> None:
    order = ordered(learned, "n")
    for day in range(8):
        with store_scope(learned.pk):
            promise_orders(store_id=learned.pk, ids=[order], now=NOW + day * DAY)
    days = [data["latest"] for _, data in told(learned)]
    assert 1 < len(days) < 8
    for one, other in pairwise(days):
        assert datetime.fromisoformat(other) - datetime.fromisoformat(one) >= DAY


def test_many_take_as_many_statements_as_one(learned: Store, django_assert_num_queries) -> None:
    orders = [ordered(learned, f"n{row}") for row in range(3)]
    with store_scope(learned.pk):
        promise_orders(store_id=learned.pk, ids=orders, now=NOW)
        for ids in (orders[:1], orders):
            with django_assert_num_queries(4):  # what was learned, the orders, how they leave, their promises
                promise_orders(store_id=learned.pk, ids=ids, now=NOW)
