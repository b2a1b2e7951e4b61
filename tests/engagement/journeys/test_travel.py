"""Walking journeys: waits, events, conditions, ways out; each step and its effects once."""

from datetime import datetime, timedelta

import pytest

from aftercare.commerce.orders.events import OrderDelivered, OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.actions.publish import pause, resume
from aftercare.engagement.journeys.actions.travel import move_due
from aftercare.engagement.journeys.models import Enrolment, StepLog, Timer
from aftercare.engagement.messaging.models import Message
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from tests.engagement.journeys.cast import happen, hear, publish, story, travel
from tests.engagement.messaging.cast import make_customer, make_order, with_templates

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SEND = {"id": "send", "kind": "send", "config": {"message": "order_confirmed"}}
PLACED = OrderPlaced("#1001", 8900, "EUR", 1)
DELIVERED = OrderDelivered("#1001")


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


@pytest.fixture
def order(store: Store, now: datetime) -> Order:
    return make_order(make_customer(store, now), now)


def test_an_event_lets_in_and_a_message_goes_out(store: Store, order: Order, now: datetime) -> None:
    publish(store, now, SEND)
    happen(PLACED, order=order, at=now)
    travel(now)
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.outcome) == ("ended", "completed")
    message = Message.objects.get()
    assert (message.state, message.origin, message.order_id) == ("queued", "journey:test", order.pk)
    assert StepLog.objects.get(step="send").message_id == message.pk
    assert list(EventRow.objects.order_by("seq").values_list("type", flat=True)) == [
        "journey.published", "order.placed", "journey.entered", "journey.ended",
    ]  # fmt: skip


def test_the_same_order_enters_once_however_often_we_hear_of_it(store: Store, order: Order, now: datetime) -> None:
    publish(store, now, SEND)
    happen(PLACED, order=order, at=now)
    hear(now)
    happen(PLACED, order=order, at=now)
    travel(now)
    assert (Enrolment.objects.count(), Message.objects.count()) == (1, 1)


def test_old_news_starts_nothing(store: Store, order: Order, now: datetime) -> None:
    publish(store, now, SEND)
    happen(PLACED, order=order, at=now - timedelta(days=4), now=now)
    assert not Enrolment.objects.exists()


def test_a_wait_counts_from_the_event_and_not_from_the_worker(store: Store, order: Order, now: datetime) -> None:
    publish(store, now, {"id": "wait", "kind": "wait", "config": {"hours": 5}}, SEND)
    happen(PLACED, order=order, at=now, now=now + HOUR)
    travel(now + HOUR)
    assert Enrolment.objects.get().due_at == now + 5 * HOUR
    travel(now + 4 * HOUR)
    assert not Message.objects.exists()
    travel(now + 6 * HOUR)
    assert Message.objects.count() == 1


def test_until_ten_in_the_morning_where_the_customer_is(store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now, time_zone="America/Sao_Paulo"), now)
    publish(store, now, {"id": "ten", "kind": "wait_until", "config": {"time": "10:00"}}, SEND)
    happen(PLACED, order=order, at=now)  # 7:00 there
    travel(now)
    assert Enrolment.objects.get().due_at == now + 3 * HOUR


WAIT_FOR = {
    "id": "arrival", "kind": "wait_for",
    "config": {"events": ["order.delivered"], "by": "order", "timeout_hours": 48}, "branches": {"timeout": "end"},
}  # fmt: skip


def test_waits_for_the_delivery_of_its_own_order(store: Store, order: Order, now: datetime) -> None:
    other = make_order(make_customer(store, now, email="noor@example.com"), now, number="#1002")
    publish(store, now, WAIT_FOR, SEND)
    happen(PLACED, order=order, at=now)
    travel(now)
    happen(DELIVERED, order=other, at=now + HOUR)
    travel(now + HOUR)
    assert not Message.objects.exists()
    happen(DELIVERED, order=order, at=now + 2 * HOUR)
    travel(now + 2 * HOUR)
    assert story(Enrolment.objects.get()) == [("arrival", "waits"), ("arrival", "happened"), ("send", "send")]


def test_an_event_that_came_before_the_wait_counts(store: Store, order: Order, now: datetime) -> None:
    publish(store, now, WAIT_FOR, SEND)
    happen(DELIVERED, order=order, at=now - HOUR)
    happen(PLACED, order=order, at=now)
    travel(now)
    assert story(Enrolment.objects.get()) == [("arrival", "happened"), ("send", "send")]


