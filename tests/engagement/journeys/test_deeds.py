"""Steps that do something: traits, lists, standing in line."""

from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from pydantic import ValidationError

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.orders.events import OrderPlaced
from aftercare.engagement.journeys.actions.lines import Line
from aftercare.engagement.journeys.actions.travel import move_due
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.dry_run.running import tried
from aftercare.engagement.journeys.dry_run.world import Tried
from aftercare.engagement.journeys.models import Enrolment, Place, StepLog
from aftercare.engagement.journeys.steps.trait import TraitConfig
from aftercare.engagement.segments.models import Member
from aftercare.foundation.stores.models import Store
from tests.engagement.journeys.cast import happen, publish, travel
from tests.engagement.journeys.test_timers import elsewhere, in_flight, until_there_is
from tests.engagement.messaging.cast import make_customer, make_order
from tests.engagement.segments.cast import make_list

HOUR = timedelta(hours=1)


def enter(store: Store, now: datetime, count: int, *, customer: Customer | None = None) -> None:
    for number in range(count):
        buyer = customer or make_customer(store, now, email=f"sam{number}@example.com")
        order = make_order(buyer, now, number=f"#{number}")
        happen(OrderPlaced(order.number, 8900, "EUR", 1), order=order, at=now)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("config", "after"),
    [
        ({"trait": "tier", "value": "gold"}, {"points": 5, "tier": "gold"}),
        ({"trait": "points", "change": "raise", "value": "2"}, {"points": 9}),  # two orders of one customer
        ({"trait": "visits", "change": "raise", "value": "1.5"}, {"points": 5, "visits": 3.0}),
        ({"trait": "points", "change": "clear"}, {}),
        ({"trait": "wrote", "value": "true"}, {"points": 5, "wrote": True}),
    ],
)
def test_a_trait_of_the_customer(shop: Store, now: datetime, config: dict[str, Any], after: dict[str, Any]) -> None:
    publish(shop, now, {"id": "note", "kind": "trait", "config": config})
    customer = make_customer(shop, now, traits={"points": 5})
    enter(shop, now, 2, customer=customer)
    travel(now)
    assert Customer.objects.get().traits == after


