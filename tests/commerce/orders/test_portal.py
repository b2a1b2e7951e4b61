"""Looking an order up, and its page, as a browser without scripts sees them."""

import re
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.foundation.stores.scope import store_scope
from tests.factories import line_in, make_order, make_store
from tests.visiting import path_of, title_of, visitor, words_of

GIFT = {"recipient": "Noor Haddad", "email": "noor@example.org", "message": "Keep warm."}
MONEY = re.compile(r"€|\d[.,]\d\d\b")


@pytest.fixture
def order(store):
    with store_scope(store.pk):
        return make_order(store)


@pytest.fixture
def gift(store):
    with store_scope(store.pk):
        return make_order(store, id="2001", number="#2001", gift=GIFT, po_number="PO-77")


def look_up(number: str, email: str, *, store: str = "juniper", **environment: str):
    return visitor().post(f"/s/{store}/", {"number": number, "email": email}, **environment)


def without_tokens(html: str) -> str:
    """Without what differs from answer to answer by chance."""
    return re.sub(r'(name="csrfmiddlewaretoken" value|nonce|x-csrftoken": )[="]+[^"]*"', "", html)


@pytest.mark.parametrize("number", ["#1042", "1042", " #1042 "])
@pytest.mark.parametrize("email", ["sam@example.com", "SAM@Example.com "])
def test_number_and_address_lead_to_the_orders_page(order, number, email):
    answer = look_up(number, email)

    assert answer.status_code == 302
    page = visitor().get(urlsplit(answer["Location"]).path)
    assert page.status_code == 200
    assert "Order #1042" in words_of(page.content.decode())


def test_a_gifts_recipient_finds_it_too_and_sees_no_price(gift):
    page = visitor().get(urlsplit(look_up("2001", "noor@example.org")["Location"]).path).content.decode()

    assert "Keep warm." in page
    assert not MONEY.search(words_of(page))


def test_a_wrong_address_and_a_wrong_number_get_the_very_same_answer(order):
    wrong_address, wrong_number = look_up("#1042", "eve@example.com"), look_up("#9999", "eve@example.com")

    assert wrong_address.status_code == wrong_number.status_code == 200
    one, other = (without_tokens(answer.content.decode()) for answer in (wrong_address, wrong_number))
    assert one == other.replace("9999", "1042")
    assert "We found no order with this number and address." in words_of(one)


def test_both_are_looked_for_with_the_same_queries(order):
    counted = []
    for number, email in [("#1042", "eve@example.com"), ("#9999", "eve@example.com"), ("#9999", "sam@example.com")]:
        with CaptureQueriesContext(connection) as queries:
            look_up(number, email)
        counted.append([re.sub(r"'[^']*'|\d+", "?", query["sql"])[:60] for query in queries])

    assert counted[0] == counted[1] == counted[2]


def test_another_stores_orders_are_not_found(order):
    make_store("mallory")

    assert look_up("#1042", "sam@example.com", store="mallory").status_code == 200


def test_what_is_no_address_is_said_beside_the_field(store):
    answer = look_up("#1042", "sam")

    assert 'aria-invalid="true"' in answer.content.decode()


def test_guessing_from_one_address_is_slowed_down(order):
    answers = [look_up("#1042", f"eve{number}@example.com").status_code for number in range(11)]

    assert answers == [200] * 10 + [429]
    assert look_up("#1042", "sam@example.com", REMOTE_ADDR="198.51.100.7").status_code == 302


def test_guessing_for_one_address_from_everywhere_is_slowed_down(order):
    answers = [
        look_up(f"#{number}", "Sam@example.com", REMOTE_ADDR=f"198.51.100.{number}").status_code for number in range(11)
    ]

    assert answers == [200] * 10 + [429]


def test_looking_up_needs_no_cookie(order):
    answer = visitor(enforce_csrf_checks=True).post("/s/juniper/", {"number": "#1042", "email": "sam@example.com"})

    assert answer.status_code == 302


def test_a_shop_that_does_not_exist_is_not_found(db):
    assert visitor().get("/s/nowhere/").status_code == 404


