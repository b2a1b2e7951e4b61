"""Leaving early: events and conditions of a whole journey, looked at when they happen and not only before the next step.

Whoever holds the timer holds the traveller. So an event only marks the timer and brings it forward; the scheduler, which
then holds the traveller, lets them leave. Whoever is on the move meanwhile is marked once that move is written down.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from aftercare.engagement.journeys.conditions import describe_condition, holds_for
from aftercare.engagement.journeys.definition import Definition, parse
from aftercare.engagement.journeys.outcomes import EARLY, GOAL
from aftercare.engagement.journeys.scheduling import SCHEDULER
from aftercare.engagement.journeys.travel import Exit, Traveller
from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.events.base import Recorded, catalogue
from aftercare.foundation.jobs.loops import wake

_VERSIONS = """
    SELECT store_id, id, definition::text FROM journeys_version
    WHERE leaves_on <> '{}' AND store_id = ANY(%s) AND leaves_on && %s::varchar[]
"""
# Events that the log had before what began somebody's journey are not about this time. Ids begin with their millisecond.
_MARK = """
    UPDATE journeys_timer AS t SET due_at = least(t.due_at, %s), leaves = CASE WHEN n.ends THEN n.type ELSE t.leaves END
    FROM unnest(%s::bigint[], %s::bigint[], %s::uuid[], %s::text[], %s::boolean[]) AS n(version, id, event, type, ends)
    JOIN journeys_enrolment AS e ON e.{column} = n.id AND e.version_id = n.version AND n.event <> e.event_id
        AND left(n.event::text, 13) >= left(e.event_id::text, 13)
    WHERE t.enrolment_id = e.id RETURNING t.enrolment_id
"""
_MISSED = """
    SELECT DISTINCT v.id, v.store_id, v.type, v.occurred_at, v.recorded_at, v.customer_id, v.order_id, v.shipment_id, v.actor,
        v.data
    FROM journeys_enrolment e JOIN journeys_version AS w ON w.id = e.version_id
    JOIN events_event v ON v.{column} = e.{column} AND v.type = ANY(w.leaves_on)
    WHERE e.journey_id = %s AND e.state = 'running' AND w.leaves_on <> '{{}}'
"""
Mark = tuple[int, int | None, object, str, bool]


def leave_from_events(*, events: Sequence[Recorded], now: datetime) -> int:
    """Mark whoever has to leave by one of these events, or has to be asked again; answers how many."""
    types = {event.type for event in events}
    versions: dict[int, list[tuple[int, Definition]]] = defaultdict(list)
    for store_id, version_id, source in fetch(_VERSIONS, [list({event.store_id for event in events}), list(types)]):
        versions[store_id].append((version_id, parse(version_id, source)))
    marked = 0
    for column, rows in _by_column(events, versions).items():
        marked += len(fetch(_MARK.format(column=column), [now, *(list(part) for part in zip(*rows, strict=True))]))
    if marked:
        wake(SCHEDULER)
    return marked


def leave_by_what_was_missed(*, journey_id: int, now: datetime) -> int:
    """Mark whoever had to leave while nobody looked; answers how many. An order's events hold those of its parcels."""
    rows = [fetch_decoded(_MISSED.format(column=column), [journey_id]) for column in ("order_id", "customer_id")]
    events = {row[0]: Recorded(*row) for row in chain.from_iterable(rows)}
    return leave_from_events(events=list(events.values()), now=now) if events else 0


def exits_of(travellers: Sequence[Traveller], definitions: Mapping[int, Definition], now: datetime) -> dict[int, Exit]:
    """Of those who are held, who leaves at once and why, by traveller id."""
    groups: dict[int, list[Traveller]] = defaultdict(list)
    for one in travellers:
        if definitions[one.version_id].leaving.is_set:
            groups[one.version_id].append(one)
    found: dict[int, Exit] = {}
    for version_id, group in groups.items():
        leaving = definitions[version_id].leaving
        found |= {one.id: _by_event(one, leaving.goal) for one in group if one.leaves}
        for use in leaving.when:
            asked = [one for one in group if one.id not in found]
            met = holds_for(asked, use, now=now) if asked else []
            found |= {one.id: Exit(EARLY, describe_condition(use)) for one, yes in zip(asked, met, strict=True) if yes}
    return found


def _by_event(one: Traveller, goal: Sequence[str]) -> Exit:
    return Exit(GOAL if one.leaves in goal else EARLY, catalogue.label(one.leaves))


def _by_column(
    events: Sequence[Recorded], versions: Mapping[int, Sequence[tuple[int, Definition]]]
) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = defaultdict(list)
    for event in events:
        for version_id, definition in versions.get(event.store_id, ()):
            for column, ends in _columns(event, definition):
                if (row_id := getattr(event, column)) is not None:
                    found[column].append((version_id, row_id, event.id, event.type, ends))
    return found


def _columns(event: Recorded, definition: Definition) -> Iterator[tuple[str, bool]]:
    """By what an event finds whoever it is about, and whether it ends the journey or only has it asked."""
    by = definition.leaving.events.get(event.type)
    if by is not None:
        yield f"{by}_id", True
    elif event.type in definition.touched_by:
        yield "order_id" if event.order_id else "customer_id", False
