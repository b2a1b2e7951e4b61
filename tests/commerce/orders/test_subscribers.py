"""What orders do when customers and products change."""

from aftercare.commerce.customers.actions import merge_customers, unmerge
from aftercare.commerce.orders.models import Line, Order
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.events.reader import load
from aftercare.foundation.events.subscriptions import subscriber
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW, line_in, make_customer, make_order, make_product, make_store


def handle(name: str, *types: str) -> None:
    """Let a subscriber read what was recorded for it."""
    reader = subscriber(name)
    assert reader
    events = [load(row.pk) for row in EventRow.objects.filter(type__in=types).order_by("seq")]
    reader.handle([event for event in events if event], now=NOW)


def test_lines_are_tied_to_products_that_arrive_later(shop: Store) -> None:
    make_order(
        shop, lines=[line_in(product="jug", variant="jug-1", sku=""), line_in(id="2"), line_in(id="3", sku="other")]
    )
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        make_order(mallory)
    product = make_product(shop)
    handle("orders.link_lines_to_products", "product.changed")
    first, second, third = Line.objects.order_by("id")
    assert (first.product, second.product, third.product) == (product, product, None)
    assert first.variant_id == second.variant_id is not None
    with store_scope(mallory.pk):
        assert Line.objects.get().product is None


def test_orders_taken_in_during_a_merge_go_back_to_whose_they_are(shop: Store) -> None:
    survivor = make_customer(shop, email="sam@example.com")
    absorbed = make_customer(shop, email="Old@example.com")
    merge = merge_customers(survivor=survivor, absorbed=absorbed, by="olga", now=NOW)
    make_order(shop, id="theirs", email="old@example.com")
    make_order(shop, id="own", email="sam@example.com")
    unmerge(merge=merge, by="olga", now=NOW)
    handle("orders.give_back_orders_of_the_separated", "customer.unmerged")
    owners = dict(Order.objects.values_list("external_id", "customer_id"))
    assert owners == {"theirs": absorbed.pk, "own": survivor.pk}
