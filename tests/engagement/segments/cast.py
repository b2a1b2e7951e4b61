"""Segments of the tests: customers to whom things happen, and ways to let everybody hear of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.orders.models import Order
from aftercare.engagement.segments.actions import create_segment, pass_time, read_past_and_compute
from aftercare.engagement.segments.definition import read_definition
from aftercare.engagement.segments.models import Member, Segment
from aftercare.engagement.segments.subscribers import follow_customers
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact, Recorded
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores
from tests.factories import NOW, make_customer, make_order

DAY = timedelta(days=1)


def people(store: Store, *names: str, **told: Any) -> list[Customer]:
    """Customers of these first names."""
    return [make_customer(store, name=name.title(), email=f"{name}@example.com", **told) for name in names]


def condition(kind: str, *, opposite: bool = False, **config: Any) -> dict[str, Any]:
    return {"kind": kind, "config": config, "opposite": opposite}


def group(*parts: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"match": match, "parts": list(parts)}


def make_segment(
    store: Store, *parts: dict[str, Any], match: str = "all", name: str = "Test", now: datetime = NOW
) -> Segment:
    """A segment, computed. Needs the store's scope."""
    made = create_segment(
        store=store, name=name, definition=read_definition(group(*parts, match=match)), by="test", now=now
    )  # fmt: skip
    compute(now)
    return made


def make_list(store: Store, name: str = "A list") -> Segment:
    """A list with nobody on it yet."""
    return create_segment(store=store, name=name, definition=None, by="test", now=NOW)


def happen(event: Event, *customers: Customer, at: datetime = NOW) -> None:
    """It happens to each of them; nobody has heard of it yet."""
    with transaction.atomic():
        record([Fact(event, one.store_id, at, customer_id=one.pk) for one in customers], now=max(at, NOW))


def buy(store: Store, who: Customer, number: str, *, at: datetime = NOW, total: str = "39.80", **told: Any) -> Order:
    """An order of one filter jug."""
    return make_order(
        store, id=number, number=f"#{number}", email=who.email, placed_at=at.isoformat(), total=total, **told
    )


def hear(now: datetime = NOW) -> None:
    """Everything that has happened is heard of, again and again until nothing new comes of it: twice changes nothing."""
    known = -1
    while (count := EventRow.objects.count()) != known:
        known = count
        rows = fetch_decoded(
            "SELECT id, store_id, type, occurred_at, recorded_at, customer_id, order_id, shipment_id, actor, data"
            " FROM events_event ORDER BY seq"
        )
        with transaction.atomic(), across_stores("a subscriber serves every store"):
            follow_customers([Recorded(*row) for row in rows], now=now)


def compute(now: datetime = NOW) -> None:
    """Until everything is computed."""
    while read_past_and_compute(now):
        pass


def wait(now: datetime) -> None:
    """Time passes until then."""
    while pass_time(now):
        pass


def members(segment: Segment) -> list[str]:
    """Who is in it, by first name."""
    names = Member.objects.filter(segment=segment).values_list("customer__name", flat=True)
    return sorted(name.lower() for name in names)


def moves(segment: Segment) -> list[tuple[str, str]]:
    """Who entered and left, as the log has it."""
    rows = EventRow.objects.filter(type__in=["segment.entered", "segment.left"], data__segment=segment.public_id)
    names = dict(Customer.objects.values_list("pk", "name"))
    return [(row.type.partition(".")[2], names[row.customer_id].lower()) for row in rows.order_by("tx", "seq")]


def sizes_agree(*segments: Segment) -> None:
    """What is kept beside a segment is what is counted."""
    for segment in segments:
        segment.refresh_from_db()
        assert segment.size == Member.objects.filter(segment=segment).count()
