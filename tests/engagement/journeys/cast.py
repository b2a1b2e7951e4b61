"""Journeys of the tests, and ways to let time pass."""

from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.engagement.journeys.actions.publish import publish_version
from aftercare.engagement.journeys.actions.travel import move_due
from aftercare.engagement.journeys.models import Enrolment, StepLog, Version
from aftercare.engagement.journeys.subscribers import enter_and_nudge
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact, Recorded
from aftercare.foundation.stores.models import Store


def publish(store: Store, now: datetime, *steps: dict[str, Any], trigger: str = "order.placed", **more: Any) -> Version:
    """A journey called "test"."""
    definition = {"trigger": trigger, "entry": {"once_per": "order"}, "steps": list(steps), **more}
    return publish_version(
        store=store, key="test", name="Test", description="", definition=definition, by="test", now=now
    )


def happen(
    event: Event, *, order: Any, at: datetime, now: datetime | None = None, shipment_id: int | None = None
) -> None:
    """Record an event and let journeys hear of it."""
    fact = Fact(event, order.store_id, at, customer_id=order.customer_id, order_id=order.pk, shipment_id=shipment_id)
    with transaction.atomic():
        record([fact], now=now or at)
        hear(now or at)


def hear(now: datetime) -> None:
    """Let journeys hear of every event of this test: hearing twice changes nothing."""
    rows = fetch_decoded(
        "SELECT id, store_id, type, occurred_at, recorded_at, customer_id, order_id, shipment_id, actor, data"
        " FROM events_event ORDER BY seq"
    )
    enter_and_nudge([Recorded(*row) for row in rows], now=now)


def travel(now: datetime) -> None:
    """Move everyone who is due, until nobody is."""
    for _ in range(10):
        if not move_due(now):
            return
    raise AssertionError("somebody is always due")


def story(enrolment: Enrolment) -> list[tuple[str, str]]:
    """What happened at each step."""
    return list(StepLog.objects.filter(enrolment=enrolment).order_by("id").values_list("step", "outcome"))
