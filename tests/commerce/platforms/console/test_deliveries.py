"""The console's pages about messages from shops."""

import pytest

from aftercare.commerce.platforms.actions import work_off
from aftercare.commerce.platforms.models import Connection, Delivery
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from tests.commerce.platforms.shops import connect, deliveries, push, shopify_order
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


@pytest.fixture
def shop(store: Store) -> Connection:
    return connect(store)


@pytest.fixture
def parked(store: Store, shop: Connection) -> Delivery:
    push(shop, "orders/create", shopify_order(currency="EUX"))
    work_off(clock.now())
    (kept,) = deliveries(store)
    return kept


def test_the_list_is_narrowed(olga: Staff, parked: Delivery, shop: Connection) -> None:
    assert "orders/create" in olga.see("deliveries", state="parked")
    assert "orders/create" not in olga.see("deliveries", state="done")
    assert "orders/create" in olga.see("deliveries", q="ORDERS/")
    assert "orders/create" in olga.see("deliveries", connection=shop.public_id)
    assert "orders/create" not in olga.see("deliveries", connection="con_other")


def test_a_message_tells_what_was_wrong_and_what_it_said(olga: Staff, parked: Delivery) -> None:
    words = words_of(olga.see("delivery", parked.public_id))
    assert "no ISO 4217 currency code" in words
    assert "Place: currency" in words
    assert "#1042" in words


def test_it_is_replayed_or_dropped_with_a_reason(olga: Staff, store: Store, parked: Delivery) -> None:
    olga.do("delivery_replay", parked.public_id)
    assert deliveries(store)[0].state == "waiting"
    assert work_off(clock.now()) == 1
    olga.do("delivery_drop", parked.public_id, expect=422, reason="")
    olga.do("delivery_drop", parked.public_id, reason="A test order")
    assert deliveries(store)[0].state == "dropped"
    assert "A test order" in olga.see("delivery", parked.public_id)


@pytest.mark.parametrize("body", [b"1" + b"0" * 400, b"[]", b'"\\u0000"'])
def test_whatever_was_kept_can_be_looked_at(olga: Staff, store: Store, shop: Connection, body: bytes) -> None:
    assert push(shop, "x", body).status_code in {200, 400}
    for kept in deliveries(store):
        assert olga.see("delivery", kept.public_id)


def test_mallory_sees_and_changes_nothing(store: Store, parked: Delivery) -> None:
    mallory = Staff(make_store("mallory"), email="mallory@other.example")
    assert mallory.get("delivery", parked.public_id).status_code == 404
    mallory.do("delivery_drop", parked.public_id, expect=404, reason="mine")
    mallory.do("delivery_replay", parked.public_id, expect=404)
    assert "orders/create" not in mallory.see("deliveries")
    assert deliveries(store)[0].state == "parked"
