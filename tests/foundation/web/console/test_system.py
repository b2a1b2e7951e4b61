"""Parked events and how far subscribers have read."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest
from django.db import transaction

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.foundation.events import subscriptions
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact, Recorded
from aftercare.foundation.events.models import EventRow, ParkedEvent
from aftercare.foundation.events.subscriptions import Subscriber
from aftercare.foundation.staff.events import StaffJoined
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW, make_store
from tests.staffing import Staff
from tests.visiting import words_of


class Moody:
    """A subscriber that fails until its mood changes."""

    def __init__(self) -> None:
        self.fails = True
        self.seen: list[str] = []

    def __call__(self, batch: Sequence[Recorded], *, now: datetime) -> None:
        if self.fails:
            raise ValueError(f"not today, {now:%A}")
        self.seen += [event.type for event in batch]


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moody]:
    one = Moody()
    monkeypatch.setitem(subscriptions._subscribers, "test.moody", Subscriber("test.moody", one))
    return one  # type: ignore[return-value]


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


@pytest.fixture
def parked(store: Store) -> ParkedEvent:
    with store_scope(store.pk), transaction.atomic():
        record([Fact(OrderPlaced("#1042", 3980, "EUR", 1), store.pk, NOW)], now=NOW)
        event = EventRow.objects.exclude(type=StaffJoined.type).get()
        return ParkedEvent.objects.create(
            store=store, subscriber="test.moody", event_id=event.id, event_type=event.type, attempts=3, parked_at=NOW,
            error="Traceback (most recent call last):\n  File …\nValueError: not today",
        )  # fmt: skip


def told(store: Store) -> list[tuple[str, str]]:
    """What the log says of parked events, and who did it."""
    with store_scope(store.pk):
        return list(EventRow.objects.filter(type__startswith="event.").values_list("type", "actor"))


def state_of(store: Store) -> tuple[str, str, str]:
    with store_scope(store.pk):
        row = ParkedEvent.objects.get()
        return row.state, row.settled_by, row.reason


def test_what_is_parked_stands_on_today_in_the_list_and_on_its_page(olga: Staff, parked: ParkedEvent) -> None:
    assert "“Order placed” could not be worked off test.moody" in words_of(olga.see("today"))
    assert "order.placed test.moody Waits for you ValueError: not today" in words_of(olga.see("system", state="parked"))
    words = words_of(olga.see("parked", parked.pk))
    assert "What went wrong ValueError: not today" in words
    assert '"number": "#1042"' in words
    assert 'System</span><span class="count">1</span>' in olga.see("today")


def test_replaying_ends_it_where_the_cause_is_mended(
    olga: Staff, store: Store, parked: ParkedEvent, moody: Moody
) -> None:
    olga.do("parked_replay", parked.pk)
    assert "It failed again: not today" in olga.see("parked", parked.pk)
    assert state_of(store)[0] == "parked"
    moody.fails = False
    olga.do("parked_replay", parked.pk)
    assert moody.seen == ["order.placed"]
    assert state_of(store)[:2] == ("replayed", f"staff:{olga.user.public_id}")
    assert "Olga" in words_of(olga.see("parked", parked.pk))
    assert told(store) == [("event.replayed", f"staff:{olga.user.public_id}")]


def test_giving_up_takes_a_reason(olga: Staff, store: Store, parked: ParkedEvent) -> None:
    olga.do("parked_drop", parked.pk, expect=422)
    assert state_of(store)[0] == "parked"
    olga.do("parked_drop", parked.pk, reason="A test order")
    assert state_of(store)[::2] == ("dropped", "A test order")
    assert told(store) == [("event.given_up", f"staff:{olga.user.public_id}")]
    assert "Replay" not in words_of(olga.see("parked", parked.pk))


def test_agents_look_and_operators_repair(store: Store, parked: ParkedEvent) -> None:
    arne = Staff(store, Role.AGENT, "arne@juniper.example")
    assert "Replay" not in words_of(arne.see("parked", parked.pk))
    arne.do("parked_replay", parked.pk, expect=403)
    otto = Staff(store, Role.OPERATOR, "otto@juniper.example")
    assert "Replay" in words_of(otto.see("parked", parked.pk))


def test_another_stores_parked_events_are_not_found(parked: ParkedEvent) -> None:
    mallory = Staff(make_store(slug="other"), email="mallory@other.example")
    assert mallory.get("parked", parked.pk).status_code == 404


def test_subscribers_that_have_never_run(olga: Staff) -> None:
    assert "No worker has run yet" in olga.see("subscribers")
