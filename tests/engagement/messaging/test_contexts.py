"""What templates see of an order: a gift's recipient gets neither prices nor the buyer's link."""

from datetime import timedelta

import pytest

from aftercare.commerce.orders.links import OrderLink, read_order_link
from aftercare.commerce.orders.models import Order
from aftercare.commerce.promises.models import OrderPromise
from aftercare.engagement.messaging.contexts import contexts_of
from aftercare.engagement.messaging.requests import Recipient
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.content.guides import make_guide
from tests.engagement.messaging import cast
from tests.factories import NOW, line_in, make_order, make_product


@pytest.fixture
def order(store):
    with store_scope(store.pk):
        product = make_product(store)
        make_guide(store, product_ids=(product.pk,))
        make_guide(store, locale="de", title="Der erste Tag", product_ids=(product.pk,))
        return make_order(store, lines=[line_in(product="jug")])


def context_for(order, *, locale: str = "en", is_gift_recipient: bool = False) -> dict:
    person = Recipient(order.customer_id, "a@example.com", "Sam", locale, "UTC", is_gift_recipient=is_gift_recipient)
    request = cast.request_for(order, NOW, message_type="thank_you")
    return contexts_of([request], [person])[0]


@pytest.mark.parametrize("is_gift_recipient", [False, True])
def test_everybody_gets_their_own_link(order, is_gift_recipient):
    url = context_for(order, is_gift_recipient=is_gift_recipient)["order"]["url"]

    opened = read_order_link(store_id=order.store_id, token=url.rstrip("/").rpartition("/")[2])
    assert opened == OrderLink(order.public_id, for_recipient=is_gift_recipient)


def test_a_recipient_sees_no_amount(order):
    shown = context_for(order, is_gift_recipient=True)["order"]

    assert not shown.keys() & {"total", "subtotal", "shipping", "discount", "tax", "refunded", "po_number"}
    assert "total" not in shown["lines"][0]


@pytest.mark.parametrize(("locale", "title"), [("de", "Der erste Tag"), ("fr", "The jug on its first day")])
def test_each_guide_comes_once_in_the_language_that_suits_best(order, locale, title):
    assert [guide["title"] for guide in context_for(order, locale=locale)["guides"]] == [title]


def test_days_of_arrival_are_those_promised_and_else_the_shops_own(store, order):
    shop_says = context_for(order)["order"]
    with store_scope(store.pk):
        Order.objects.filter(pk=order.pk).update(promised_by=NOW)
        only_shop = context_for(order)["order"]
        days = {
            "earliest": NOW + timedelta(days=1),
            "likely": NOW + timedelta(days=2),
            "latest": NOW + timedelta(days=3),
        }
        OrderPromise.objects.create(
            store=store, order=order, made_at=NOW, first_made_at=NOW, basis="lane", lane="DE", coverage=0.8, **days,
            **{f"first_{name}": at for name, at in days.items()},
        )  # fmt: skip
    ours = context_for(order)["order"]

    assert (shop_says["arrives_from"], shop_says["arrives_by"]) == (None, shop_says["promised_by"])
    assert only_shop["arrives_by"] == NOW.isoformat()
    assert (ours["arrives_from"], ours["arrives_by"]) == (days["earliest"].isoformat(), days["latest"].isoformat())
