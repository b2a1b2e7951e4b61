"""Timers: who holds one holds the traveller, nudges are never lost, and moves leave the indexes of enrolments alone."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from threading import Event

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from aftercare.commerce.orders.events import OrderDelivered, OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.actions.publish import pause, resume
from aftercare.engagement.journeys.actions.travel import move_due
from aftercare.engagement.journeys.models import Enrolment, Journey, StepLog, Timer
from aftercare.engagement.messaging.models import Message
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.journeys.cast import happen, publish, story, travel
from tests.engagement.messaging.cast import make_customer, make_order, with_templates

HOUR = timedelta(hours=1)
PATIENCE = 20.0
CLAIMS = 30
WAIT = {"id": "wait", "kind": "wait", "config": {"hours": 5}}
SEND = {"id": "send", "kind": "send", "config": {"message": "order_confirmed"}}
WAIT_FOR = {
    "id": "arrival", "kind": "wait_for",
    "config": {"events": ["order.delivered"], "by": "order", "timeout_hours": 48}, "branches": {"timeout": "end"},
}  # fmt: skip
two_connections = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


@contextmanager
def elsewhere(work: Callable[[], object]) -> Iterator[Future[None]]:
    """Do it on a connection of its own, while the block runs; fails if it failed."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        doing = thread.submit(run)
        yield doing
        doing.result(PATIENCE)


@contextmanager
def in_flight(work: Callable[[], object]) -> Iterator[None]:
    """It is done, and committed when the block ends."""
    done, commit = Event(), Event()

    def run() -> None:
        with transaction.atomic():
            work()
            done.set()
            assert commit.wait(PATIENCE)

    with elsewhere(run):
        assert done.wait(PATIENCE)
        try:
            yield
        finally:
            commit.set()


def until_there_is(what: str, *parameters: str) -> None:
    """Another connection of which this is true."""
    others = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND "
    ends = time.monotonic() + PATIENCE
    while not fetch(others + what, parameters):
        assert time.monotonic() < ends, f"never {what}"
        time.sleep(0.002)


def enter(store: Store, now: datetime, *, count: int = 1) -> list[Order]:
    customer = make_customer(store, now)
    orders = [make_order(customer, now, number=f"#{number}") for number in range(count)]
    for order in orders:
        happen(OrderPlaced(order.number, 8900, "EUR", 1), order=order, at=now)
    return orders


@two_connections
def test_a_nudge_meets_a_look_in_flight_and_is_not_lost(store: Store, now: datetime) -> None:
    """The look has seen no delivery and is about to wait two days; then the delivery comes, before it has committed."""
    publish(store, now, WAIT_FOR, SEND)
    (order,) = enter(store, now)
    assert move_due(now) == 1
    with ExitStack() as nudging, in_flight(lambda: move_due(now)):
        nudging.enter_context(elsewhere(lambda: happen(OrderDelivered(order.number), order=order, at=now)))
        until_there_is("wait_event_type = 'Lock'")
    assert Timer.objects.get().due_at == now
    travel(now)
    assert story(Enrolment.objects.get()) == [("arrival", "waits"), ("arrival", "happened"), ("send", "send")]


@two_connections
def test_a_nudge_leaves_alone_whoever_has_gone_on(store: Store, now: datetime) -> None:
    publish(store, now, WAIT_FOR, WAIT)
    (order,) = enter(store, now)
    travel(now)
    happen(OrderDelivered(order.number), order=order, at=now)
    with ExitStack() as nudging, in_flight(lambda: move_due(now)):
        nudging.enter_context(elsewhere(lambda: happen(OrderDelivered(order.number), order=order, at=now)))
        until_there_is("wait_event_type = 'Lock'")
    assert Timer.objects.get().due_at == now + 5 * HOUR


@two_connections
def test_two_workers_never_hold_the_same_traveller(store: Store, now: datetime) -> None:
    publish(store, now, WAIT)
    enter(store, now, count=3)
    with in_flight(lambda: move_due(now, limit=1)):
        assert move_due(now) == 2
        assert move_due(now) == 0
    assert move_due(now) == 0
    assert list(StepLog.objects.values_list("step", "outcome")) == [("wait", "waits")] * 3


