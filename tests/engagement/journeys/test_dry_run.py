"""A dry run says what the live run on the same events did: to whom, when, and what was held back; and leaves no trace."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import InternalError, connection, transaction

from aftercare.commerce.customers.models import Consent, Customer
from aftercare.commerce.orders.events import OrderCancelled, OrderDelivered, OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.actions.publish import publish_version
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.dry_run.findings import Found, Said, everything_said
from aftercare.engagement.journeys.dry_run.running import tried
from aftercare.engagement.journeys.dry_run.world import Tried
from aftercare.engagement.journeys.models import Enrolment
from aftercare.engagement.journeys.subscribers import enter_and_nudge
from aftercare.engagement.messaging.actions.decide_again import decide_again
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds, release_holds
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.actions.rules import change_sending_rules
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.sending_rules import LimitIn, SendingRulesIn
from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.database.stand_ins import moment, stand_ins
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact, Recorded
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from tests.engagement.journeys.cast import happen, travel
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THANK_YOU = {
    "trigger": "order.placed",
    "entry": {"once_per": "order"},
    "conditions": [{"kind": "order_progress", "config": {"stages": ["cancelled"]}, "opposite": True}],
    "steps": [
        {
            "id": "arrival", "kind": "wait_for", "branches": {"timeout": "late"},
            "config": {"events": ["order.delivered"], "by": "order", "timeout_hours": 96},
        },
        {"id": "settle", "kind": "wait", "config": {"hours": 30}},
        {"id": "morning", "kind": "wait_until", "config": {"time": "10:00"}},
        {"id": "thanks", "kind": "send", "config": {"message": "thank_you"}, "next": "end"},
        {"id": "late", "kind": "exit", "config": {"outcome": "late"}},
    ],
}  # fmt: skip
AT_ONCE = {
    "trigger": "order.placed", "entry": {"once_per": "customer", "again_after_days": 2},
    "steps": [{"id": "thanks", "kind": "send", "config": {"message": "thank_you"}}],
}  # fmt: skip
PATIENT = {
    "trigger": "order.placed", "entry": {"once_per": "order"},
    "steps": [
        {"id": "settle", "kind": "wait", "config": {"hours": 30}},
        {"id": "morning", "kind": "wait_until", "config": {"time": "10:00"}},
        {"id": "thanks", "kind": "send", "config": {"message": "thank_you"}},
    ],
}  # fmt: skip
BOUGHT_AGAIN = {**PATIENT, "leaving": {
    "goal": ["order.placed"], "goal_by": "customer", "exits": ["order.delivered"], "exits_by": "order",
}}  # fmt: skip
POINTLESS = {**PATIENT, "leaving": {
    "when": [{"kind": "order_progress", "config": {"stages": ["cancelled"]}}],
}}  # fmt: skip


class Happening(NamedTuple):
    at: datetime
    event: Event
    order: Order


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


def publish(store: Store, definition: dict[str, Any], now: datetime) -> None:
    publish_version(
        store=store, key="test", name="Test", description="", definition=definition, by="test", now=now
    )  # fmt: skip


def live(happenings: list[Happening], *, until: datetime) -> None:
    """The live house, from moment to moment."""
    coming = sorted(happenings)
    while True:
        times = fetch(
            "SELECT min(due_at) FROM (SELECT due_at FROM journeys_timer UNION ALL"
            " SELECT due_at FROM messaging_outboxentry WHERE waits) AS due"
        )
        at = min((one for one in (times[0][0], *(one.at for one in coming[:1])) if one is not None), default=until)
        if at >= until:
            return
        while coming and coming[0].at <= at:
            one = coming.pop(0)
            if one.event.type == "order.cancelled":
                Order.objects.filter(pk=one.order.pk).update(progress="cancelled")
            _hear_once(one)
        travel(at)
        with transaction.atomic():
            decide_again(at)


def _hear_once(one: Happening) -> None:
    """Unlike the cast's `hear`: who may come again is decided when an event is heard of, once."""
    order = one.order
    with transaction.atomic():
        record([Fact(one.event, order.store_id, one.at, customer_id=order.customer_id, order_id=order.pk)], now=one.at)
        rows = fetch_decoded(
            "SELECT id, store_id, type, occurred_at, recorded_at, customer_id, order_id, shipment_id, actor, data"
            " FROM events_event ORDER BY seq DESC LIMIT 1"
        )
        enter_and_nudge([Recorded(*row) for row in rows], now=one.at)


