import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.commerce.health.actions import judge_due
from aftercare.commerce.orders.models import Order
from aftercare.foundation.stores.models import Store
from tests.commerce.health.faring import handle_news
from tests.commerce.shipments.parcels import announce, hours, parcel, place_order, report, scan, shipment, tracking
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.django_db


def order_with(store: Store, *, parcels: int) -> Order:
    order = place_order(store)
    announced = [shipment(f"p{index}", scans=(scan(4, "in_transit"),)) for index in range(parcels)]
    announce(store, *announced, now=hours(5))
    handle_news(now=hours(5))
    return order


def test_the_order_says_what_is_not_well_and_why(store: Store) -> None:
    order = order_with(store, parcels=1)
    olga = Staff(store)
    assert "How the parcels fare" not in olga.see("order", order.public_id)
    judge_due(hours(65))
    words = words_of(olga.see("order", order.public_id))
    assert "Stalled PPp0DE".upper() in words.upper()
    assert "Silent for longer than usual" in words
    assert "On time → Stalled: Silent for longer than usual" in words


@pytest.mark.parametrize("parcels", [1, 3])
def test_more_parcels_cost_no_more_queries(store: Store, parcels: int) -> None:
    order = order_with(store, parcels=parcels)
    judge_due(hours(65))
    olga = Staff(store)
    olga.see("order", order.public_id)
    with CaptureQueriesContext(connection) as captured:
        olga.see("order", order.public_id)
    assert len([query for query in captured if "health_health" in query["sql"]]) == 1


def test_the_list_of_parcels_says_how_each_fares_and_is_narrowed_by_it(store: Store) -> None:
    order_with(store, parcels=1)
    olga = Staff(store)
    assert "On its way On time" in words_of(olga.see("shipments"))
    assert "PPP0DE" not in olga.see("shipments", fares="troubled")
    judge_due(hours(65))
    assert "On its way Stalled" in words_of(olga.see("shipments", fares="troubled"))
    assert "PPP0DE" in olga.see("shipments", fares="stalled")
    assert "PPP0DE" not in olga.see("shipments", fares="late")
    assert "How it fares Stalled Silent for longer than usual" in words_of(
        olga.see("shipment", parcel(store, "p0").public_id)
    )


def test_of_what_has_arrived_its_status_says_enough(store: Store) -> None:
    order_with(store, parcels=1)
    report(store, tracking("p0", scan(30, "delivered")), now=hours(31))
    handle_news(now=hours(31))
    assert "Arrived" not in words_of(Staff(store).see("shipments"))


@pytest.mark.parametrize("parcels", [1, 3])
def test_a_longer_list_costs_no_more_queries(store: Store, parcels: int) -> None:
    order_with(store, parcels=parcels)
    olga = Staff(store)
    olga.see("shipments", fares="stalled")
    with CaptureQueriesContext(connection) as captured:
        olga.see("shipments")
    assert len([query for query in captured if "health_health" in query["sql"]]) == 1
