"""What shoppers read of a promise on the page of their order, and programs by the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from pytest_django import DjangoAssertNumQueries

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.policy.outlook import Headline
from aftercare.commerce.orders.showing import ShownOrder, order_for_page
from aftercare.commerce.promises.actions import learn
from aftercare.commerce.promises.models import Promise
from aftercare.commerce.promises.policy import WIDEST_TOLD
from aftercare.commerce.shipments.actions import record_scans, record_shipments
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import caller_for
from tests.commerce.promises.deliveries import DAY, delivered_history, handle_news, order_in, parcel_in
from tests.factories import NOW, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def promised(store: Store) -> Store:
    """A store with a history, an order just placed ("n") and one on its way ("p")."""
    delivered_history(store)
    with store_scope(store.pk):
        learn(store_id=store.pk, now=NOW)
    orders = [order_in("n", NOW, promised_by=NOW + 30 * DAY), order_in("p", NOW - 1.5 * DAY)]
    record_orders(store_id=store.pk, source="shop", orders=orders, now=NOW)
    parcel = parcel_in("p", NOW - 1.5 * DAY, arrives_after=None)
    record_shipments(store_id=store.pk, source="shop", shipments=[parcel], now=NOW)
    handle_news(now=NOW)
    return store


def shown(store: Store, number: str) -> ShownOrder:
    assert get_resolver().url_patterns, "with the addresses come the edges, which tell what they know"
    with store_scope(store.pk):
        order = Order.objects.get(external_id=number)
        return order_for_page(store=store, public_id=order.public_id, for_recipient=False, now=NOW)


def test_an_order_without_a_parcel_arrives_between_two_days(promised: Store) -> None:
    outlook = shown(promised, "n").outlook
    assert outlook.headline == Headline.ARRIVES_BETWEEN
    assert outlook.first is not None
    assert outlook.last is not None
    assert NOW.date() < outlook.first < outlook.last < (NOW + 8 * DAY).date()


def test_a_parcel_on_its_way_is_told_its_own_days(promised: Store) -> None:
    outlook = shown(promised, "p").outlook
    assert outlook.last is not None
    assert outlook.last < (NOW + 5 * DAY).date()


def test_a_range_of_months_is_not_told(promised: Store) -> None:
    with store_scope(promised.pk):
        Promise.objects.update(latest=NOW + WIDEST_TOLD + 5 * DAY)
    assert shown(promised, "p").outlook.headline == Headline.ON_ITS_WAY


def test_the_days_a_carrier_names_narrow_ours(promised: Store) -> None:
    (before,) = shown(promised, "p").arrivals
    assert before.earliest is not None
    assert before.latest is not None
    theirs = before.earliest + (before.latest - before.earliest) / 2
    seen = ScanIn(at=NOW, status="in_transit")
    update = TrackingIn(shipment="p", scans=(seen,), expected_by=theirs)
    record_scans(store_id=promised.pk, source="shop", updates=[update], now=NOW)
    (after,) = shown(promised, "p").arrivals
    assert (after.earliest, after.latest) == (before.earliest, theirs)


def test_where_nothing_was_learned_the_shops_word_stands(store: Store) -> None:
    order = order_in("n", NOW, promised_by=NOW + 5 * DAY)
    record_orders(store_id=store.pk, source="shop", orders=[order], now=NOW)
    assert shown(store, "n").outlook.headline == Headline.ARRIVES_BY


def test_programs_are_told_the_range_and_what_was_said_at_first(promised: Store) -> None:
    program = caller_for(promised)
    with store_scope(promised.pk):
        order, parcel = Order.objects.get(external_id="n"), Shipment.objects.get(external_id="p")
    for path in (f"/orders/{order.public_id}/promise", f"/shipments/{parcel.public_id}/promise"):
        told = program.get(path).body["promise"]
        assert told["earliest"] < told["likely"] < told["latest"]
        assert (told["coverage"], told["basis"], told["first_latest"]) == (0.8, "lane", told["latest"])


def test_orders_and_parcels_carry_their_promise(promised: Store) -> None:
    program = caller_for(promised)
    with store_scope(promised.pk):
        order, parcel = Order.objects.get(external_id="n"), Shipment.objects.get(external_id="p")
    for path in (f"/orders/{order.public_id}", f"/shipments/{parcel.public_id}"):
        assert program.get(path).body["promise"] == program.get(f"{path}/promise").body["promise"]
    for path, known in (("/orders", "n"), ("/shipments", "p")):
        listed = {row["external_id"]: row["promise"] for row in program.get(f"{path}?limit=200").body["items"]}
        assert listed.pop(known)["coverage"] == 0.8
        assert None in listed.values()


@pytest.mark.parametrize("path", ["/orders", "/shipments"])
def test_lists_take_as_many_statements_for_many_as_for_one(
    promised: Store, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    program = caller_for(promised)
    program.get(f"{path}?limit=1")
    with CaptureQueriesContext(connection) as one:
        program.get(f"{path}?limit=1")
    with django_assert_num_queries(len(one)):
        assert len(program.get(f"{path}?limit=50").body["items"]) == 50


def test_programs_are_told_where_nothing_is_promised(promised: Store) -> None:
    with store_scope(promised.pk):
        arrived = Order.objects.get(external_id="h0")
    assert caller_for(promised).get(f"/orders/{arrived.public_id}/promise").body == {"promise": None}


def test_nobody_else_is_told(promised: Store) -> None:
    with store_scope(promised.pk):
        path = f"/orders/{Order.objects.get(external_id='n').public_id}/promise"
    assert caller_for(make_store("mallory")).get(path).status == 404
    assert caller_for(promised, Permission.CATALOG_READ).get(path).status == 403
