"""Subscribers: exactly once, in order, whatever fails."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import psycopg
import pytest
from django.db import connection, transaction

from aftercare.commerce.orders.events import OrderDelivered, OrderPlaced
from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.events.actions import drop_parked, record
from aftercare.foundation.events.base import Fact, Recorded
from aftercare.foundation.events.errors import AlreadySettled, StillFailing
from aftercare.foundation.events.models import ParkedEvent
from aftercare.foundation.events.runner import install_cursors, replay_parked, run_batch
from aftercare.foundation.events.subscriptions import Subscriber
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope
from tests.factories import make_store
from tests.settling import wait_until_settled

pytestmark = pytest.mark.django_db(transaction=True)


class Listener:
    """Keeps what it hears; fails on numbers it is told to fail on."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.poison: set[str] = set()

    def __call__(self, batch: Sequence[Recorded], *, now: datetime) -> None:  # noqa: ARG002 -- a handler
        for event in batch:
            if event.data["number"] in self.poison:
                raise ValueError(f"cannot digest {event.data['number']}")
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO effects VALUES (%s)", [event.data["number"]])


@pytest.fixture
def listener() -> Iterator[Listener]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effects (number text)")
    yield Listener()
    with connection.cursor() as cursor:
        # Whoever reads just now, such as autovacuum, is not locked out.
        cursor.execute("DROP TABLE effects; DELETE FROM events_parkedevent; DELETE FROM events_cursor")
        cursor.execute("DELETE FROM events_event")


@pytest.fixture
def reader(listener: Listener, now: datetime) -> Subscriber:
    found = Subscriber("tests.listener", listener, frozenset({OrderPlaced.type}), batch=10)
    run_batch(reader=found, now=now)  # installs its cursor here
    return found


def effects() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM effects ORDER BY ctid")
        return [row[0] for row in cursor.fetchall()]


def place(store: Store, now: datetime, *numbers: str) -> None:
    with transaction.atomic():
        record([Fact(OrderPlaced(number, 100, "EUR", 1), store.pk, now, order_id=1) for number in numbers], now=now)


def drain(reader: Subscriber, now: datetime) -> None:
    wait_until_settled()
    for _ in range(50):
        if not run_batch(reader=reader, now=now):
            return
    raise AssertionError("it never ends")


def test_hears_each_event_once_and_in_order(reader: Subscriber, now: datetime) -> None:
    store = make_store()
    place(store, now, *(str(number) for number in range(25)))
    drain(reader, now)
    drain(reader, now)
    assert effects() == [str(number) for number in range(25)]


def test_a_new_subscriber_begins_at_the_end(reader: Subscriber, listener: Listener, now: datetime) -> None:
    store = make_store()
    place(store, now, "before")
    late = Subscriber("tests.late", listener, frozenset({OrderPlaced.type}))
    wait_until_settled()
    run_batch(reader=late, now=now)
    place(store, now, "after")
    drain(late, now)
    assert effects() == ["after"]


def test_what_does_not_concern_it_is_passed_over(reader: Subscriber, now: datetime) -> None:
    store = make_store()
    with transaction.atomic():
        record([Fact(OrderDelivered("x"), store.pk, now)] * 30, now=now)
    place(store, now, "mine")
    drain(reader, now)
    assert effects() == ["mine"]


def test_an_event_whose_transaction_is_slow_is_not_skipped(reader: Subscriber, now: datetime) -> None:
    """The slow one took its number first and commits last."""
    store = make_store()
    with psycopg.connect(**connection_parameters()) as slow:
        slow.execute(
            "INSERT INTO events_event (id, store_id, type, occurred_at, recorded_at, actor, data)"
            " VALUES (gen_random_uuid(), %s, 'order.placed', now(), now(), 'x', '{\"number\": \"slow\"}')",
            [store.pk],
        )
        place(store, now, "quick")
        run_batch(reader=reader, now=now)
        assert effects() == []
        slow.commit()
    drain(reader, now)
    assert sorted(effects()) == ["quick", "slow"]


def test_a_poison_event_is_parked_and_the_rest_goes_on(reader: Subscriber, listener: Listener, now: datetime) -> None:
    store = make_store()
    listener.poison = {"3", "7"}
    place(store, now, *(str(number) for number in range(10)))
    drain(reader, now)
    assert effects() == ["0", "1", "2", "4", "5", "6", "8", "9"]
    with store_scope(store.pk):
        parked = list(ParkedEvent.objects.order_by("id"))
        assert [one.attempts for one in parked] == [3, 3]
        assert "cannot digest 3" in parked[0].error


def test_a_parked_event_is_replayed_once_it_can_be(
    reader: Subscriber, listener: Listener, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store()
    monkeypatch.setattr("aftercare.foundation.events.runner.subscriber", lambda _name: reader)
    listener.poison = {"bad"}
    place(store, now, "bad")
    drain(reader, now)
    with store_scope(store.pk):
        parked = ParkedEvent.objects.get()
        with pytest.raises(StillFailing):
            replay_parked(parked=parked, by="staff:olga", now=now)
        assert ParkedEvent.objects.get().state == "parked"
        listener.poison = set()
        replay_parked(parked=parked, by="staff:olga", now=now)
        assert effects() == ["bad"]
        with pytest.raises(AlreadySettled):
            drop_parked(parked=parked, by="staff:arne", reason="late", now=now)


def test_a_lost_database_parks_nothing(reader: Subscriber, now: datetime) -> None:
    store = make_store()

    def lose_it(batch: Sequence[Recorded], *, now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    place(store, now, "one")
    broken = Subscriber(reader.name, lose_it, reader.types, reader.batch)
    wait_until_settled()
    with pytest.raises(Exception, match=r"terminating connection|closed"):
        run_batch(reader=broken, now=now)
    connection.close()
    drain(reader, now)
    assert effects() == ["one"]
    with across_stores("a test looks"):
        assert not ParkedEvent.objects.exists()


def test_shards_share_the_work_and_keep_a_customers_order(listener: Listener, now: datetime) -> None:
    store = make_store()
    reader = Subscriber("tests.sharded", listener, frozenset({OrderPlaced.type}), batch=7)
    for shard in range(3):
        run_batch(reader=reader, now=now, shard=shard, shards=3)
    with transaction.atomic():
        record([
            Fact(OrderPlaced(f"{customer}-{turn}", 1, "EUR", 1), store.pk, now, customer_id=customer)
            for turn in range(4)
            for customer in range(9)
        ], now=now)  # fmt: skip
    wait_until_settled()
    for shard in (2, 0, 1):
        while run_batch(reader=reader, now=now, shard=shard, shards=3):
            pass
    heard = effects()
    assert len(heard) == len(set(heard)) == 36
    for customer in range(9):
        assert [one for one in heard if one.startswith(f"{customer}-")] == [f"{customer}-{turn}" for turn in range(4)]


def test_installing_is_done_once(now: datetime) -> None:
    install_cursors(now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_cursor")
        before = cursor.fetchone()
        install_cursors(now=now)
        cursor.execute("SELECT count(*) FROM events_cursor")
        assert cursor.fetchone() == before
        cursor.execute("TRUNCATE events_cursor")