@two_connections
def test_who_moves_while_a_claim_is_made_is_seen_as_they_are_then(store: Store, now: datetime) -> None:
    """Due again at once, they are reached by a claim that began before that move was committed."""
    publish(store, now, WAIT_FOR, SEND)
    enter(store, now)
    lock_a_crowd = "SELECT 1 FROM journeys_timer WHERE enrolment_id < 0 FOR UPDATE"
    # The claim passes over it for a while, long enough for the move to be committed.
    fetch(
        "INSERT INTO journeys_timer (enrolment_id, store_id, due_at, waits_for, waits_by)"
        " SELECT -n, %s, %s, '', '' FROM generate_series(1, 50000) AS n RETURNING 1",
        [store.pk, now - HOUR],
    )
    with in_flight(lambda: fetch(lock_a_crowd)), ExitStack() as claiming, in_flight(lambda: move_due(now)):
        # One claim after the other: a single one may be over before it has been seen.
        claiming.enter_context(elsewhere(lambda: [move_due(now) for _ in range(CLAIMS)]))
        until_there_is("state = 'active' AND query LIKE %s", "%FROM journeys_timer%SKIP LOCKED%")
    assert story(Enrolment.objects.get()) == [("arrival", "waits")]


@two_connections
def test_a_worker_killed_half_way_has_done_nothing(store: Store, now: datetime) -> None:
    publish(store, now, SEND)
    enter(store, now)

    def move_and_die() -> None:
        with transaction.atomic():
            assert move_due(now) == 1
            fetch("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError), elsewhere(move_and_die):
        pass
    assert (Enrolment.objects.get().state, StepLog.objects.count(), Message.objects.count()) == ("running", 0, 0)
    travel(now)
    assert (Enrolment.objects.get().outcome, Message.objects.count()) == ("completed", 1)


@two_connections
def test_whoever_is_on_the_move_is_paused_where_they_arrive(store: Store, now: datetime) -> None:
    version = publish(store, now, WAIT, SEND)
    enter(store, now)
    journey = version.journey

    def pause_it() -> None:
        with store_scope(store.pk):
            pause(journey=journey, by="test", now=now)

    with ExitStack() as pausing, in_flight(lambda: move_due(now)):
        pausing.enter_context(elsewhere(pause_it))
        until_there_is("wait_event_type = 'Lock'")
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.due_at, Timer.objects.count()) == ("paused", now + 5 * HOUR, 0)


@pytest.mark.django_db
def test_only_who_is_under_way_has_a_timer(store: Store, now: datetime) -> None:
    version = publish(store, now, WAIT, SEND)
    enter(store, now)
    assert Timer.objects.get().due_at == now
    travel(now)
    assert Timer.objects.get().due_at == now + 5 * HOUR
    pause(journey=version.journey, by="test", now=now)
    assert not Timer.objects.exists()
    resume(journey=version.journey, by="test", now=now + HOUR)
    assert Timer.objects.get().due_at == now + 5 * HOUR
    travel(now + 5 * HOUR)
    assert (Enrolment.objects.get().state, Timer.objects.count()) == ("ended", 0)


@pytest.mark.django_db
def test_what_happens_during_a_pause_is_found_when_it_ends(store: Store, now: datetime) -> None:
    version = publish(store, now, WAIT_FOR, SEND)
    (order,) = enter(store, now)
    travel(now)
    pause(journey=version.journey, by="test", now=now)
    happen(OrderDelivered(order.number), order=order, at=now + HOUR)
    resume(journey=version.journey, by="test", now=now + 2 * HOUR)
    travel(now + 2 * HOUR)
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_pausing_one_journey_leaves_the_others_running(store: Store, now: datetime) -> None:
    publish(store, now, WAIT, SEND)
    enter(store, now)
    other = Journey.objects.create(store=store, key="other", name="Other", state="live", created_at=now)
    pause(journey=other, by="test", now=now)
    assert (Enrolment.objects.get().state, Timer.objects.count()) == ("running", 1)


@pytest.mark.django_db
def test_no_index_of_enrolments_mentions_what_a_move_changes() -> None:
    """Else PostgreSQL would write every one of them with every move."""
    changed = {"state", "step", "due_at", "anchor_at", "waits_for", "waits_by", "outcome", "detail", "ended_at"}
    indexes = [row[0] for row in fetch("SELECT indexdef FROM pg_indexes WHERE tablename = 'journeys_enrolment'")]
    assert len(indexes) > 5
    assert [index for index in indexes if changed & set(re.findall(r"\w+", index.partition(" USING ")[2]))] == []


@pytest.mark.slow
@pytest.mark.django_db
def test_who_is_under_way_comes_through_the_migration_and_back(store: Store, now: datetime) -> None:
    publish(store, now, WAIT_FOR, SEND)
    waiting, gone = enter(store, now, count=2)
    travel(now)
    happen(OrderDelivered(gone.number), order=gone, at=now)
    travel(now)
    happen(OrderDelivered(waiting.number), order=waiting, at=now + HOUR)
    before = list(Timer.objects.values_list())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    call_command("migrate", "journeys", "0001", verbosity=0)
    due = "SELECT due_at FROM journeys_enrolment WHERE state = 'running' AND due_at <= %s"
    assert fetch(due, [now + HOUR]) == [(now + HOUR,)]
    call_command("migrate", "journeys", verbosity=0)
    assert list(Timer.objects.values_list()) == before
