"""A shopper's credit on the shop's pages, without scripts."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.commerce.orders.models import Order
from aftercare.engagement.credit.actions import issue_card
from aftercare.engagement.credit.links import credit_path
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.credit.things import give, spend
from tests.factories import NOW, make_customer, make_order, make_store
from tests.visiting import path_of, title_of, visitor, words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def order(store: Store) -> Order:
    """Sam's."""
    with store_scope(store.pk):
        make_customer(store)
        return Order.objects.select_related("customer").get(pk=make_order(store).pk)


def page_of(order: Order, store: Store) -> str:
    return credit_path(store_slug=store.slug, store_id=store.pk, order=order.public_id)


def have(order: Order, *amounts: int, **more: Any) -> None:
    assert order.customer is not None
    with store_scope(order.store_id):
        for amount in amounts:
            give(order.customer, amount, **more)


def test_the_order_page_leads_to_the_credit_of_its_buyer_alone(order: Order, store: Store) -> None:
    page = path_of(order, store)
    assert "store credit" not in words_of(visitor().get(page).content.decode())
    have(order, 1990, until=NOW + timedelta(days=9))
    html = visitor().get(page).content.decode()
    assert "Your store credit €19.90 See all of it" in words_of(html)
    assert page_of(order, store) in html
    gift = visitor().get(path_of(order, store, for_recipient=True)).content.decode()
    assert "store credit" not in words_of(gift)


def test_the_page_shows_lots_with_their_expiry_and_the_history(order: Order, store: Store) -> None:
    have(order, 1990, until=NOW + timedelta(days=9))
    have(order, 500)
    with store_scope(store.pk):
        assert order.customer is not None
        spend(order.customer, 90)
    html = visitor().get(page_of(order, store)).content.decode()
    assert title_of(html) == "€24.00"
    words = words_of(html)
    assert "€19.00 Goodwill expires Tuesday, 1 December €5.00 Goodwill does not expire" in words
    assert "Spent -€0.90" in words
    arabic = visitor(headers={"Accept-Language": "ar"}).get(page_of(order, store)).content.decode()
    assert 'dir="rtl"' in arabic


def test_a_gift_card_becomes_credit_once(order: Order, store: Store) -> None:
    with store_scope(store.pk):
        _, code = issue_card(store=store, amount=Money(5000, "EUR"), key="k", by="api", now=NOW)
    page = page_of(order, store)
    assert visitor().post(page, {"code": code.lower(), "key": "1"}).status_code == 302
    assert visitor().post(page, {"code": code, "key": "1"}).status_code == 302
    assert title_of(visitor().get(page).content.decode()) == "€50.00"
    again = visitor().post(page, {"code": code, "key": "2"})
    assert again.status_code == 422
    assert "cannot redeem" in words_of(again.content.decode())


def test_guesses_are_all_alike_and_few(order: Order, store: Store) -> None:
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        _, theirs = issue_card(store=mallory, amount=Money(5000, "EUR"), key="k", by="api", now=NOW)
    url = f"/s/{store.slug}/gift-card/"
    pages = [visitor().post(url, {"code": code}) for code in (theirs, "0000-0000", "", "\x00", *["x"] * 6)]
    assert {page.status_code for page in pages} == {422}
    assert visitor().post(url, {"code": "x"}).status_code == 429
    assert visitor().post(f"/s/{mallory.slug}/gift-card/", {"code": theirs}).status_code == 200


def test_what_is_on_a_card_is_shown_to_whoever_has_its_code(store: Store) -> None:
    with store_scope(store.pk):
        card, code = issue_card(store=store, amount=Money(5000, "EUR"), key="k", by="api", now=NOW)
    url = f"/s/{store.slug}/gift-card/"
    assert "What is on your gift card?" in words_of(visitor().get(url).content.decode())
    shown = visitor().post(url, {"code": code}).content.decode()
    assert title_of(shown) == "€50.00"
    assert f"ends in {card.last_four}" in words_of(shown)


def test_nobody_elses_link_shows_it(order: Order, store: Store) -> None:
    page = page_of(order, store)
    make_store("mallory")
    assert visitor().get(page.replace("juniper", "mallory")).status_code == 404
    assert visitor().get(path_of(order, store).replace("/o/", "/credit/")).status_code == 404
    assert visitor().get(f"/s/{store.slug}/credit/x/").status_code == 404


def test_the_page_takes_as_many_queries_for_three_as_for_one(order: Order, store: Store) -> None:
    def count() -> int:
        visitor().get(page_of(order, store))
        with CaptureQueriesContext(connection) as captured:
            visitor().get(page_of(order, store))
        return len(captured)

    have(order, 100)
    once = count()
    have(order, 100, 200)
    assert count() == once
