"""What shops sent becomes orders, customers and parcels; what does not waits for a person and stops nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, OperationalError

from aftercare.commerce.catalog.models import Product
from aftercare.commerce.customers.models import Customer
from aftercare.commerce.orders.models import Order
from aftercare.commerce.platforms.actions import (
    drop_delivery,
    forget_old_bodies,
    replay_deliveries,
    settle_privacy_request,
    work_off,
)
from aftercare.commerce.platforms.errors import AlreadyWorkedOff
from aftercare.commerce.platforms.importable import kinds
from aftercare.commerce.platforms.importable.orders import Orders
from aftercare.commerce.platforms.models import Connection, Delivery, PrivacyRequest
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.platforms.shops import connect, deliveries, push, shopify_fulfilment, shopify_order
from tests.factories import make_store

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def connection(store: Store) -> Connection:
    return connect(store)


def send(connection: Connection, *messages: tuple[str, dict[str, Any]]) -> None:
    for number, (topic, payload) in enumerate(messages):
        assert push(connection, topic, payload, message_id=f"{topic} {number}").status_code == 200


def states(store: Store) -> list[str]:
    return [kept.state for kept in deliveries(store)]


def test_an_order_with_its_parcel_comes_in(store: Store, connection: Connection) -> None:
    send(connection, ("orders/create", shopify_order(fulfillments=[shopify_fulfilment()])))
    assert work_off(clock.now()) == 1
    assert work_off(clock.now()) == 0
    with store_scope(store.pk):
        order = Order.objects.get()
        parcel = Shipment.objects.get()
    assert (order.number, order.total, order.source, order.progress) == ("#1042", 5480, "shopify", "on_its_way")
    assert (parcel.order_id, parcel.tracking_number, parcel.carrier) == (order.pk, "00340434161094042557", "dhl")
    (kept,) = deliveries(store)
    assert (kept.state, kept.outcome) == ("done", "orders: created shipments: created")
    with store_scope(store.pk):
        told = Connection.objects.get()
    assert (told.worked_off, told.last_received_at) == (1, kept.received_at)


def test_every_kind_comes_in(store: Store, connection: Connection) -> None:
    send(
        connection,
        ("products/create", {"id": 881, "title": "Water filter", "variants": [{"id": 8811, "price": "24.95"}]}),
        ("customers/create", {"id": 71, "email": "sam@example.org", "first_name": "Sam"}),
        ("orders/create", shopify_order()),
        ("fulfillments/create", shopify_fulfilment()),
        ("fulfillment_events/create",
         {"fulfillment_id": 900, "status": "in_transit", "happened_at": "2026-11-21T08:00:00+01:00"}),
        ("carts/create", {"id": "c"}),
    )  # fmt: skip
    assert work_off(clock.now()) == 6
    assert states(store) == ["done"] * 5 + ["ignored"]
    with store_scope(store.pk):
        assert (Product.objects.count(), Customer.objects.count(), Order.objects.count()) == (1, 1, 1)
        assert Shipment.objects.get().status == "in_transit"


def test_one_bad_message_never_stops_the_others(store: Store, connection: Connection) -> None:
    send(
        connection,
        ("orders/create", shopify_order(id=1, name="#1")),
        ("orders/create", shopify_order(id=2, name="#2", currency="EUX")),
        ("orders/create", shopify_order(id=3, name="#3", line_items="none")),
        ("orders/create", shopify_order(id=4, name="#4", total_price="12.345")),
        ("orders/create", shopify_order(id=5, name="#5")),
    )
    work_off(clock.now())
    assert states(store) == ["done", "parked", "parked", "parked", "done"]
    _, unknown, shapeless, uneven, _ = deliveries(store)
    assert (unknown.field, unknown.code) == ("currency", "untranslatable")
    assert (shapeless.field, shapeless.problem) == ("line_items", "'line_items' is no list.")
    assert (uneven.field, uneven.remedy) == ("total", "Round it to the decimals EUR has.")


def test_a_parcel_waits_for_its_order(store: Store, connection: Connection) -> None:
    send(connection, ("fulfillments/create", shopify_fulfilment()))
    work_off(clock.now())
    (kept,) = deliveries(store)
    assert (kept.state, kept.code, kept.attempts) == ("waiting", "unknown_order", 1)
    assert kept.due_at == clock.now() + timedelta(seconds=30)
    send(connection, ("orders/create", shopify_order()))
    assert work_off(clock.now()) == 1
    assert work_off(clock.now() + timedelta(seconds=31)) == 1
    assert states(store) == ["done", "done"]


def test_a_parcel_whose_order_never_comes_needs_a_person(store: Store, connection: Connection) -> None:
    send(connection, ("fulfillments/create", shopify_fulfilment()))
    now = clock.now()
    for _ in range(7):
        assert work_off(now) == 1
        now += timedelta(days=1)
    assert work_off(now) == 0
    assert states(store) == ["parked"]


def test_an_older_version_changes_nothing(store: Store, connection: Connection) -> None:
    send(
        connection,
        ("orders/updated", shopify_order(updated_at="2026-11-21T10:00:00Z", note="the newer one")),
        ("orders/create", shopify_order()),
    )
    work_off(clock.now())
    with store_scope(store.pk):
        assert Order.objects.get().note == "the newer one"


class FailingOrders(Orders):
    """Orders of which the database, or we, cannot take one."""

    failure: Exception

    def record(self, *, store_id: int, source: str, things: Any, now: Any) -> Any:
        if any(order.number == "#2" for order in things):
            raise self.failure
        return super().record(store_id=store_id, source=source, things=things, now=now)


@pytest.mark.parametrize(
    ("failure", "end"),
    [
        (DataError("value too long"), ("parked", "database_refuses", 1)),
        (OperationalError("out of memory"), ("waiting", "database_refuses", 1)),
        (KeyError("surprise"), ("parked", "unexpected", 1)),
    ],
)
def test_what_fails_is_found_by_halving(
    store: Store, connection: Connection, monkeypatch: pytest.MonkeyPatch, failure: Exception, end: tuple[str, str, int]
) -> None:
    failing = FailingOrders()
    failing.failure = failure
    monkeypatch.setitem(kinds._kinds, "orders", failing)
    send(connection, *(("orders/create", shopify_order(id=n, name=f"#{n}")) for n in range(1, 6)))
    assert work_off(clock.now()) == 5
    assert states(store) == ["done", end[0], "done", "done", "done"]
    second = deliveries(store)[1]
    assert (second.state, second.code, second.attempts) == end
    with store_scope(store.pk):
        assert Order.objects.count() == 4


def test_two_stores_are_worked_off_apart(store: Store, connection: Connection) -> None:
    other = make_store("mallory")
    send(connect(other), ("orders/create", shopify_order()))
    send(connection, ("orders/create", shopify_order()))
    assert work_off(clock.now()) == 2
    for one in (store, other):
        with store_scope(one.pk):
            assert Order.objects.get().store_id == one.pk


def test_privacy_requests_are_kept_with_their_date(store: Store, connection: Connection) -> None:
    person = {"id": 71, "email": "sam@example.org"}
    send(
        connection,
        ("customers/data_request", {"customer": person, "orders_requested": [5001]}),
        ("customers/redact", {"customer": person, "orders_to_redact": [5001, 5002]}),
        ("app/uninstalled", {"id": 1}),
        ("shop/redact", {"shop_domain": "juniper-oak.myshopify.com"}),
    )
    work_off(clock.now())
    assert states(store) == ["done"] * 4
    with store_scope(store.pk):
        asked = list(PrivacyRequest.objects.order_by("pk"))
        assert [(one.kind, one.customer_key, one.orders) for one in asked] == [
            ("data_request", "71", ["5001"]),
            ("redact_customer", "71", ["5001", "5002"]),
            ("redact_shop", "", []),
        ]
        assert asked[0].due_at == clock.now() + timedelta(days=30)
        assert Connection.objects.get().state == "left"
        settle_privacy_request(request=asked[1], note="Erased by hand.", by="olga", now=clock.now())
        with pytest.raises(AlreadyWorkedOff):
            settle_privacy_request(request=asked[1], note="Again.", by="olga", now=clock.now())
        assert bytes(Delivery.objects.get(pk=asked[1].delivery_id).body) == b""


def test_staff_replay_and_drop(store: Store, connection: Connection) -> None:
    send(connection, ("orders/create", shopify_order(currency="EUX")), ("orders/create", shopify_order()))
    work_off(clock.now())
    bad, good = deliveries(store)
    with store_scope(store.pk):
        assert replay_deliveries(deliveries=[bad, good], now=clock.now()) == 1
        assert work_off(clock.now()) == 1
        with pytest.raises(Invalid):
            drop_delivery(delivery=bad, reason=" ", by="olga", now=clock.now())
        drop_delivery(delivery=bad, reason="A test order", by="olga", now=clock.now())
        with pytest.raises(AlreadyWorkedOff):
            drop_delivery(delivery=good, reason="Too late", by="olga", now=clock.now())
    assert deliveries(store)[0].outcome == "A test order (olga)"
    assert states(store) == ["dropped", "done"]
    with store_scope(store.pk):
        assert Connection.objects.get().worked_off == 2


def test_what_names_a_person_is_forgotten_at_once_and_the_rest_after_a_month(
    store: Store, connection: Connection
) -> None:
    send(
        connection,
        ("orders/create", shopify_order(id=1, name="#1")),
        ("orders/create", shopify_order(id=2, name="#2", email="kim@example.org", customer={"id": 72})),
        ("orders/create", shopify_order(id=3, name="#3", currency="EUX")),
    )
    work_off(clock.now())
    send(connection, ("customers/redact", {"customer": {"id": 71, "email": "sam@example.org"}}))
    work_off(clock.now())
    assert [bool(kept.body) for kept in deliveries(store)] == [False, True, True, True]
    assert forget_old_bodies(now=clock.now() + timedelta(days=29)) == 0
    assert forget_old_bodies(now=clock.now() + timedelta(days=31)) == 2
    assert [bool(kept.body) for kept in deliveries(store)] == [False, False, True, False]
    with store_scope(store.pk):
        assert replay_deliveries(deliveries=deliveries(store)[:1], now=clock.now()) == 0
