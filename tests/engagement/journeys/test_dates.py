"""Journeys that begin by date: across years, leap days and time zones, in pages, once, and after a standstill."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.journeys.actions.dates import LOOK_EVERY, enter_by_date
from aftercare.engagement.journeys.actions.publish import pause, resume
from aftercare.engagement.journeys.dates import Window, dates
from aftercare.engagement.journeys.models import DateWatch, Enrolment, Version
from aftercare.foundation.stores.models import Store
from tests.engagement.journeys.cast import publish
from tests.engagement.messaging.cast import make_customer, make_order

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WAIT = {"id": "wait", "kind": "wait", "config": {"days": 3000}}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def by_trait(store: Store, now: datetime, **settings: Any) -> Version:
    return publish(store, now, WAIT, trigger="date.trait", entry={"once_per": "event"}, settings=settings)


def born(store: Store, now: datetime, written: str, *, zone: str = "UTC", number: int = 1) -> Customer:
    return make_customer(store, now, email=f"sam{number}@example.com", time_zone=zone, traits={"birthday": written})


def look(now: datetime, *, page: int = 2000) -> None:
    """Until nothing is left to be looked through."""
    for _ in range(20):
        if not enter_by_date(now, page=page):
            return
    raise AssertionError("it is never looked through")


def moments(store: Store, since: str, until: str, **settings: Any) -> list[datetime]:
    kind = dates["date.trait"]
    window = Window(store.pk, "UTC", utc(since), utc(until))
    found = kind.find(kind.Config.model_validate(settings), window=window, after=0, limit=100)
    return [one.at for one in found.occasions]


@pytest.mark.parametrize(
    ("written", "settings", "since", "until", "expected"),
    [
        ("1990-11-22", {}, "2026-11-22T08:00", "2026-11-22T10:00", "2026-11-22T09:00"),
        ("--11-22", {}, "2026-11-22T08:00", "2026-11-22T10:00", "2026-11-22T09:00"),
        ("1990-11-22", {}, "2026-11-22T09:00", "2026-11-22T10:00", None),  # the window begins after its first moment
        ("1990-01-03", {"days": 7}, "2026-12-27T00:00", "2026-12-28T00:00", "2026-12-27T09:00"),
        ("1990-12-30", {"days": 3, "side": "after"}, "2027-01-02T00:00", "2027-01-03T00:00", "2027-01-02T09:00"),
        ("1992-02-29", {}, "2027-02-28T00:00", "2027-03-02T00:00", "2027-02-28T09:00"),
        ("1992-02-29", {}, "2028-02-28T00:00", "2028-03-02T00:00", "2028-02-29T09:00"),
        ("1990-02-28", {}, "2028-02-28T00:00", "2028-03-02T00:00", "2028-02-28T09:00"),
        ("2026-11-22", {}, "2026-11-22T00:00", "2026-11-23T00:00", None),  # born today
        ("2026-11-22", {"often": "once"}, "2026-11-22T00:00", "2026-11-23T00:00", "2026-11-22T09:00"),
        ("2025-11-22", {"often": "once"}, "2026-11-22T00:00", "2026-11-23T00:00", None),
        ("soon", {}, "2026-11-22T00:00", "2026-11-23T00:00", None),
    ],
)
def test_whose_day_it_is(
    shop: Store, now: datetime, written: str, settings: dict[str, Any], since: str, until: str, expected: str | None
) -> None:
    born(shop, now, written)
    assert moments(shop, since, until, **settings) == ([utc(expected)] if expected else [])


@pytest.mark.parametrize(
    ("zone", "clocks", "expected"),
    [
        ("Pacific/Kiritimati", "customer", "2026-12-31T19:00"),
        ("Pacific/Pago_Pago", "customer", "2027-01-01T20:00"),
        ("Pacific/Pago_Pago", "store", "2027-01-01T09:00"),
        ("", "customer", "2027-01-01T09:00"),
    ],
)
def test_by_whose_clocks(shop: Store, now: datetime, zone: str, clocks: str, expected: str) -> None:
    born(shop, now, "1990-01-01", zone=zone)
    assert moments(shop, "2026-12-31T00:00", "2027-01-02T12:00", clocks=clocks) == [utc(expected)]


def test_who_is_due_enters_once_in_pages(shop: Store, now: datetime) -> None:
    by_trait(shop, now, at="10:30")
    for number in range(5):
        born(shop, now, "1990-11-22", number=number)
    later = now + timedelta(hours=1)
    look(later, page=2)
    assert Enrolment.objects.count() == 5
    assert set(Enrolment.objects.values_list("anchor_at", flat=True)) == {now + timedelta(minutes=30)}
    DateWatch.objects.update(seen_until=now, look_at=later)
    look(later)
    assert Enrolment.objects.count() == 5
    assert DateWatch.objects.get().look_at == later + LOOK_EVERY


def test_a_standstill_of_a_day_is_caught_up_and_next_year_is_another_time(shop: Store, now: datetime) -> None:
    by_trait(shop, now, at="10:30")
    born(shop, now, "1990-11-22")
    look(now + DAY)
    assert Enrolment.objects.count() == 1
    look(now + 364 * DAY)
    look(now + 366 * DAY)
    assert sorted(Enrolment.objects.values_list("data__date", flat=True)) == ["2026-11-22", "2027-11-22"]


def test_a_paused_journey_passes_days_over(shop: Store, now: datetime) -> None:
    version = by_trait(shop, now, at="10:30")
    born(shop, now, "1990-11-22")
    pause(journey=version.journey, by="test", now=now)
    look(now + DAY)
    resume(journey=version.journey, by="test", now=now + DAY)
    look(now + DAY)
    assert not Enrolment.objects.exists()


def test_days_after_a_delivery(shop: Store, now: datetime) -> None:
    publish(shop, now, WAIT, trigger="date.after_delivery", settings={"days": 5})
    customer = make_customer(shop, now, time_zone="America/New_York")
    # 3:00 in Berlin is the evening before in New York.
    order = make_order(customer, now, delivered_at=utc("2026-11-18T02:00"), progress="delivered")
    make_order(customer, now, number="#2", delivered_at=utc("2026-11-18T02:00"), progress="cancelled")
    make_order(customer, now, number="#3", delivered_at=utc("2026-11-16T12:00"), progress="delivered")
    look(now + DAY)
    entered = Enrolment.objects.get()
    assert (entered.order_id, entered.customer_id, entered.anchor_at) == (
        order.pk,
        customer.pk,
        utc("2026-11-22T15:00"),
    )


def test_a_journey_that_begins_otherwise_is_not_watched(shop: Store, now: datetime) -> None:
    by_trait(shop, now)
    assert DateWatch.objects.count() == 1
    publish(shop, now, WAIT)
    assert DateWatch.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_as_many_queries_for_three_as_for_one(
    shop: Store, now: datetime, django_assert_max_num_queries: Any, count: int
) -> None:
    by_trait(shop, now, at="10:30")
    for number in range(count):
        born(shop, now, "1990-11-22", number=number)
    with django_assert_max_num_queries(9):
        assert enter_by_date(now + DAY) == 1
    assert Enrolment.objects.count() == count
