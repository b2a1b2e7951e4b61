"""Judging parcels: all facts of a batch are gathered, weighed and written in one statement, by the tables of `policy`.

Two things lead here. What happens to a parcel is read from the log by a subscriber; what is no fact for the log (one
more scan in a depot) is noted on the rows it matters to, in the transaction that records it. And time passes: `due_at`
says when it matters, and a loop takes what is due. A row is claimed by one statement and judged by the next, which
begins under the lock and so sees whatever the last note was about.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import product
from typing import Any

from django.db import transaction

from aftercare.commerce.health import policy
from aftercare.commerce.health.actions.calendars import CALENDARS, calendars_of, worked
from aftercare.commerce.health.events import ShipmentHealthChanged
from aftercare.commerce.health.vocabulary import HealthReason, HealthState
from aftercare.commerce.shipments.policy import lane_of
from aftercare.commerce.shipments.vocabulary import Reason, Status
from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.jobs.loops import wake

HEALTH = "health"
BATCH = 10_000
_CLAIM = """
    SELECT shipment_id, store_id FROM health_health WHERE due_at <= %s ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
# Sorted, so that of two batches with parcels in common one waits for the other, and neither for ever.
_FOLLOW = """
    INSERT INTO health_health (shipment_id, store_id, state, why, since, usual_seconds, attempted_at, due_at)
    SELECT s.id, s.store_id, 'on_time', 'on_schedule', %(now)s, 0, v.attempted_at, %(now)s
    FROM unnest(%(ids)s::bigint[], %(attempts)s::timestamptz[]) AS v(id, attempted_at)
         JOIN shipments_shipment s ON s.id = v.id AND s.created_at > %(oldest)s
    ORDER BY s.id
    ON CONFLICT (shipment_id) DO UPDATE
       SET due_at = %(now)s, attempted_at = coalesce(excluded.attempted_at, health_health.attempted_at)
    RETURNING shipment_id, store_id
"""
_NOTE = """
    WITH noted AS (
        SELECT shipment_id FROM health_health
        WHERE (shipment_id = ANY(%(heard)s) AND state <> ALL(%(untroubled)s)) OR shipment_id = ANY(%(changed)s)
        ORDER BY shipment_id FOR UPDATE
    )
    UPDATE health_health h SET due_at = %(now)s FROM noted WHERE h.shipment_id = noted.shipment_id
    RETURNING h.shipment_id
"""
# A batch is small beside a store's parcels, so each is looked up by its key (OFFSET 0 keeps the planner from reading them
# all), and what the policy says of its status and reason is taken from arrays rather than joined. Facts and what they weigh
# are materialized, so that the arrays of policy and calendar are not carried through every join that follows.
_FACTS = """
    SELECT h.ctid AS row, h.shipment_id, h.state AS before, s.status, s.created_at, coalesce(p.latest, s.expected_by) AS deadline,
           c.resumes_at, heard.silence,
           coalesce(own.stalled_after, of_all.stalled_after, t.stalled[place.status]) AS stalled_after,
           coalesce(own.lost_after, of_all.lost_after, t.lost_after[place.status]) AS lost_after,
           t.told[place.status][coalesce(place.reason, 1)][1 + (h.attempted_at IS NOT NULL)::int] AS told,
           t.quiet[place.status] AS quiet, t.is_final[place.status] AS is_final,
           t.is_past_attempt[place.status] AS is_past_attempt
    FROM health_health h
         CROSS JOIN LATERAL (
            SELECT store_id, carrier, status, reason, created_at, last_scan_at, expected_by FROM shipments_shipment
            WHERE id = h.shipment_id OFFSET 0) s
         LEFT JOIN LATERAL (
             SELECT first_latest AS latest FROM promises_promise WHERE shipment_id = h.shipment_id OFFSET 0) p ON true
         JOIN calendars c ON c.store_id = s.store_id
         CROSS JOIN tables t
         CROSS JOIN LATERAL (
            SELECT c.worked_now - {silent_since} AS silence
            FROM (SELECT coalesce(s.last_scan_at, s.created_at) AT TIME ZONE c.zone AS at OFFSET 0) seen OFFSET 0) heard
         CROSS JOIN LATERAL (
            SELECT array_position(t.statuses, s.status::text) AS status,
                   CASE s.reason WHEN '' THEN 1 ELSE array_position(t.reasons, s.reason::text) END AS reason OFFSET 0
         ) place
         LEFT JOIN health_lane own
                ON own.store_id = s.store_id AND own.carrier = s.carrier AND own.status = s.status
         LEFT JOIN health_lane of_all
                ON of_all.store_id = s.store_id AND of_all.carrier = '*' AND of_all.status = s.status
    WHERE h.shipment_id = ANY(%(ids)s::bigint[])
"""
_WEIGHED = """
    SELECT f.*,
           CASE WHEN is_final THEN told
                ELSE greatest(
                    told,
                    CASE WHEN silence >= lost_after THEN %(lost)s WHEN silence >= stalled_after THEN quiet ELSE 0 END,
                    CASE WHEN %(now)s >= deadline THEN %(late)s
                         WHEN status = 'pending' AND %(now)s >= deadline - %(handover)s THEN %(short)s ELSE 0 END)
           END AS code,
           CASE WHEN NOT is_final AND %(now)s < created_at + %(judged_for)s
                THEN least(
                    created_at + %(judged_for)s, %(now)s + %(looked_at_every)s,
                    CASE WHEN status = 'pending' AND deadline - %(handover)s > %(now)s THEN deadline - %(handover)s
                         WHEN deadline > %(now)s THEN deadline END,
                    resumes_at + make_interval(secs =>
                        CASE WHEN silence < stalled_after AND stalled_after < %(never)s THEN stalled_after - silence
                             WHEN silence < lost_after AND lost_after < %(never)s THEN lost_after - silence END))
           END AS next_at
    FROM facts f
"""
_JUDGE = f"""
    WITH calendars AS MATERIALIZED ({CALENDARS}),
    tables AS MATERIALIZED (
        SELECT %(statuses)s::text[] AS statuses, %(reasons)s::text[] AS reasons, %(stalled)s::float8[] AS stalled,
               %(lost_after)s::float8[] AS lost_after, %(told)s::int[] AS told, %(quiet)s::int[] AS quiet,
               %(is_final)s::boolean[] AS is_final, %(is_past_attempt)s::boolean[] AS is_past_attempt),
    meant AS MATERIALIZED (
        SELECT * FROM unnest(%(codes)s::int[], %(states)s::text[], %(whys)s::text[]) AS m(code, state, why)),
    facts AS MATERIALIZED ({_FACTS.format(silent_since=worked("seen.at"))}),
    weighed AS MATERIALIZED ({_WEIGHED}),
    judged AS (
        UPDATE health_health h
        SET state = m.state, why = m.why, due_at = w.next_at, deadline = w.deadline,
            usual_seconds = least(w.stalled_after, %(never)s)::int,
            since = CASE WHEN h.state = m.state THEN h.since ELSE %(now)s END,
            attempted_at = CASE WHEN w.is_past_attempt THEN NULL ELSE h.attempted_at END
        FROM weighed w JOIN meant m ON m.code = w.code
        WHERE h.ctid = w.row
        RETURNING h.shipment_id, w.before, h.state, h.why, w.silence, w.stalled_after, w.deadline)
    SELECT j.shipment_id, j.before, j.state, j.why, j.silence, j.stalled_after, j.deadline, s.public_id, s.store_id,
           s.order_id, o.customer_id, o.number, s.carrier, s.status_place, s.reason, s.responsible, s.origin,
           o.shipping_address
    FROM judged j
         CROSS JOIN LATERAL (SELECT * FROM shipments_shipment WHERE id = j.shipment_id OFFSET 0) s
         CROSS JOIN LATERAL (SELECT customer_id, number, shipping_address FROM orders_order WHERE id = s.order_id OFFSET 0) o
    WHERE j.before <> j.state
"""  # noqa: S608 -- constants of this module
_UNTROUBLED = [HealthState.ON_TIME.value, HealthState.DELIVERED.value, HealthState.CANCELLED.value]


