"""Finding customers."""

import pytest
from pytest_django import DjangoAssertNumQueries

from aftercare.commerce.customers.actions import merge_customers
from aftercare.commerce.customers.queries import (
    CustomerFilters,
    customer_by_email,
    customer_by_public_id,
    customers_for_list,
    email_addresses_of,
    identities_of,
)
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW, make_customer, make_store


def test_lists_search_narrow_page_and_leave_out_the_merged(
    shop: Store, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [
        make_customer(shop, email=f"u{day}@example.com", name=f"Zoë {day}", created_at=f"2026-01-0{day}T00:00:00Z")
        for day in range(1, 6)
    ]
    make_customer(shop, email="jw@example.com", name="Jürgen Weiß", country="AT")
    merge_customers(survivor=people[0], absorbed=people[1], by="olga", now=NOW)
    with django_assert_num_queries(1):
        first = customers_for_list(filters=CustomerFilters(words="ZOE"), limit=3)
    rest = customers_for_list(filters=CustomerFilters(words="ZOE"), after=first.following, limit=3)
    assert [customer.name for customer in [*first.rows, *rest.rows]] == ["Zoë 5", "Zoë 4", "Zoë 3", "Zoë 1"]
    found = customers_for_list(filters=CustomerFilters(words="weiss jürgen", country="at"))
    assert [customer.name for customer in found.rows] == ["Jürgen Weiß"]
    assert customers_for_list(filters=CustomerFilters(words="100%")).rows == []


def test_customers_are_found_by_id_and_address_in_their_own_store_only(shop: Store) -> None:
    sam = make_customer(shop, email="Sam@Example.com")
    assert customer_by_public_id(public_id=sam.public_id) == sam
    assert customer_by_email(email=" sam@example.COM") == sam
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        assert customer_by_email(email="sam@example.com") is None
        with pytest.raises(NotFound):
            customer_by_public_id(public_id=sam.public_id)


def test_every_way_to_recognise_somebody(shop: Store) -> None:
    sam = make_customer(shop, id="7", email="sam@example.com", phone="030 123456")
    make_customer(shop, id="7", email="second@example.com")
    assert [(identity.kind, identity.value) for identity in identities_of(customer=sam)] == [
        ("account", "7"),
        ("email", "sam@example.com"),
        ("email", "second@example.com"),
        ("phone", "+4930123456"),
    ]
    assert email_addresses_of(customer_ids=[sam.pk, 0]) == {sam.pk: ["sam@example.com", "second@example.com"]}
