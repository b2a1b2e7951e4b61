"""Rehearsals: the path a real customer would take, told without a trace."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from aftercare.commerce.orders.events import OrderDelivered, OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.actions.rehearse import Rehearsal, rehearse
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.examples import example_by_id, examples
from aftercare.engagement.messaging.models import Message
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from tests import factories
from tests.engagement.journeys.definitions import IS_DELIVERED, NOT_CANCELLED, defined, step
from tests.engagement.messaging.cast import make_customer, make_order, with_templates

pytestmark = pytest.mark.django_db
PLACED = OrderPlaced("#1001", 8900, "EUR", 1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SEND = step("send", "send", {"message": "order_confirmed"})


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


@pytest.fixture
def order(store: Store, now: datetime) -> Order:
    """Placed at this moment."""
    made = make_order(make_customer(store, now), now)
    happens(PLACED, made, now)
    return made


def happens(event: Event, order: Order, at: datetime) -> None:
    fact = Fact(event, order.store_id, at, customer_id=order.customer_id, order_id=order.pk)
    record([fact], now=at)


def gone_through(store: Store, now: datetime, *steps: dict[str, Any], **more: Any) -> Rehearsal:
    gives_up = more.pop("gives_up", frozenset())
    (example,) = examples(store_id=store.pk, trigger="order.placed")
    definition: Definition = defined(*steps, **more)
    return rehearse(definition=definition, journey_key="test", event=example.event, now=now, gives_up=gives_up)


def told(rehearsal: Rehearsal) -> list[tuple[str, str]]:
    return [(moment.step, moment.outcome) for moment in rehearsal.moments]


@pytest.mark.usefixtures("order")
def test_every_step_with_its_date(store: Store, now: datetime) -> None:
    shown = gone_through(store, now, step("wait", "wait"), SEND)
    wait, send = shown.moments
    assert (wait.at, wait.until, send.at) == (now, now + DAY, now + DAY)
    assert (told(shown), shown.outcome) == ([("wait", "waited"), ("send", "send")], "completed")
    assert send.mail is not None
    assert "#1001" in send.mail.subject
    assert "<html" in send.mail.html


@pytest.mark.usefixtures("order")
def test_nothing_of_it_remains(store: Store, now: datetime) -> None:
    tables = "journeys_enrolment", "journeys_steplog", "messaging_message", "messaging_outboxentry"
    before = EventRow.objects.count()
    gone_through(store, now, SEND, step("tell", "wait") | {"kind": "webhook", "config": {"url": "https://a.example"}})
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert (table, cursor.fetchone()) == (table, (0,))
    assert EventRow.objects.count() == before
    assert Message.objects.count() == 0


def test_the_branch_that_the_facts_decide(store: Store, order: Order, now: datetime) -> None:
    fork = step("fork", "split", IS_DELIVERED, branches={"yes": "send", "no": "bye"})
    bye = step("bye", "exit", {"outcome": "not_there"})
    shown = gone_through(store, now, fork, SEND | {"next": "end"}, bye)
    assert (told(shown), shown.outcome) == ([("fork", "no"), ("bye", "not_there")], "not_there")
    Order.objects.filter(pk=order.pk).update(progress="delivered")
    assert told(gone_through(store, now, fork, SEND | {"next": "end"}, bye)) == [("fork", "yes"), ("send", "send")]


def test_what_it_waits_for_and_has_happened(store: Store, order: Order, now: datetime) -> None:
    happens(OrderDelivered(order.number), order, now + 3 * HOUR)
    shown = gone_through(store, now + DAY, step("arrival", "wait_for"), SEND)
    assert [(moment.until, moment.is_supposed) for moment in shown.moments] == [(now + 3 * HOUR, False)] * 2


@pytest.mark.usefixtures("order")
def test_what_has_not_happened_is_supposed_or_not(store: Store, now: datetime) -> None:
    arrival = step("arrival", "wait_for", branches={"timeout": "bye"})
    steps = arrival, SEND | {"next": "end"}, step("bye", "exit", {"outcome": "never_arrived"})
    supposed = gone_through(store, now + HOUR, *steps)
    assert (told(supposed), supposed.moments[0].is_supposed) == ([("arrival", "happened"), ("send", "send")], True)
    given_up = gone_through(store, now + HOUR, *steps, gives_up=frozenset({"arrival"}))
    assert (told(given_up), given_up.moments[0].until) == (
        [("arrival", "timed_out"), ("bye", "never_arrived")], now + 2 * DAY,
    )  # fmt: skip
    assert told(gone_through(store, now + 30 * DAY, *steps)) == told(given_up)


def test_conditions_are_looked_at_before_speaking(store: Store, order: Order, now: datetime) -> None:
    Order.objects.filter(pk=order.pk).update(progress="cancelled")
    shown = gone_through(store, now, SEND, conditions=[NOT_CANCELLED])
    assert (told(shown), shown.outcome) == ([("send", "condition")], "condition")


@pytest.mark.usefixtures("order")
def test_a_step_that_fails_ends_the_rehearsal_and_not_the_page(store: Store, now: datetime) -> None:
    shown = gone_through(store, now, step("wait", "wait", {"days": -1}), SEND)
    assert (told(shown), shown.outcome) == ([("wait", "trouble")], "trouble")
    gone = gone_through(store, now, step("sing", "wait") | {"kind": "sing"})
    assert gone.outcome == "trouble"


@pytest.mark.usefixtures("order")
def test_a_circle_comes_to_an_end(store: Store, now: datetime) -> None:
    shown = gone_through(store, now, step("wait", "wait", next="wait"))
    assert (len(shown.moments), shown.outcome) == (60, "endless")


def test_examples_are_found_by_number_and_address(store: Store, order: Order, now: datetime) -> None:
    noor = {"id": "c2", "email": "noor@example.com", "name": "Noor"}
    factories.make_order(
        store, id="2002", number="#2002", email="noor@example.com", customer=noor, placed_at=now.isoformat()
    )

    def numbers(words: str) -> list[str]:
        found = examples(store_id=store.pk, trigger="order.placed", words=words)
        return [example.order.number for example in found if example.order]

    assert sorted(numbers("")) == [order.number, "#2002"]
    assert numbers("2002") == ["#2002"]
    assert numbers("noor@example.com") == ["#2002"]
    assert numbers("nobody@example.com") == []


@pytest.mark.usefixtures("order")
def test_an_event_of_another_kind_is_no_example(store: Store) -> None:
    (example,) = examples(store_id=store.pk, trigger="order.placed")
    event_id = str(example.event.id)
    assert example_by_id(store_id=store.pk, event_id=event_id, trigger="order.placed") == example
    assert example_by_id(store_id=store.pk, event_id=event_id, trigger="order.paid") is None
    assert example_by_id(store_id=store.pk + 1, event_id=event_id, trigger="order.placed") is None
    assert example_by_id(store_id=store.pk, event_id="not one", trigger="order.placed") is None


def test_whoever_would_have_left_early_leaves(store: Store, order: Order, now: datetime) -> None:
    leaving = {"goal": ["order.delivered"], "goal_by": "order"}
    steps = (step("wait", "wait"), SEND)
    assert gone_through(store, now, *steps, leaving=leaving).outcome == "completed"
    happens(OrderDelivered("#1001"), order, now + 2 * HOUR)
    shown = gone_through(store, now + DAY, *steps, leaving=leaving)
    assert (told(shown), shown.outcome) == ([("wait", "goal")], "goal")
    assert (shown.moments[0].at, shown.moments[0].until) == (now, now + 2 * HOUR)
    pointless = {"when": [NOT_CANCELLED | {"opposite": False}]}
    Order.objects.filter(pk=order.pk).update(progress="cancelled")
    assert gone_through(store, now + DAY, *steps, leaving=pointless).outcome == "left_early"


@pytest.mark.usefixtures("order")
def test_what_is_waited_for_and_supposed_may_be_the_goal(store: Store, now: datetime) -> None:
    config = {"events": ["order.delivered"], "by": "order", "timeout_hours": 96}
    shown = gone_through(
        store, now, step("arrival", "wait_for", config), SEND, leaving={"goal": ["order.delivered"], "goal_by": "order"}
    )
    assert [(one.step, one.outcome, one.is_supposed) for one in shown.moments] == [("arrival", "goal", True)]
