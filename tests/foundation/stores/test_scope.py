"""The tenant guard: outside a scope nothing is asked, inside one only its store answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db.models import Count

from aftercare.commerce.customers.models import Customer, Identity
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import NoStoreActive, across_stores, active_store_id, store_scope
from tests.factories import make_store

pytestmark = pytest.mark.django_db

WAYS: dict[str, Callable[[], Any]] = {
    "list": lambda: list(Customer.objects.all()),
    "iterator": lambda: list(Customer.objects.iterator()),
    "get": lambda: Customer.objects.get(pk=1),
    "first": lambda: Customer.objects.all().first(),
    "count": lambda: Customer.objects.all().count(),
    "exists": lambda: Customer.objects.filter(name="x").exists(),
    "aggregate": lambda: Customer.objects.aggregate(n=Count("id")),
    "values": lambda: list(Customer.objects.values_list("id")),
    "in_bulk": lambda: Customer.objects.in_bulk([1]),
    "update": lambda: Customer.objects.update(name="x"),
    "delete": lambda: Customer.objects.filter(name="x").delete(),
    "create": lambda: Customer.objects.create(name="x"),
    "bulk_create": lambda: Customer.objects.bulk_create([Customer(name="x")]),
    "get_or_create": lambda: Customer.objects.get_or_create(name="x"),
    "custom query set": lambda: list(Customer.objects.present()),
    "raw": lambda: list(Customer.objects.all().raw("SELECT 1")),
    "contains": lambda: Customer(pk=1) in Customer.objects.all(),
    "explain": lambda: Customer.objects.all().explain(),
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way)
def test_outside_a_scope_nothing_reaches_the_database(way: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0), pytest.raises(NoStoreActive):
        WAYS[way]()


@pytest.fixture
def two_stores(now: datetime) -> tuple[Store, Store]:
    ours, theirs = make_store(), make_store("mallory")
    for store in (ours, theirs):
        with store_scope(store.pk):
            customer = Customer.objects.create(store=store, name=store.name, created_at=now)
            Identity.objects.create(store=store, customer=customer, kind="email", value="sam@example.com", added_at=now)
    return ours, theirs


def test_inside_a_scope_only_its_store_answers(two_stores: tuple[Store, Store]) -> None:
    ours, theirs = two_stores
    with store_scope(ours.pk):
        assert [customer.store_id for customer in Customer.objects.all()] == [ours.pk]
        assert not Customer.objects.filter(store=theirs).exists()
        assert Customer.objects.update(name="ours") == 1
    with across_stores("a test looks at both"):
        assert Customer.objects.count() == 2
        assert Customer.objects.filter(name="ours").count() == 1


def test_a_query_built_in_one_scope_is_not_run_in_another(two_stores: tuple[Store, Store]) -> None:
    ours, theirs = two_stores
    with store_scope(ours.pk):
        found = Customer.objects.all()
    with store_scope(theirs.pk), pytest.raises(NoStoreActive):
        list(found)


def test_saving_a_row_of_another_store_fails(two_stores: tuple[Store, Store]) -> None:
    _, theirs = two_stores
    with store_scope(theirs.pk):
        row = Customer.objects.get()
    row.name = "taken over"
    with pytest.raises(NoStoreActive):
        row.save()


def test_scopes_nest_and_close(two_stores: tuple[Store, Store]) -> None:
    ours, theirs = two_stores
    with store_scope(ours.pk):
        with store_scope(theirs.pk):
            assert active_store_id() == theirs.pk
        assert active_store_id() == ours.pk
    with pytest.raises(NoStoreActive):
        active_store_id()
