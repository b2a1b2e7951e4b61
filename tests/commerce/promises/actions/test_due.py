"""The queue of what is to be promised anew."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.promises.actions import learn, note_heard, promise_parcels
from aftercare.commerce.promises.actions.due import BATCH
from aftercare.commerce.promises.loops import promise_what_is_due
from aftercare.commerce.promises.models import Due, OrderPromise, Promise
from aftercare.commerce.shipments.actions import record_scans, record_shipments
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.promises.deliveries import DAY, delivered_history, order_in, parcel_in
from tests.factories import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def parcel(store: Store) -> int:
    """Under way in a store that has learned, and promised; nothing else is due."""
    delivered_history(store)
    placed = NOW - 1.5 * DAY
    record_orders(store_id=store.pk, source="shop", orders=[order_in("p", placed)], now=NOW)
    sent = [parcel_in("p", placed, arrives_after=None)]
    [row] = [row for row in record_shipments(store_id=store.pk, source="shop", shipments=sent, now=NOW).ids if row]
    with store_scope(store.pk):
        learn(store_id=store.pk, now=NOW)
    while promise_what_is_due(NOW):
        pass
    return row


def scanned(store: Store, *, at: datetime, status: str = "in_transit") -> None:
    updates = [TrackingIn(shipment="p", scans=(ScanIn(at=at, status=status),))]
    record_scans(store_id=store.pk, source="shop", updates=updates, now=NOW + HOUR)


def made_at(store: Store, parcel: int) -> datetime:
    with store_scope(store.pk):
        return Promise.objects.get(pk=parcel).made_at


def test_what_is_open_when_a_store_learns_is_promised(store: Store, parcel: int) -> None:
    record_orders(store_id=store.pk, source="shop", orders=[order_in("o", NOW)], now=NOW)
    later = NOW + DAY
    with store_scope(store.pk):
        learn(store_id=store.pk, now=later)
    promise_what_is_due(later)
    assert made_at(store, parcel) == later
    with store_scope(store.pk):
        assert OrderPromise.objects.get(order__external_id="o").made_at == later


def test_a_scan_that_is_heard_of_late_makes_a_promise_anew_too(store: Store, parcel: int) -> None:
    scanned(store, at=NOW - 3 * HOUR)
    promise_what_is_due(NOW + HOUR)
    assert made_at(store, parcel) == NOW + HOUR


def test_what_was_promised_since_is_not_promised_again(store: Store, parcel: int) -> None:
    scanned(store, at=NOW + HOUR / 2)
    with store_scope(store.pk):
        promise_parcels(store_id=store.pk, ids=[parcel], now=NOW + 2 * HOUR)
    assert promise_what_is_due(NOW + 3 * HOUR) == 1
    assert made_at(store, parcel) == NOW + 2 * HOUR


def test_many_scans_of_a_parcel_are_one_promise(store: Store, parcel: int) -> None:
    for minutes in (10, 20, 30):
        scanned(store, at=NOW + timedelta(minutes=minutes))
    with store_scope(store.pk):
        assert Due.objects.count() == 3
    assert promise_what_is_due(NOW + HOUR) == 1
    assert promise_what_is_due(NOW + HOUR) == 0


def test_notes_of_a_batch_that_fails_are_kept(store: Store, parcel: int) -> None:
    scanned(store, at=NOW + HOUR / 2)

    def fail() -> None:
        with transaction.atomic():
            promise_what_is_due(NOW + HOUR)
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fail()
    assert promise_what_is_due(NOW + HOUR) == 1


def test_a_store_that_has_learned_nothing_notes_nothing(store: Store) -> None:
    record_orders(store_id=store.pk, source="shop", orders=[order_in("p", NOW)], now=NOW)
    sent = [parcel_in("p", NOW, arrives_after=None)]
    [row] = [row for row in record_shipments(store_id=store.pk, source="shop", shipments=sent, now=NOW).ids if row]
    note_heard(heard={row}, changed=(), now=NOW)
    assert promise_what_is_due(NOW) == 0


def test_what_is_due_is_found_by_its_key(store: Store, parcel: int) -> None:
    """However many there are: the plan reads as many entries of the index as it takes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO promises_due (store_id, kind, row_id, noted_at)"
            " SELECT %s, 'parcel', n, %s FROM generate_series(1, 100000) AS n",
            [store.pk, NOW],
        )
        cursor.execute("ANALYZE promises_due")
        cursor.execute(f"EXPLAIN SELECT id FROM promises_due ORDER BY id LIMIT {BATCH} FOR UPDATE SKIP LOCKED")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using promises_due_pkey" in plan
    assert "Sort" not in plan
