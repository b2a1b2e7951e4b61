"""The SQL of any definition finds exactly whom one finds by looking through everything; now, later, and step by step."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.commerce.catalog.models import Product
from aftercare.commerce.customers.models import Customer
from aftercare.engagement.segments import queries
from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.compiling import predicate
from aftercare.engagement.segments.definition import Definition, read_definition, stored
from aftercare.engagement.segments.models import Member
from aftercare.engagement.segments.queries import count_fitting, preview
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.stores.models import Store
from tests.engagement.segments.cast import compute, hear, make_segment, moves, wait
from tests.engagement.segments.histories import definitions, happen_at, live
from tests.engagement.segments.naive import fits, lives
from tests.factories import NOW

pytestmark = pytest.mark.django_db
QUIETLY = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck), database=None)


def found(definition: Definition, store: Store, now: Any, *, few: bool) -> set[int]:
    """Whom the SQL finds."""
    question = Question(store, now, few=few)
    query = f"SELECT c.id FROM customers_customer c WHERE c.store_id = %(store)s AND {predicate(definition, question)}"
    return {row[0] for row in fetch(query, question.parameters)}


def test_sql_finds_whom_one_finds_by_looking(shop: Store) -> None:
    live(shop, seed=1)
    compute()
    products = dict(Product.objects.values_list("external_id", "public_id"))
    everybody = lives()

    @QUIETLY
    @given(said=definitions(products), hours=st.sampled_from([0, 5, 24, 24 * 9]))
    def agree(said: dict[str, Any], hours: int) -> None:
        definition, now = read_definition(said), NOW + timedelta(hours=hours)
        expected = {life.customer.pk for life in everybody if fits(life, definition, now)}
        assert found(definition, shop, now, few=False) == expected
        assert found(definition, shop, now, few=True) == expected
        assert read_definition(stored(definition)) == definition

    agree()


def test_step_by_step_agrees_with_from_scratch(shop: Store) -> None:
    """Events and time alone bring every segment where a look at everything would."""
    live(shop, seed=2, count=12)
    hear()
    compute()
    products = dict(Product.objects.values_list("external_id", "public_id"))
    ids = list(Customer.objects.values_list("pk", flat=True))
    segments = []

    @settings(QUIETLY, max_examples=25, derandomize=True)
    @given(said=definitions(products))
    def make(said: dict[str, Any]) -> None:
        segments.append((make_segment(shop, *said["parts"], match=said["match"]), read_definition(said)))

    make()
    for day in range(1, 34, 4):
        now = NOW + timedelta(days=day)
        if day < 20:
            happen_at(shop, at=now, seed=day, ids=ids)
            hear(now)
        wait(now + timedelta(minutes=1))
        everybody = lives()
        for segment, definition in segments:
            expected = {life.customer.pk for life in everybody if fits(life, definition, now + timedelta(minutes=1))}
            inside = set(Member.objects.filter(segment=segment).values_list("customer_id", flat=True))
            assert inside == expected, (day, definition)
    assert any(moves(segment) for segment, _ in segments)


def test_a_preview_counts_and_shows_some(shop: Store) -> None:
    live(shop, seed=3, count=10)
    compute()
    shown = preview(Definition(), store=shop, now=NOW)
    assert (shown.count, shown.everybody, len(shown.sample)) == (10, 10, 6)
    nobody = read_definition({"match": "any"})
    assert count_fitting(nobody, store=shop, now=NOW) == 0


def test_of_many_customers_a_sample_is_asked_and_says_by_how_much_it_may_be_wrong(
    shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(shop, seed=4, count=40)
    compute()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
    monkeypatch.setattr(queries, "EXACT_UP_TO", 10)
    monkeypatch.setattr(queries, "_POINTS", 40)
    germans = read_definition({"parts": [{"kind": "country", "config": {"countries": ["DE"]}}]})
    exact = count_fitting(germans, store=shop, now=NOW)
    shown = preview(germans, store=shop, now=NOW)
    assert shown.margin > 0
    assert abs(shown.count - exact) <= shown.margin
    assert {one.country for one in shown.sample} == {"DE"}
