"""Today, and the search over everything."""

import pytest

from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import make_customer, make_order
from tests.staffing import Staff, live
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def test_nothing_needs_anybody_in_a_new_store(olga: Staff) -> None:
    words = words_of(olga.see("today"))
    assert "Nothing needs you" in words
    assert "Orders 0 Arrived as promised \N{EN DASH} Messages sent 0 Parcels delivered 0" in words


def test_the_week_in_figures(olga: Staff, store: Store) -> None:
    live(store, 1)
    words = words_of(olga.see("today"))
    assert "Orders 1" in words
    assert "1 parcel followed" in words


def test_orders_nobody_has_packed_stand_on_today_the_oldest_first(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        for number in range(1, 8):
            make_order(store, id=str(number), number=f"#{number}", placed_at=f"2026-11-0{number}T09:00:00Z")
    words = words_of(olga.see("today"))
    assert words.index("#1 has not been packed") < words.index("#2 has not been packed")
    assert "#5" not in words
    assert "3 more orders are not packed yet" in words


@pytest.mark.parametrize("words", ["1042", "#1042", "sam@example", "Sam Shopper"])
def test_an_order_is_found_by_number_and_buyer(olga: Staff, store: Store, words: str) -> None:
    with store_scope(store.pk):
        order = make_order(store)
    assert f"/orders/{order.public_id}/" in olga.see("search", q=words)


def test_the_very_number_comes_first(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        exact = make_order(store, id="1", number="#12", placed_at="2020-01-01T00:00:00Z")
        longer = make_order(store, id="2", number="#123")
    html = olga.see("search_suggest", q="12")
    assert html.index(exact.public_id) < html.index(longer.public_id)


def test_suggestions_are_a_part_and_the_page_is_a_whole(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        customer = make_customer(store)
    suggested = olga.see("search_suggest", q="shopper")
    assert customer.public_id in suggested
    assert "<html" not in suggested
    assert "<html" in olga.see("search", q="shopper")


@pytest.mark.parametrize("words", ["", "a", "\x00", "%", "nobody at all"])
def test_words_that_find_nothing(olga: Staff, words: str) -> None:
    assert 'class="empty"' in olga.see("search", q=words)


def test_another_stores_things_are_not_found(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        make_order(store)
    arne = Staff(store, Role.AGENT, "arne@juniper.example")
    assert "#1042" in arne.see("search", q="1042")