def test_an_event_that_arrives_between_look_and_commit_is_not_missed(store: Store, order: Order, now: datetime) -> None:
    """The subscriber saw the event before the enrolment was known to wait: the second look finds it."""
    publish(store, now, WAIT_FOR, SEND)
    happen(PLACED, order=order, at=now)
    assert move_due(now) == 1
    waiting = Enrolment.objects.get()
    assert (waiting.waits_for, waiting.timer.due_at, waiting.due_at) == ("order.delivered", now, now + 48 * HOUR)
    EventRow.objects.filter(type="order.delivered").delete()
    happen(DELIVERED, order=order, at=now)
    Timer.objects.update(due_at=now)
    travel(now)
    assert Enrolment.objects.get().outcome == "completed"


def test_gives_up_waiting_in_the_end(store: Store, order: Order, now: datetime) -> None:
    publish(store, now, WAIT_FOR, SEND)
    happen(PLACED, order=order, at=now)
    travel(now)
    travel(now + 48 * HOUR)
    assert story(Enrolment.objects.get()) == [("arrival", "waits"), ("arrival", "timed_out")]
    assert not Message.objects.exists()


def test_conditions_are_looked_at_again_before_speaking(store: Store, order: Order, now: datetime) -> None:
    open_order = {"kind": "order_progress", "config": {"stages": ["cancelled"]}, "opposite": True}
    publish(store, now, {"id": "wait", "kind": "wait", "config": {"hours": 5}}, SEND, conditions=[open_order])
    happen(PLACED, order=order, at=now)
    travel(now)
    Order.objects.filter(pk=order.pk).update(progress="cancelled")
    travel(now + 5 * HOUR)
    enrolment = Enrolment.objects.get()
    assert (enrolment.outcome, Message.objects.count()) == ("condition", 0)
    assert "Cancelled" in enrolment.detail


def test_splits_by_the_event_that_started_it(store: Store, order: Order, now: datetime) -> None:
    config = {"kind": "event_data", "config": {"field": "currency", "values": ["USD"]}}
    split = {"id": "split", "kind": "split", "config": config, "branches": {"yes": "leave", "no": "send"}}
    leave = {"id": "leave", "kind": "exit", "config": {"outcome": "abroad"}}
    publish(store, now, split, {**SEND, "next": "end"}, leave)
    happen(PLACED, order=order, at=now)
    travel(now)
    assert story(Enrolment.objects.get()) == [("split", "no"), ("send", "send")]


def test_a_circle_without_a_wait_ends(store: Store, order: Order, now: datetime) -> None:
    yes = {"kind": "event_data", "config": {"field": "lines", "values": [1]}}
    publish(store, now, {"id": "round", "kind": "condition", "config": yes, "next": "round"})
    happen(PLACED, order=order, at=now)
    travel(now)
    assert Enrolment.objects.get().outcome == "endless"


def test_a_paused_journey_stands_still_and_goes_on(store: Store, order: Order, now: datetime) -> None:
    version = publish(store, now, {"id": "wait", "kind": "wait", "config": {"hours": 1}}, SEND)
    happen(PLACED, order=order, at=now)
    travel(now)
    pause(journey=version.journey, by="test", now=now)
    travel(now + 2 * HOUR)
    assert not Message.objects.exists()
    resume(journey=version.journey, by="test", now=now + 2 * HOUR)
    travel(now + 2 * HOUR)
    assert Message.objects.count() == 1


def test_whoever_is_under_way_finishes_the_version_they_began(store: Store, order: Order, now: datetime) -> None:
    publish(store, now, {"id": "wait", "kind": "wait", "config": {"hours": 1}}, SEND)
    happen(PLACED, order=order, at=now)
    travel(now)
    newer = publish(store, now, {"id": "leave", "kind": "exit", "config": {}})
    assert newer.number == 2
    travel(now + HOUR)
    assert Message.objects.count() == 1


def test_a_thousand_travellers_cost_as_many_queries_as_ten(
    store: Store, now: datetime, django_assert_max_num_queries
) -> None:
    publish(store, now, {"id": "wait", "kind": "wait", "config": {"hours": 1}}, SEND)
    customer = make_customer(store, now)
    for number in range(60):
        order = make_order(customer, now, number=f"#{number}")
        happen(PLACED, order=order, at=now)
    with django_assert_max_num_queries(12):
        assert move_due(now) == 60