def dry(store: Store, definition: dict[str, Any], since: datetime, until: datetime) -> tuple[Found, list[Said]]:
    what = Tried(store.pk, "test", Definition.model_validate(definition), since, until)
    with tried(what) as found:
        return found, everything_said()


def really_said() -> list[tuple[Any, ...]]:
    """What the live run did, as `Said` tells it."""
    states = {"queued": "sent"}
    return sorted(
        (m.due_at, m.created_at, m.message_type, states.get(m.state, m.state), m.reason, m.customer_id, m.recipient)
        for m in Message.objects.filter(origin__in=["journey:test", "digest"])
    )


def as_told(said: list[Said]) -> list[tuple[Any, ...]]:
    return sorted((s.at, s.asked_at, s.message_type, s.fate, s.reason, s.customer_id, s.recipient) for s in said)


def a_week(store: Store, now: datetime) -> list[Happening]:
    """Orders of a few days: delivered, cancelled before or after, never delivered; one customer with too many."""
    found = []
    customer = make_customer(store, now)
    for number in range(14):
        if number % 3:
            customer = make_customer(store, now, email=f"c{number}@example.com")
        order = make_order(customer, now, number=f"#{number}")
        placed = now + number * timedelta(hours=7, minutes=13)
        found.append(Happening(placed, OrderPlaced(order.number, 8900, "EUR", 1), order))
        if number % 5 != 4:
            found.append(Happening(placed + timedelta(hours=20 + 5 * number), OrderDelivered(order.number), order))
        if number == 6:
            found.append(Happening(placed + 2 * DAY, OrderCancelled(order.number, whole=True), order))
        if number == 7:
            Consent.objects.create(
                store=store, customer=customer, purpose="service", channel="email", granted=False, source="test",
                changed_at=now,
            )  # fmt: skip
    return found


def hold_one(store: Store, customer: Customer, now: datetime) -> None:
    request = HoldRequest(store.pk, customer.pk, "h", "A complaint", now + 20 * DAY)
    place_holds(placed_by="test", holds=[request], now=now)


@pytest.mark.parametrize("definition", [THANK_YOU, AT_ONCE])
def test_it_says_what_the_live_run_said(store: Store, now: datetime, definition: dict[str, Any]) -> None:
    change_sending_rules(
        store=store, rules=SendingRulesIn(limits=(LimitIn(most=1, days=3),)), by="test", now=now
    )  # fmt: skip
    publish(store, definition, now)
    happenings = a_week(store, now)
    held = happenings[2].order.customer
    assert held is not None
    hold_one(store, held, now)
    with transaction.atomic():  # somebody else speaks to one of them as well
        request_messages(requests=[request_for(happenings[5].order, now, message_type="thank_you", key="o")], now=now)
    until = now + 9 * DAY
    live(happenings, until=now + 6 * DAY)
    release_holds(store_id=store.pk, placed_by="test", keys=["h"], now=now + 6 * DAY)
    live([], until=until)
    found, said = dry(store, definition, now - DAY, until)
    assert as_told(said) == really_said()
    assert {one.fate for one in said} >= {"sent", "dropped"}
    assert found.entered == Enrolment.objects.count()
    assert sum(found.standing.values()) == Enrolment.objects.exclude(state="ended").count()
    ended = list(Enrolment.objects.filter(state="ended").values_list("outcome", flat=True))
    assert found.outcomes == {outcome: ended.count(outcome) for outcome in set(ended)}
    assert sum(day["sent"] for day in found.days) == found.messages["sent"]


