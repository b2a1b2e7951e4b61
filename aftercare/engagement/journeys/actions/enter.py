"""Entering journeys: events become enrolments, in sets, each entry key once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from aftercare.engagement.journeys.definition import Definition, parse
from aftercare.engagement.journeys.events import JourneyEntered
from aftercare.engagement.journeys.models import new_enrolment_id
from aftercare.engagement.journeys.scheduling import SCHEDULER
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact, Recorded
from aftercare.foundation.jobs.loops import wake

_COLUMNS = {
    "public_id": "text", "store_id": "bigint", "journey_id": "bigint", "version_id": "bigint", "entry_key": "text",
    "event_id": "uuid", "customer_id": "bigint", "order_id": "bigint", "shipment_id": "bigint", "data": "jsonb",
    "step": "text", "due_at": "timestamptz", "anchor_at": "timestamptz", "is_backfill": "boolean",
    "entered_at": "timestamptz",
}  # fmt: skip
_INSERT = f"""
    WITH entered AS (
        INSERT INTO journeys_enrolment ({", ".join(_COLUMNS)}, state, waits_for, waits_by, outcome, detail)
        SELECT *, 'running', '', '', '', '' FROM unnest({", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())})
        ON CONFLICT (journey_id, entry_key) DO NOTHING RETURNING id, store_id, due_at, public_id
    ), started AS (
        INSERT INTO journeys_timer (enrolment_id, store_id, due_at, waits_for, waits_by)
        SELECT id, store_id, due_at, '', '' FROM entered
    )
    SELECT public_id FROM entered
"""  # noqa: S608 -- constants of this module
_LIVE = """
    SELECT v.store_id, v.trigger, j.id, j.key, v.id, v.definition::text
    FROM journeys_version v JOIN journeys_journey j ON j.id = v.journey_id
    WHERE v.is_live AND j.state = 'live' AND v.store_id = ANY(%s) AND v.trigger = ANY(%s)
"""
# An event nudges whoever waits for it; the waiting step then looks into the log itself. Whoever is due already is nudged
# too: they may be on the move, having looked before the event was there. The nudge then waits for that move's end, and
# PostgreSQL holds what the move has written against the conditions once more.
_NUDGE = """
    UPDATE journeys_timer AS t SET due_at = least(t.due_at, %(now)s)
    FROM (SELECT DISTINCT * FROM unnest(%(types)s::text[], %(ids)s::bigint[]) AS n(type, id)) AS n
    JOIN journeys_enrolment AS e ON e.{column} = n.id
    WHERE t.enrolment_id = e.id AND t.waits_by = %(by)s AND n.type = ANY(string_to_array(t.waits_for, ' '))
    RETURNING t.enrolment_id
"""


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """A journey that can be entered now."""

    store_id: int
    trigger: str
    journey_id: int
    journey_key: str
    version_id: int
    definition: Definition


def enter_from_events(*, events: Sequence[Recorded], now: datetime) -> int:
    """Enrol whoever these events let in; answers how many are new."""
    versions = live_versions(store_ids={event.store_id for event in events}, types={event.type for event in events})
    pairs = [
        (version, event)
        for event in events
        for version in versions.get((event.store_id, event.type), ())
        if event.occurred_at >= now - version.definition.entry.fresh_for
    ]
    return enrol(pairs=pairs, now=now, is_backfill=False)


def nudge_waiting(*, events: Sequence[Recorded], now: datetime) -> int:
    """Let enrolments that wait for one of these events look again."""
    nudged = 0
    for column, by in (("order_id", "order"), ("shipment_id", "shipment"), ("customer_id", "customer")):
        pairs = {(event.type, number) for event in events if (number := getattr(event, column))}
        if pairs:
            parameters = {
                "now": now,
                "by": by,
                "types": [kind for kind, _ in pairs],
                "ids": [number for _, number in pairs],
            }
            nudged += len(fetch(_NUDGE.format(column=column), parameters))
    if nudged:
        wake(SCHEDULER)
    return nudged


def live_versions(*, store_ids: set[int], types: set[str]) -> dict[tuple[int, str], list[LiveVersion]]:
    """The live versions of these stores, by store and trigger."""
    found: dict[tuple[int, str], list[LiveVersion]] = defaultdict(list)
    for store, trigger, journey, key, version, source in fetch(_LIVE, [list(store_ids), list(types)]):
        found[store, trigger].append(LiveVersion(store, trigger, journey, key, version, parse(version, source)))
    return found


def enrol(
    *, pairs: Sequence[tuple[LiveVersion, Recorded]], now: datetime, is_backfill: bool,
    keys: Mapping[UUID, str] | None = None,
) -> int:  # fmt: skip
    """Write enrolments for pairs of version and event; answers how many are new.

    `keys` are the entry keys of what is no event of the log, and has no id that would be the same another time.
    """
    admitted = _without_recent(pairs, now)
    rows = [
        row for version, event in admitted if (row := _row(version, event, now, keys or {}, is_backfill=is_backfill))
    ]
    if not rows:
        return 0
    new = {public_id for (public_id,) in fetch(_INSERT, [list(column) for column in zip(*rows, strict=True)])}
    names = {version.journey_id: version.journey_key for version, _ in admitted}
    record([_fact(row, names[row[2]]) for row in rows if row[0] in new], now=now)
    wake(SCHEDULER)
    return len(new)


def _row(
    version: LiveVersion, event: Recorded, now: datetime, keys: Mapping[UUID, str], *, is_backfill: bool
) -> tuple[Any, ...] | None:
    key = entry_key(version.definition, event, keys)
    if key is None:
        return None
    return (
        new_enrolment_id(), event.store_id, version.journey_id, version.version_id, key, event.id, event.customer_id,
        event.order_id, event.shipment_id, orjson.dumps(event.data).decode(), version.definition.steps[0].id, now,
        event.occurred_at, is_backfill, now,
    )  # fmt: skip


def entry_key(definition: Definition, event: Recorded, keys: Mapping[UUID, str]) -> str | None:
    """What may enter once. None where the event is about no such thing."""
    entry = definition.entry
    if entry.once_per == "event" or entry.again_after_days:
        return keys.get(event.id) or f"event:{event.id}"
    number = {"order": event.order_id, "shipment": event.shipment_id, "customer": event.customer_id}[entry.once_per]
    return f"{entry.once_per}:{number}" if number else None


def _without_recent(pairs: Sequence[tuple[LiveVersion, Recorded]], now: datetime) -> list[tuple[LiveVersion, Recorded]]:
    """Leave out who entered too recently to enter again."""
    admitted = [pair for pair in pairs if not pair[0].definition.entry.again_after_days]
    seen: set[tuple[int, int]] = set()
    for version, events in _by_version(pair for pair in pairs if pair[0].definition.entry.again_after_days):
        column = f"{version.definition.entry.once_per}_id"
        days = version.definition.entry.again_after_days or 0
        recent = fetch(
            f"SELECT DISTINCT {column} FROM journeys_enrolment"  # noqa: S608 -- one of three columns
            f" WHERE journey_id = %s AND {column} = ANY(%s) AND (state <> 'ended' OR entered_at > %s)",
            [version.journey_id, [getattr(event, column) for event in events], now - timedelta(days=days)],
        )
        seen |= {(version.journey_id, number) for (number,) in recent}
        for event in events:
            who = (version.journey_id, getattr(event, column))
            if who[1] and who not in seen:
                seen.add(who)
                admitted.append((version, event))
    return admitted


def _by_version(pairs: Iterable[tuple[LiveVersion, Recorded]]) -> list[tuple[LiveVersion, list[Recorded]]]:
    grouped: dict[int, tuple[LiveVersion, list[Recorded]]] = {}
    for version, event in pairs:
        grouped.setdefault(version.version_id, (version, []))[1].append(event)
    return list(grouped.values())


def _fact(row: tuple[Any, ...], journey_key: str) -> Fact:
    return Fact(
        event=JourneyEntered(journey_key, row[0]), store_id=row[1], occurred_at=row[-1], customer_id=row[6],
        order_id=row[7], shipment_id=row[8], actor=f"journey:{journey_key}",
    )  # fmt: skip
