import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.commerce.health.actions import judge_due
from aftercare.commerce.orders.models import Order
from aftercare.foundation.stores.models import Store
from tests.commerce.health.faring import handle_news
from tests.commerce.shipments.parcels import announce, hours, place_order, scan, shipment
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