@pytest.mark.parametrize(
    ("definition", "outcomes"), [(BOUGHT_AGAIN, {"goal", "left_early"}), (POINTLESS, {"left_early"})]
)
def test_whoever_left_early_would_have(
    store: Store, now: datetime, definition: dict[str, Any], outcomes: set[str]
) -> None:
    publish(store, definition, now)
    until = now + 9 * DAY
    live(a_week(store, now), until=until)
    found, said = dry(store, definition, now - DAY, until)
    ended = list(Enrolment.objects.filter(state="ended").values_list("outcome", flat=True))
    assert found.outcomes == {outcome: ended.count(outcome) for outcome in set(ended)}
    assert found.outcomes.keys() == {*outcomes, "completed"}
    assert as_told(said) == really_said()
    assert len(said) == ended.count("completed") < found.entered


def test_what_is_imported_later_counts_as_heard_when_it_happened(store: Store, now: datetime) -> None:
    """A shop that comes with its past sees what it would have said then."""
    definition = {**THANK_YOU, "steps": THANK_YOU["steps"]}
    order = make_order(make_customer(store, now), now)
    long_ago = now - 30 * DAY
    happen(OrderPlaced("#1001", 8900, "EUR", 1), order=order, at=long_ago, now=now)
    happen(OrderDelivered("#1001"), order=order, at=long_ago + DAY, now=now)
    found, said = dry(store, definition, now - 60 * DAY, now)
    assert (found.events, found.imported, len(said)) == (1, 1, 1)
    assert said[0].at.date() == (long_ago + DAY + timedelta(hours=30) + DAY).date()


def test_nothing_of_it_remains(store: Store, now: datetime) -> None:
    publish(store, THANK_YOU, now)
    order = make_order(make_customer(store, now), now)
    happen(OrderPlaced("#1001", 8900, "EUR", 1), order=order, at=now)
    happen(OrderDelivered("#1001"), order=order, at=now + HOUR)
    before = [model.objects.count() for model in (Message, Enrolment, EventRow)]
    found, said = dry(store, THANK_YOU, now - DAY, now + 9 * DAY)
    assert len(said) == 1
    assert [model.objects.count() for model in (Message, Enrolment, EventRow)] == before
    assert not fetch("SELECT 1 FROM pg_class WHERE relpersistence = 't' AND relnamespace = pg_my_temp_schema()")
    assert found.messages["sent"] == 1


def test_postgresql_refuses_what_is_not_a_stand_in(store: Store, now: datetime) -> None:
    customer = make_customer(store, now)
    with stand_ins(late=DAY):
        for statement in ("UPDATE {} SET name = 'x'", "SELECT 1 FROM {} FOR UPDATE", "DELETE FROM {}"):
            with pytest.raises(InternalError), moment(now), connection.cursor() as cursor:
                cursor.execute(statement.format("customers_customer"))
    customer.refresh_from_db()
    assert customer.name == "Sam Okafor"


def test_it_stops_where_it_is_told_to(store: Store, now: datetime) -> None:
    class EnoughError(Exception):
        pass

    def enough(share: float) -> None:
        assert 0 <= share <= 1
        raise EnoughError

    order = make_order(make_customer(store, now), now)
    happen(OrderPlaced("#1001", 8900, "EUR", 1), order=order, at=now)
    what = Tried(store.pk, "test", Definition.model_validate(THANK_YOU), now - DAY, now + DAY)
    with pytest.raises(EnoughError), tried(what, tell=enough):
        raise AssertionError("it should have stopped")
    assert not fetch("SELECT 1 FROM pg_class WHERE relpersistence = 't' AND relnamespace = pg_my_temp_schema()")
