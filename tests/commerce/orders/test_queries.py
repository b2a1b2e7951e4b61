"""Finding orders: as a shopper does, and as lists do."""

import pytest
from pytest_django import DjangoAssertNumQueries

from aftercare.commerce.customers.actions import merge_customers
from aftercare.commerce.orders.queries import OrderFilters, find_order, lines_of, orders_for_list
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW, line_in, make_customer, make_order, make_product, make_store


@pytest.mark.parametrize("number", ["#1042", "1042", " #1042 ", "# 1042"])
@pytest.mark.parametrize("email", ["sam@example.com", "SAM@Example.COM "])
def test_an_order_is_found_as_people_type(shop: Store, number: str, email: str) -> None:
    order = make_order(shop)
    found = find_order(store_id=shop.pk, number=number, email=email)
    assert found
    assert (found.order, found.as_recipient) == (order, False)


def test_letters_of_a_number_may_be_of_either_case(shop: Store) -> None:
    make_order(shop, number="JO-7")
    assert find_order(store_id=shop.pk, number="jo-7", email="sam@example.com")


@pytest.mark.parametrize(
    ("number", "email"),
    [
        ("#1042", "mallory@example.com"),
        ("#1042", ""),
        ("#1043", "sam@example.com"),
        ("", "sam@example.com"),
        ("\x00", "x"),
    ],
)
def test_number_and_address_must_belong_together(shop: Store, number: str, email: str) -> None:
    make_order(shop)
    assert find_order(store_id=shop.pk, number=number, email=email) is None


def test_any_address_of_the_customer_will_do(shop: Store) -> None:
    customer = make_customer(shop, id="7", email="first@example.com")
    make_customer(shop, id="7", email="second@example.com")
    make_order(shop, customer={"id": "7"}, email="order@example.com")
    survivor = make_customer(shop, email="sam@example.com")
    merge_customers(survivor=survivor, absorbed=customer, by="olga", now=NOW)
    for email in ("first@example.com", "second@example.com", "order@example.com", "sam@example.com"):
        assert find_order(store_id=shop.pk, number="1042", email=email)


def test_the_recipient_of_a_gift_finds_it_as_such(shop: Store) -> None:
    make_order(shop, gift={"recipient": "Kim Friend", "email": "Kim@example.com"})
    found = find_order(store_id=shop.pk, number="1042", email="kim@example.com")
    assert found
    assert found.as_recipient


def test_of_several_orders_of_a_number_the_latest_counts(shop: Store) -> None:
    make_order(shop, id="old", placed_at="2025-11-01T09:30:00Z")
    latest = make_order(shop, id="new")
    make_order(shop, id="other", placed_at="2026-11-20T09:30:00Z", email="kim@example.com")
    found = find_order(store_id=shop.pk, number="1042", email="sam@example.com")
    assert found
    assert found.order == latest


def test_another_stores_order_is_not_found(shop: Store) -> None:
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        make_order(mallory)
    assert find_order(store_id=shop.pk, number="1042", email="sam@example.com") is None


def test_looking_takes_the_same_steps_whether_there_is_such_an_order_or_not(
    shop: Store, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_order(shop)
    for number in ("1042", "9999"):
        with django_assert_num_queries(3):
            find_order(store_id=shop.pk, number=number, email="mallory@example.com")


def test_lists_narrow_search_and_page(shop: Store, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for day in range(1, 6):
        make_order(shop, id=str(day), number=f"#{day}", placed_at=f"2026-11-0{day}T09:30:00Z")
    make_order(shop, id="jo", number="#6", shipping_address={"recipient": "Jürgen Weiß"}, payment="pending")
    with django_assert_num_queries(1):
        first = orders_for_list(filters=OrderFilters(words="sam"), limit=2)
        assert [order.number for order in first.rows if order.customer] == ["#5", "#4"]
    rest = orders_for_list(filters=OrderFilters(words="sam"), after=first.following, limit=10)
    assert [order.number for order in rest.rows] == ["#3", "#2", "#6", "#1"]
    assert [order.number for order in orders_for_list(filters=OrderFilters(words="WEISS jurgen")).rows] == ["#6"]
    assert [order.number for order in orders_for_list(filters=OrderFilters(payment="pending")).rows] == ["#6"]


def test_lines_of_many_orders_are_one_query(shop: Store, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    product = make_product(shop)
    orders = [make_order(shop, id=str(number), lines=[line_in(), line_in(id="2")]) for number in range(3)]
    with django_assert_num_queries(1):
        lines = lines_of(orders=orders)
        assert {line.product for found in lines.values() for line in found} == {product}
    assert [len(lines[order.pk]) for order in orders] == [2, 2, 2]
