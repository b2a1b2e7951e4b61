"""Moving and concluding visits, and noticing that one is near."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aftercare.commerce.orders.actions import rearrange_fulfilment, report_fulfilment
from aftercare.commerce.orders.models import Fulfilment
from aftercare.commerce.visits.errors import EndsBeforeItStarts, IsOver
from aftercare.commerce.visits.events import VisitComingUp
from aftercare.commerce.visits.vocabulary import AHEAD, OVER, TO_COME
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact, Recorded
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.stores.scope import across_stores

NOTICES = "visit notices"
_BATCH = 500
_FORGET = """
    WITH told AS (SELECT * FROM unnest(%(orders)s::bigint[], %(keys)s::text[]) AS t(order_id, key))
    DELETE FROM visits_reminder USING orders_fulfilment f, told
    WHERE fulfilment_id = f.id AND f.order_id = told.order_id AND f.external_id = told.key
"""
# A notice whose time had come when the date was agreed would only repeat what has just been said.
_PLAN = """
    WITH told AS (
        SELECT * FROM unnest(%(orders)s::bigint[], %(keys)s::text[], %(at)s::timestamptz[]) AS t(order_id, key, told_at)
    )
    INSERT INTO visits_reminder (store_id, fulfilment_id, notice, starts_at, due_at)
    SELECT f.store_id, f.id, n.notice, f.scheduled_from, f.scheduled_from - n.ahead
    FROM told JOIN orders_fulfilment f ON f.order_id = told.order_id AND f.external_id = told.key
         CROSS JOIN unnest(%(notices)s::text[], %(ahead)s::interval[]) AS n(notice, ahead)
    WHERE f.kind = 'service_visit' AND f.status = ANY(%(to_come)s) AND f.scheduled_from - n.ahead > told.told_at
"""
_TAKE = """
    DELETE FROM visits_reminder WHERE id IN (
        SELECT id FROM visits_reminder WHERE due_at <= %s ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING due_at, fulfilment_id, notice, starts_at
"""
_STANDING = """
    SELECT f.id, f.store_id, f.external_id, f.scheduled_from, f.scheduled_until, o.id, o.number, o.customer_id
    FROM orders_fulfilment f JOIN orders_order o ON o.id = f.order_id
    WHERE f.id = ANY(%s) AND f.status = ANY(%s) AND f.scheduled_from > %s AND o.cancelled_at IS NULL
"""


def move_visit(*, visit: Fulfilment, starts: datetime, ends: datetime | None, by: str, now: datetime) -> None:
    """Agree on a date, or on another. Raises IsOver and EndsBeforeItStarts."""
    if visit.status in OVER:
        raise IsOver
    if ends is not None and ends <= starts:
        raise EndsBeforeItStarts(starts=starts)
    rearrange_fulfilment(store_id=visit.store_id, row_id=visit.pk, starts=starts, ends=ends, actor=by, now=now)


def report_visit(*, visit: Fulfilment, status: str, at: datetime, by: str, now: datetime) -> None:
    """Say that somebody is on the way, that it is done, that nobody was there, or that it is called off. Raises IsOver."""
    if visit.status in OVER and status != visit.status:
        raise IsOver
    report_fulfilment(store_id=visit.store_id, row_id=visit.pk, status=status, at=at, actor=by, now=now)


def plan_notices(*, told: Sequence[Recorded]) -> None:
    """Make the notices of visits that something is told of agree with their dates."""
    latest = {(one.order_id, str(one.data["fulfilment"])): one.occurred_at for one in told if one.order_id}
    if not latest:
        return
    about = {"orders": [order for order, _ in latest], "keys": [key for _, key in latest], "at": list(latest.values())}
    notices = {"notices": [notice.value for notice in AHEAD], "ahead": list(AHEAD.values()), "to_come": list(TO_COME)}
    fetch(_FORGET + " RETURNING 1", about)
    fetch(_PLAN + " RETURNING 1", about | notices)
    wake(NOTICES)


@transaction.atomic
def give_notices(now: datetime) -> int:
    """Say of visits whose time has come that they are near; answers how many notices were due."""
    with across_stores("time passes in every store"):
        due = sorted(fetch(_TAKE, [now, _BATCH]))
        standing = {row[0]: row[1:] for row in fetch(_STANDING, [[row[1] for row in due], list(TO_COME), now])}
        facts = []
        for _due, fulfilment_id, notice, starts_at in due:
            visit = standing.get(fulfilment_id)
            if visit is None or visit[2] != starts_at:
                continue
            store_id, key, starts, ends, order_id, number, customer_id = visit
            told = VisitComingUp(number, key, notice, starts.isoformat(), ends.isoformat() if ends else "")
            facts.append(Fact(told, store_id, now, customer_id, order_id))
        record(facts, now=now)
    return len(due)
