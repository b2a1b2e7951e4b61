import re
from datetime import datetime

import orjson
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.commerce.orders.models import Order
from aftercare.foundation.stores.models import Store
from tests.care.return_policies.cast import effect, rule
from tests.care.return_policies.shop import NOW, arrived, publish
from tests.commerce.shipments.parcels import hours
from tests.factories import make_store
from tests.visiting import path_of, title_of, visitor, words_of

pytestmark = pytest.mark.django_db
PAGE = "/s/juniper/return-policy/"


def page_of(order: Order, store: Store, at: datetime = NOW) -> str:
    with time_machine.travel(at, tick=False):
        answer = visitor().get(path_of(order, store) + "return-policy/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_anybody_reads_the_policy_in_plain_sentences(store: Store) -> None:
    publish(store, key="vip_free_returns")
    answer = visitor().get(PAGE)
    words = words_of(answer.content.decode())
    assert title_of(answer.content.decode()) == "Returns and exchanges"
    assert "For: customers marked as vip or at least 5 orders so far" in words
    assert "The European Union, Iceland, Liechtenstein and Norway: within 14 days after delivery" in words
    assert "Who returns most" not in words, "what only staff have to do with is left out"
    assert answer["X-Robots-Tag"] == "all"
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer.content.decode())
    assert found
    assert orjson.loads(found[1])["merchantReturnDays"] == 30


@pytest.mark.parametrize(("language", "title"), [("de", "Rückgabe und Umtausch"), ("ar", "الإرجاع والاستبدال")])
def test_the_policy_speaks_the_readers_language(store: Store, language: str, title: str) -> None:
    publish(store, key="days_30")
    html = visitor().get(PAGE, headers={"Accept-Language": language}).content.decode()
    assert title_of(html) == title


def test_what_a_shop_writes_cannot_end_the_data(store: Store) -> None:
    publish(store, rule(effect("allow", outcomes=["refund"]), name="</script><b>"), rule(effect("window", days=3)))
    html = visitor().get(PAGE).content.decode()
    assert "</script><b>" not in html


def test_without_a_policy_the_law_is_told(store: Store) -> None:
    words = words_of(visitor().get(PAGE).content.decode())
    assert "This shop has not published its return policy yet." in words
    assert "14 days after delivery" in words


def test_an_orders_page_leads_to_what_can_be_returned_of_it(store: Store) -> None:
    publish(store, key="final_sale")
    order = arrived(store, lines=2)
    with time_machine.travel(NOW, tick=False):
        assert "Can I return this?" in words_of(visitor().get(path_of(order, store)).content.decode())
    words = words_of(page_of(order, store))
    assert words.count("You can return it until") == 2
    assert "Refund · Store credit" in words
    late = words_of(page_of(order, store, hours(24 * 60)))
    assert "The time for this ended on" in late


def test_the_law_of_the_shoppers_country_is_said(store: Store) -> None:
    german = {"recipient": "Sam", "street": "Weg 1", "city": "Berlin", "country": "DE"}
    order = arrived(store, shipping_address=german)
    assert "You can withdraw from this purchase by law until Tuesday, 1 December." in words_of(page_of(order, store))


def test_a_link_of_another_store_opens_nothing(store: Store) -> None:
    order, other = arrived(store), make_store(slug="mallory")
    assert visitor().get(path_of(order, other) + "return-policy/").status_code == 404


def test_a_page_takes_as_many_queries_for_one_thing_as_for_three(store: Store) -> None:
    publish(store, key="vip_free_returns")
    counts = []
    for number, lines in (("1042", 1), ("1043", 3)):
        order = arrived(store, number, lines=lines)
        page_of(order, store)
        with CaptureQueriesContext(connection) as captured:
            page_of(order, store)
        counts.append(len(captured))
    assert counts[0] == counts[1]
