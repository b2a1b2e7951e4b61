"""An order as its page shows it."""

import pytest

from aftercare.commerce.orders.policy.arrivals import Stage
from aftercare.commerce.orders.policy.outlook import Headline
from aftercare.commerce.orders.showing import order_for_page
from aftercare.foundation.kit.errors import NotFound
from tests.factories import NOW, line_in, make_order

THREE = [line_in(id=str(number), quantity=2) for number in (1, 2, 3)]


def show(shop, order, *, for_recipient=False):
    return order_for_page(store=shop, public_id=order.public_id, for_recipient=for_recipient, now=NOW)


def test_items_stand_with_what_carries_them_and_the_rest_waits(shop):
    order = make_order(
        shop, lines=THREE, total="214.30",
        fulfilments=[
            {"id": "a", "status": "packed", "lines": [{"line": "1", "quantity": 2}, {"line": "2", "quantity": 1}]},
            {"id": "b", "status": "cancelled", "lines": [{"line": "3", "quantity": 2}]},
        ],
    )  # fmt: skip

    shown = show(shop, order)

    first, second = sorted(shown.items)
    assert [(item.line.external_id, item.quantity) for item in shown.items[first]] == [("1", 2), ("2", 1)]
    assert [item.line.external_id for item in shown.items[second]] == ["3"]
    assert [(item.line.external_id, item.quantity) for item in shown.waiting] == [("2", 1), ("3", 2)]
    assert [arrival.stage for arrival in shown.arrivals] == [Stage.PACKED, Stage.CANCELLED, Stage.ORDERED]


def test_what_was_cancelled_does_not_wait(shop):
    order = make_order(shop, lines=[line_in(quantity=2, cancelled_quantity=2)], total="4.90")

    assert show(shop, order).waiting == []


def test_the_zone_is_the_customers_and_else_the_stores(shop):
    order = make_order(shop, customer={"email": "sam@example.com", "time_zone": "America/New_York"})
    strange = make_order(shop, id="2", customer={"email": "kim@example.com", "time_zone": "Mars/Olympus"})

    assert str(show(shop, order).zone) == "America/New_York"
    assert str(show(shop, strange).zone) == "Europe/Berlin"


def test_an_unknown_order_is_not_found(shop):
    with pytest.raises(NotFound):
        order_for_page(store=shop, public_id="ord_0", for_recipient=False, now=NOW)


def test_a_cancelled_order_is_another_answer_to_a_gifts_recipient(shop):
    order = make_order(shop, cancelled_at="2026-11-20T10:00:00+00:00")

    assert show(shop, order).outlook.headline is Headline.CANCELLED
    assert show(shop, order, for_recipient=True).outlook.headline is Headline.NOT_SENT