@transaction.atomic
def judge_due(now: datetime, *, limit: int = BATCH) -> int:
    """Judge one batch of parcels that time, or a note, has made due; answers how many."""
    return _judge(fetch(_CLAIM, [now, limit]), now=now)


@transaction.atomic
def follow_parcels(*, parcels: Mapping[int, datetime | None], now: datetime) -> int:
    """Judge these parcels at once, new ones among them; each with when a delivery failed, if that is its news."""
    ids = sorted(parcels)
    parameters = {
        "ids": ids, "attempts": [parcels[row_id] for row_id in ids], "now": now, "oldest": now - policy.JUDGED_FOR,
    }  # fmt: skip
    return _judge(fetch(_FOLLOW, parameters), now=now)


def judge_parcels(*, ids: Sequence[int], now: datetime) -> int:
    """Judge parcels about which something else became known, such as when they are to arrive."""
    return follow_parcels(parcels=dict.fromkeys(ids), now=now)


def note_heard(*, heard: Collection[int], changed: Collection[int], now: datetime) -> None:
    """Make parcels due, within the transaction that records what was heard of them without its being an event.

    Of a parcel that fares well one more scan is no news; that its status, reason or expected time changed may be.
    """
    parameters = {"heard": list(heard), "changed": list(changed), "untroubled": _UNTROUBLED, "now": now}
    if fetch(_NOTE, parameters):
        wake(HEALTH)


