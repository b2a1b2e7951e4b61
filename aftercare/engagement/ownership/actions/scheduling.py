"""Maintenance schedules and when each owned line is due by them, in sets."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aftercare.commerce.catalog.queries import product_named
from aftercare.engagement.ownership.events import ServiceDue, ServiceScheduled, ServiceScheduleEnded
from aftercare.engagement.ownership.models import Schedule, Service
from aftercare.engagement.ownership.schemas import ScheduleIn
from aftercare.engagement.ownership.vocabulary import Unit
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store

SERVICES = "services"
BATCH = 5000
STRIDE = """make_interval(days => CASE s.unit WHEN 'days' THEN s.every ELSE 0 END,
    months => CASE s.unit WHEN 'months' THEN s.every ELSE 0 END)"""
# The first date of the series after now: whoever has had it for years is not told of every one that went by.
_FIRST = """
    CASE s.unit
    WHEN 'days' THEN l.delivered_at + make_interval(days => s.every * (1 + greatest(
        0, floor(extract(epoch FROM %(now)s - l.delivered_at) / 86400 / s.every)::int)))
    WHEN 'months' THEN l.delivered_at + make_interval(months => s.every * (1 + greatest(0, floor((
        extract(year FROM age(%(now)s, l.delivered_at)) * 12 + extract(month FROM age(%(now)s, l.delivered_at))
        ) / s.every)::int)))
    END
"""
_PLAN = f"""
    INSERT INTO ownership_service (key, store_id, schedule_id, line_id, order_id, next_at, uses)
    SELECT gen_random_uuid(), l.store_id, s.id, l.id, l.order_id, {_FIRST}, 0
    FROM orders_line AS l JOIN catalog_product AS p ON p.id = l.product_id
    JOIN ownership_schedule AS s ON s.store_id = l.store_id AND s.ended_at IS NULL AND (
        s.product_id = l.product_id OR (s.product_id IS NULL AND s.category = p.category))
    WHERE {{which}} AND l.delivered_at IS NOT NULL AND l.quantity > l.cancelled_quantity + l.refunded_quantity
    ORDER BY l.id ON CONFLICT (schedule_id, line_id) DO NOTHING RETURNING 1
"""  # noqa: S608 -- constants of this module
_PLAN_LINES = _PLAN.format(which="l.id = ANY(%(lines)s)")
_PLAN_SCHEDULE = _PLAN.format(which="s.id = %(schedule)s")
# After a time in which nothing ran, what fell due meanwhile is told once, and the next comes a whole stride from now.
_DUE = f"""
    WITH due AS (
        SELECT id FROM ownership_service WHERE next_at <= %(now)s
        ORDER BY next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
    UPDATE ownership_service AS v SET
        due_at = CASE WHEN l.quantity > l.cancelled_quantity + l.refunded_quantity THEN v.next_at END,
        next_at = CASE WHEN s.unit <> 'uses' AND l.quantity > l.cancelled_quantity + l.refunded_quantity
                       THEN CASE WHEN v.next_at + {STRIDE} > %(now)s THEN v.next_at ELSE %(now)s END + {STRIDE} END
    FROM due, ownership_schedule AS s, orders_line AS l JOIN orders_order AS o ON o.id = l.order_id
    LEFT JOIN catalog_product AS p ON p.id = l.product_id
    WHERE v.id = due.id AND s.id = v.schedule_id AND l.id = v.line_id
    RETURNING v.store_id, o.customer_id, o.id, v.due_at, o.number, l.external_id, l.title, coalesce(p.public_id, ''),
              v.key::text, s.public_id, s.title, s.text, s.guide
"""  # noqa: S608 -- constants of this module


@transaction.atomic
def schedule_service(*, store: Store, told: ScheduleIn, by: str, now: datetime) -> Schedule:
    """Set a schedule up, for all that is owned already too; raises Invalid. Two statements, however many own it."""
    if bool(told.product) == bool(told.category):
        raise Invalid("A schedule is for a product or for a category.", field="product", remedy="Give one of them.")
    product = product_named(public_id=told.product) if told.product else None
    schedule = Schedule.objects.create(
        store=store, product=product, category=told.category, title=told.title, text=told.text, guide=told.guide,
        every=told.every, unit=told.unit, created_at=now,
    )  # fmt: skip
    planned = fetch(_PLAN_SCHEDULE, {"schedule": schedule.pk, "now": now})
    event = ServiceScheduled(
        schedule=schedule.public_id, title=told.title, every=told.every, unit=Unit(told.unit).value, lines=len(planned)
    )
    record([Fact(event, store_id=store.pk, occurred_at=now, actor=by)], now=now)
    wake(SERVICES)
    return schedule


@transaction.atomic
def end_schedule(*, schedule: Schedule, by: str, now: datetime) -> None:
    """Nothing is due by it any more; what was done stays in the log."""
    if not Schedule.objects.filter(pk=schedule.pk, ended_at=None).update(ended_at=now):
        return
    Service.objects.filter(schedule=schedule).delete()
    event = ServiceScheduleEnded(schedule=schedule.public_id, title=schedule.title)
    record([Fact(event, store_id=schedule.store_id, occurred_at=now, actor=by)], now=now)


def plan_services(*, line_ids: Sequence[int], now: datetime) -> None:
    """What is to be done with lines that are owned now."""
    fetch(_PLAN_LINES, {"lines": list(line_ids), "now": now})


@transaction.atomic
def find_due(now: datetime, *, limit: int = BATCH) -> int:
    """Tell of one batch of services that fell due; answers how many."""
    rows = fetch(_DUE, {"now": now, "limit": limit})
    facts = [
        Fact(
            ServiceDue(
                number=number, line=line, title=title, product=product, service=service, schedule=schedule, what=what,
                text=text, guide=guide, due_at=due_at.isoformat(),
            ),
            store_id=store_id, occurred_at=now, customer_id=customer_id, order_id=order_id,
        )
        for (store_id, customer_id, order_id, due_at, number, line, title, product, service, schedule, what, text,
             guide) in rows
        if due_at
    ]  # fmt: skip
    record(facts, now=now)
    return len(rows)