@pytest.mark.parametrize("said", [{"change": "raise", "value": "much"}, {"change": "raise", "value": "true"}, {}])
def test_a_trait_is_raised_by_numbers_only(said: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        TraitConfig.model_validate({"trait": "points", **said})


@pytest.mark.django_db
def test_on_a_list_and_off_it(shop: Store, now: datetime) -> None:
    listed = make_list(shop)
    on, off = ({"id": k, "kind": k, "config": {"list": listed.public_id}} for k in ("list_add", "list_remove"))
    publish(shop, now, on, {"id": "wait", "kind": "wait", "config": {"hours": 1}}, off)
    enter(shop, now, 3)
    travel(now)
    assert Member.objects.filter(segment=listed).count() == 3
    travel(now + HOUR)
    assert Member.objects.filter(segment=listed).count() == 0
    assert set(StepLog.objects.filter(step="list_remove").values_list("outcome", flat=True)) == {"unlisted"}


LIMIT = {"id": "gate", "kind": "rate_limit", "config": {"most": 2, "per": "hour"}}


@pytest.mark.django_db
def test_so_many_an_hour_in_the_order_in_which_they_came(shop: Store, now: datetime) -> None:
    publish(shop, now, LIMIT)
    enter(shop, now, 5)
    travel(now)
    assert Enrolment.objects.filter(state="ended").count() == 2
    assert list(Place.objects.filter(enrolment_id__isnull=False).order_by("passes_at").values_list("passes_at", flat=True)) == [
        now + HOUR, now + HOUR, now + 2 * HOUR,
    ]  # fmt: skip
    travel(now + HOUR)
    assert Enrolment.objects.filter(state="ended").count() == 4
    travel(now + 2 * HOUR)
    assert list(Enrolment.objects.order_by("ended_at", "id").values_list("entry_key", flat=True)) == list(
        Enrolment.objects.order_by("id").values_list("entry_key", flat=True)
    )


@pytest.mark.django_db
def test_after_a_standstill_no_more_pass_than_ever(shop: Store, now: datetime) -> None:
    publish(shop, now, LIMIT)
    enter(shop, now, 7)
    travel(now)
    travel(now + 48 * HOUR)
    assert Enrolment.objects.filter(ended_at=now + 48 * HOUR).count() == 2
    for hour in range(49, 55):
        travel(now + hour * HOUR)
    assert Enrolment.objects.filter(state="ended").count() == 7


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_let_no_more_through(shop: Store, now: datetime) -> None:
    publish(shop, now, LIMIT)
    enter(shop, now, 4)
    with ExitStack() as second, in_flight(lambda: move_due(now, limit=2)):
        second.enter_context(elsewhere(lambda: move_due(now, limit=2)))
        until_there_is("wait_event_type = 'Lock'")
    travel(now)
    assert Enrolment.objects.filter(state="ended").count() == 2
    assert Place.objects.filter(passes_at=now).count() == 2


@settings(max_examples=40)
@given(st.integers(1, 4), st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=30))
def test_never_more_than_so_many_in_any_hour(most: int, coming: list[tuple[int, bool]]) -> None:
    """People come at any time, and are looked at late; whoever finds no room stands in line again."""
    start, minute = datetime(2026, 11, 22, 10), timedelta(minutes=1)  # noqa: DTZ001 -- only differences matter
    passed: list[datetime] = []
    waiting: list[datetime | None] = []
    for wait, arrives in coming:
        start += wait * minute
        waiting += [None] if arrives else []
        planned = sorted(at for at in waiting if at is not None and at > start)
        line = Line(most, HOUR, start, [at for at in passed if at > start - HOUR], planned)
        due = sorted(at for at in waiting if at is not None and at <= start)
        fresh = [None] * waiting.count(None)
        times = [line.place(held=at) for at in [*due, *fresh]]
        passed += [at for at in times if at == start]
        waiting = [*planned, *(at for at in times if at > start)]
    for at in passed:
        assert sum(at - HOUR < other <= at for other in passed) <= most


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["trait", "list_add", "rate_limit", "random_split", "multi_split"])
def test_a_step_takes_as_many_queries_for_nine_as_for_three(
    shop: Store, now: datetime, kind: str, django_assert_max_num_queries: Any
) -> None:
    configs = {
        "trait": {"trait": "tier", "value": "gold"}, "list_add": {"list": make_list(shop).public_id},
        "rate_limit": LIMIT["config"], "random_split": {"shares": [{"name": "A"}, {"name": "B"}]},
        "multi_split": {"ways": [{"name": "A", "when": {"kind": "order_progress", "config": {"stages": ["packed"]}}}]},
    }  # fmt: skip
    publish(shop, now, {"id": "it", "kind": kind, "config": configs[kind]})
    enter(shop, now, 9)
    with django_assert_max_num_queries(22):
        assert move_due(now) == 9


@pytest.mark.django_db
def test_a_dry_run_says_what_each_step_would_do_and_does_none_of_it(shop: Store, now: datetime) -> None:
    listed = make_list(shop)
    deeds = {
        "trait": {"trait": "points", "change": "raise", "value": "2"}, "list_add": {"list": listed.public_id},
        "list_remove": {"list": listed.public_id}, "alert": {"text": "Look", "address": "desk@juniper.example"},
        "task": {"title": "Ring them up"}, "random_split": {"shares": [{"name": "A"}, {"name": "B"}]},
        "multi_split": {"ways": [{"name": "A", "when": {"kind": "something_open"}}]},
    }  # fmt: skip
    steps = [LIMIT, *({"id": kind, "kind": kind, "config": config} for kind, config in deeds.items())]
    definition = Definition.model_validate({"trigger": "order.placed", "entry": {"once_per": "order"}, "steps": steps})
    enter(shop, now, 3)
    with tried(Tried(shop.pk, "test", definition, now - HOUR, now + 30 * HOUR)) as found:
        assert (found.entered, found.outcomes, found.standing) == (3, {"completed": 3}, {})
        assert found.steps["trait"] == {"noted": 3}
    assert (set(Customer.objects.values_list("traits__points", flat=True)), Member.objects.count()) == ({None}, 0)
    assert not Place.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name__endswith="send_to_staff").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM staff_tasks_stafftask")
        assert cursor.fetchone() == (0,)
