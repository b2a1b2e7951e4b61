"""Pages by keyset: forwards, backwards, either way round, and with rows of the very same instant."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.customers.events import CustomerCreated
from aftercare.foundation.database.keyset import page
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def seven(db: None) -> list[str]:
    """Seven stores, the newest first; the third to the fifth opened at the same instant."""
    minutes = [0, 1, 2, 2, 2, 3, 4]
    for index, minute in enumerate(minutes):
        Store.objects.create(slug=f"s{index}", name=f"S{index}", created_at=START + timedelta(minutes=minute))
    return [f"s{index}" for index in reversed(range(7))]


Pages = list[list[str]]


def walk(cursor: str = "", *, ascending: bool = False, by: str = "created_at", backwards: bool = False) -> Pages:
    """Slugs page by page, two at a time."""
    pages = []
    while True:
        found = page(Store.objects.all(), by=by, after=cursor, limit=2, ascending=ascending)
        pages.append([store.slug for store in found.rows])
        cursor = found.preceding if backwards else found.following
        if not cursor:
            return pages


def flat(pages: Pages) -> list[str]:
    return [slug for slugs in pages for slug in slugs]


def test_every_row_stands_on_exactly_one_page(seven: list[str]) -> None:
    assert flat(walk()) == seven


def test_the_other_way_round(seven: list[str]) -> None:
    assert flat(walk(ascending=True)) == seven[::-1]


def test_by_a_number(seven: list[str]) -> None:
    assert flat(walk(by="id", ascending=True)) == seven[::-1]


@pytest.mark.parametrize("ascending", [False, True])
def test_back_from_the_end_shows_the_same_rows(seven: list[str], *, ascending: bool) -> None:
    order = seven[::-1] if ascending else seven
    third = page(Store.objects.all(), by="created_at", limit=6, ascending=ascending).following
    last = page(Store.objects.all(), by="created_at", after=third, limit=6, ascending=ascending)
    assert [store.slug for store in last.rows] == order[6:]
    assert flat(walk(last.preceding, ascending=ascending, backwards=True)[::-1]) == order[:6]


def test_the_first_page_has_nothing_before_it_and_the_last_nothing_behind(seven: list[str]) -> None:
    whole = page(Store.objects.all(), by="created_at", limit=7)
    assert (whole.preceding, whole.following) == ("", "")


def test_back_to_the_first_page_leads_on_again(seven: list[str]) -> None:
    first = page(Store.objects.all(), by="created_at", limit=2)
    second = page(Store.objects.all(), by="created_at", after=first.following, limit=2)
    again = page(Store.objects.all(), by="created_at", after=second.preceding, limit=2)
    assert again.rows == first.rows
    assert (again.preceding, again.following) == ("", first.following)


def test_rows_that_arrive_meanwhile_shift_nothing(seven: list[str]) -> None:
    first = page(Store.objects.all(), by="created_at", limit=2)
    Store.objects.create(slug="newest", name="N", created_at=START + timedelta(days=1))
    second = page(Store.objects.all(), by="created_at", after=first.following, limit=2)
    assert [store.slug for store in second.rows] == seven[2:4]


@pytest.mark.django_db
@given(st.text(min_size=1, max_size=60))
def test_a_damaged_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        page(Store.objects.all(), by="created_at", after=cursor)
    assert refused.value.field == "cursor"


def test_rows_with_uuids_follow_each_other(shop: Store) -> None:
    facts = [Fact(CustomerCreated(f"s{number}"), shop.pk, START) for number in range(5)]
    with transaction.atomic():
        record(facts, now=START)
    seen: list[EventRow] = []
    cursor, is_first = "", True
    while cursor or is_first:
        found = page(EventRow.objects.all(), by="occurred_at", after=cursor, limit=2)
        seen, cursor, is_first = seen + found.rows, found.following, False
    assert [row.pk for row in seen] == sorted((row.pk for row in EventRow.objects.all()), reverse=True)
