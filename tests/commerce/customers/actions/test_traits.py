"""Traits that capabilities publish about customers."""

from aftercare.commerce.customers.actions import merge_customers, publish_traits
from aftercare.commerce.customers.models import Customer
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.happened import happened
from tests.factories import NOW, make_customer, make_store


def publish(store: Store, *rows: tuple[int, dict[str, object]]) -> int:
    return publish_traits(store_id=store.pk, rows=rows, by="insight", now=NOW)


def test_traits_are_added_replaced_and_withdrawn(shop: Store) -> None:
    customer = make_customer(shop, traits={"size": "M", "vip": True})
    assert publish(shop, (customer.pk, {"size": "L", "vip": None, "orders": 3})) == 1
    customer.refresh_from_db()
    assert customer.traits == {"size": "L", "orders": 3}
    assert happened("customer.updated") == [
        ("customer.updated", {"changed": ["traits.size", "traits.vip", "traits.orders"]})
    ]


def test_what_is_known_already_changes_nothing(shop: Store) -> None:
    customer = make_customer(shop, traits={"size": "M"})
    assert publish(shop, (customer.pk, {"size": "M", "vip": None})) == 0
    assert happened("customer.updated") == []


def test_traits_of_the_merged_are_the_survivors(shop: Store) -> None:
    survivor, absorbed = make_customer(shop, email="a@example.com"), make_customer(shop, email="b@example.com")
    merge_customers(survivor=survivor, absorbed=absorbed, by="olga", now=NOW)
    assert publish(shop, (absorbed.pk, {"a": 1}), (survivor.pk, {"b": 2}), (absorbed.pk, {"a": 3})) == 1
    survivor.refresh_from_db()
    absorbed.refresh_from_db()
    assert (survivor.traits, absorbed.traits) == ({"a": 3, "b": 2}, {})


def test_another_stores_customer_is_not_touched(shop: Store) -> None:
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        theirs = make_customer(mallory)
    assert publish(shop, (theirs.pk, {"size": "L"})) == 0
    with store_scope(mallory.pk):
        assert Customer.objects.get().traits == {}
