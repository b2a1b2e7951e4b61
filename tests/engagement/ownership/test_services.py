"""Maintenance: planned for what is owned, due once per date, done and put off."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.ownership.actions import (
    end_schedule,
    find_due,
    mark_done,
    record_usage,
    schedule_service,
    snooze,
)
from aftercare.engagement.ownership.models import Schedule, Service
from aftercare.engagement.ownership.schemas import ScheduleIn, UsageIn
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores
from tests.commerce.shipments.parcels import events, told
from tests.engagement.ownership.things import ARRIVED, delivered, owned
from tests.factories import NOW, make_product

DAY = timedelta(days=1)


@pytest.fixture
def jug(shop: Store) -> Product:
    return make_product(shop, category="Kitchen")


def schedule(store: Store, **given: Any) -> Schedule:
    told = {"title": "Change the filter", "every": 30, "unit": "days", "category": "Kitchen", **given}
    return schedule_service(store=store, told=ScheduleIn.model_validate(told), by="staff:olga", now=NOW)


def due(now: datetime) -> int:
    with across_stores("a loop serves every store"):
        return find_due(now)


def the_service() -> Service:
    return Service.objects.select_related("order", "schedule", "line__product").get()


def test_it_is_planned_for_what_is_owned_and_for_what_comes(shop: Store, jug: Product) -> None:
    owned(shop, "old", at=NOW - timedelta(days=100))
    schedule(shop)
    owned(shop, "new")
    nexts = [one.next_at - NOW for one in Service.objects.order_by("order_id")]
    assert nexts == [timedelta(days=20), timedelta(days=28)]
    assert events(shop, "service.scheduled")[0].data["lines"] == 1


@pytest.mark.parametrize(
    ("unit", "every", "arrived", "first"),
    [
        ("months", 1, "2026-01-31", "2026-11-30"),
        ("months", 6, "2026-11-01", "2027-05-01"),
        ("days", 7, "2026-11-22", "2026-11-29"),
    ],
)
def test_the_first_date_is_the_next_of_the_series(
    shop: Store, jug: Product, unit: str, every: int, arrived: str, first: str
) -> None:
    owned(shop, at=datetime.fromisoformat(f"{arrived}T09:00:00Z"))
    schedule(shop, unit=unit, every=every)
    assert the_service().next_at.date().isoformat() == first


def test_due_once_per_date_and_once_after_a_long_standstill(shop: Store, jug: Product) -> None:
    owned(shop)
    schedule(shop)
    first = ARRIVED + 30 * DAY
    assert [due(first - DAY), due(first), due(first), due(first + DAY)] == [0, 1, 0, 0]
    assert the_service().due_at == first
    assert due(first + 30 * DAY) == 1
    standstill = first + 400 * DAY
    assert [due(standstill), due(standstill)] == [1, 0]
    assert the_service().next_at == standstill + 30 * DAY
    assert len(told(shop, "service.due")) == 3


def test_many_fall_due_in_one_statement(shop: Store, jug: Product, django_assert_num_queries: Any) -> None:
    for number in range(4):
        owned(shop, str(number))
    owned(shop, "back", at=ARRIVED)
    schedule(shop)
    delivered(shop, "back", at=ARRIVED, refunded_quantity=1)
    with django_assert_num_queries(5):  # a savepoint, the statement, the log by COPY, its wake-up, the savepoint
        assert due(NOW + 60 * DAY) == 5
    assert len(told(shop, "service.due")) == 4


def test_done_begins_a_new_stride_and_put_off_comes_back(shop: Store, jug: Product) -> None:
    owned(shop)
    schedule(shop)
    due(ARRIVED + 30 * DAY)
    late = NOW + 40 * DAY
    snooze(service=the_service(), until=late + 7 * DAY, by="customer", now=late)
    assert [due(late + 6 * DAY), due(late + 7 * DAY)] == [0, 1]
    mark_done(service=the_service(), by="customer", now=late + 8 * DAY)
    assert (the_service().due_at, the_service().next_at) == (None, late + 38 * DAY)
    assert told(shop, "service.")[-4:] == ["service.due", "service.snoozed", "service.due", "service.done"]
    for wrong in (late, late + 800 * DAY):
        with pytest.raises(Invalid):
            snooze(service=the_service(), until=wrong, by="customer", now=late)


def test_so_many_uses_make_it_due(shop: Store, jug: Product) -> None:
    order = owned(shop)
    schedule(shop, every=10, unit="uses")

    def use(key: str, uses: int) -> None:
        told = UsageIn(id=key, at=NOW, uses=uses, order=order.public_id, line="1")
        record_usage(store_id=shop.pk, told=[told], by="api", now=NOW)

    use("a", 9)
    assert due(NOW) == 0
    use("b", 1)
    assert [due(NOW), due(NOW)] == [1, 0]
    use("c", 50)
    assert due(NOW) == 0
    mark_done(service=the_service(), by="customer", now=NOW)
    use("d", 10)
    assert due(NOW) == 1


def test_an_ended_schedule_is_due_no_more(shop: Store, jug: Product) -> None:
    owned(shop)
    kept = schedule(shop)
    for _ in range(2):
        end_schedule(schedule=kept, by="staff:olga", now=NOW)
    assert due(NOW + 90 * DAY) == 0
    assert told(shop, "service.schedule_ended") == ["service.schedule_ended"]


@pytest.mark.parametrize("about", [{"category": ""}, {"product": "prd_1", "category": "Kitchen"}])
def test_a_schedule_is_for_a_product_or_a_category(shop: Store, about: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        schedule(shop, **about)