def test_the_page_answers_first_and_keeps_the_address_short(order, store):
    page = visitor().get(path_of(order, store)).content.decode()

    assert title_of(page) == "We have your order"
    words = words_of(page)
    assert "Sam, L…, Berlin, DE" in words
    assert "Lindenweg" not in page
    assert "Shopper" not in page
    assert "€39.80" in words


def test_the_page_is_kept_by_nobody_and_told_to_nobody(order, store):
    page = visitor().get(path_of(order, store))

    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Robots-Tag"] == "noindex"


def test_a_recipients_page_shows_the_message_and_no_money_at_all(gift, store):
    page = visitor().get(path_of(gift, store, for_recipient=True)).content.decode()

    assert title_of(page) == "It is being prepared"
    assert "Keep warm." in page
    assert not MONEY.search(words_of(page))
    assert "PO-77" not in page
    assert "Paid" not in page


def test_a_buyers_page_shows_prices_and_not_the_message(gift, store):
    words = words_of(visitor().get(path_of(gift, store)).content.decode())

    assert "€39.80" in words
    assert "PO-77" in words
    assert "Keep warm." not in words


def test_a_dead_link_leads_to_the_look_up(order, store):
    answer = visitor().get(path_of(order, store)[:-3] + "/")

    assert answer.status_code == 404
    assert title_of(answer.content.decode()) == "This link opens nothing any more"
    assert 'name="number"' in answer.content.decode()


def test_trying_links_is_slowed_down(store):
    client = visitor()

    answers = [client.get(f"/s/juniper/o/WzFd:x:{number}/").status_code for number in range(31)]

    assert answers == [404] * 30 + [429]


def test_a_link_of_another_store_is_dead(order, store):
    make_store("mallory")

    assert visitor().get(path_of(order, store).replace("/juniper/", "/mallory/")).status_code == 404


def test_scripts_get_the_part_that_changes_and_nothing_else(order, store):
    part = visitor().get(path_of(order, store), headers={"HX-Request": "true"}).content.decode().strip()

    assert part.startswith('<div id="order"')
    assert part.endswith("</div>")
    assert "<html" not in part


def test_what_was_paid_back_is_said(store):
    refund = {"id": "r1", "amount": "10.00", "at": "2026-11-20T10:00:00+00:00"}
    with store_scope(store.pk):
        order = make_order(store, payment="partially_refunded", refunds=[refund])

    assert "We have paid back €10.00." in words_of(visitor().get(path_of(order, store)).content.decode())


def test_a_pick_up_says_where_and_until_when(store):
    pickup = {
        "id": "p", "kind": "pickup", "status": "ready", "status_at": "2026-11-21T10:00:00+00:00",
        "scheduled_until": "2026-11-28T17:00:00+00:00",
        "location": {"company": "Juniper & Oak Mitte", "street": "Torstraße 1", "city": "Berlin"},
    }  # fmt: skip
    with store_scope(store.pk):
        order = make_order(store, fulfilments=[pickup])

    page = visitor().get(path_of(order, store)).content.decode()

    assert title_of(page) == "Ready to pick up"
    words = words_of(page)
    assert "Juniper & Oak Mitte Torstraße 1 Berlin" in words
    assert "Kept until Saturday, 28 November, 18:00" in words
    assert "Delivery address" not in words


@pytest.mark.parametrize("count", [1, 3])
def test_an_orders_page_takes_the_same_queries_however_much_is_in_it(store, django_assert_num_queries, count):
    lines = [line_in(id=str(number)) for number in range(count)]
    fulfilments = [
        {"id": str(number), "kind": "pickup", "lines": [{"line": str(number), "quantity": 1}]}
        for number in range(count)
    ]
    with store_scope(store.pk):
        order = make_order(store, lines=lines, fulfilments=fulfilments, total=f"{count * 34.9 + 4.9:.2f}")
    path = path_of(order, store)
    client = visitor()
    client.get(path)

    with django_assert_num_queries(10):
        assert client.get(path).status_code == 200