def _judge(claimed: Sequence[tuple[int, int]], *, now: datetime) -> int:
    if not claimed:
        return 0
    calendars = calendars_of(store_ids={store_id for _, store_id in claimed}, now=now)
    ids = [shipment_id for shipment_id, _ in claimed]
    changed = fetch_decoded(_JUDGE, {**_tables(), **calendars, "ids": f"{{{','.join(map(str, ids))}}}"})
    record([_fact(row, now) for row in changed if policy.is_news(row[1], row[2])], now=now)
    return len(claimed)


@cache
def _tables() -> dict[str, Any]:
    """What the policy says of every status and reason there is, and what its numbers mean."""
    statuses, reasons = Status.values, ["", *map(str, Reason)]
    findings = [policy.Finding(state, why) for state, why in product(HealthState, HealthReason)]
    return {
        "statuses": statuses, "reasons": reasons,
        "stalled": [policy.USUAL[status].stalled for status in statuses],
        "lost_after": [policy.USUAL[status].lost for status in statuses],
        "told": [[[_told(status, reason, attempted) for attempted in (False, True)] for reason in reasons]
                 for status in statuses],
        "quiet": [policy.code_of(policy.silence_means(status)) for status in statuses],
        "is_final": [policy.final(status) for status in statuses],
        "is_past_attempt": [status in policy.AFTER_ATTEMPT for status in statuses],
        "codes": [policy.code_of(finding) for finding in findings],
        "states": [finding.state.value for finding in findings],
        "whys": [finding.why.value for finding in findings],
        "lost": policy.code_of(policy.LOST), "late": policy.code_of(policy.LATE), "short": policy.code_of(policy.SHORT),
        "handover": policy.HANDOVER_TAKES, "judged_for": policy.JUDGED_FOR,
        "looked_at_every": policy.LOOKED_AT_EVERY, "never": policy.NEVER,
    }  # fmt: skip


def _told(status: str, reason: str, attempted: bool) -> int:  # noqa: FBT001 -- a place in a table
    return policy.code_of(policy.told(status, reason, attempted=attempted))


def _fact(row: tuple[Any, ...], now: datetime) -> Fact:
    (
        shipment_id, before, after, why, silence, usual, deadline, public_id, store_id, order_id, customer_id, number,
        carrier, place, reason, responsible, origin, destination,
    ) = row  # fmt: skip
    event = ShipmentHealthChanged(
        number=number, shipment=public_id, before=before, after=after, why=why, carrier=carrier, place=place,
        lane=lane_of(origin=origin, destination=destination), reason=reason, responsible=responsible,
        silent_hours=int(silence // policy.HOUR),
        usual_hours=int(usual // policy.HOUR) if usual < policy.NEVER else 0,
        deadline=deadline.isoformat() if deadline else "",
    )  # fmt: skip
    return Fact(
        event, store_id=store_id, occurred_at=now, customer_id=customer_id, order_id=order_id, shipment_id=shipment_id
    )
