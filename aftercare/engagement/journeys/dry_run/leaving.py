"""What calls travellers away from where they stand: events that end the journey for them, and those after which it is asked
whether it has become pointless. The live house marks their timers at the same moments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.dry_run.bells import FOUND_BY
from aftercare.engagement.journeys.travel import Traveller
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.stand_ins import real
from aftercare.foundation.events.past import KNOWN

_CALLS = """
    SELECT w.id, {at}, t.type
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::uuid[], %s::timestamptz[])
        AS w(id, order_id, shipment_id, customer_id, event, entered_at)
    JOIN {log} t ON {found_by} AND t.type = ANY(%s) AND t.id <> w.event
    WHERE {at} >= w.entered_at AND {at} < %s
"""
# An event that has an order is asked about by it, as live.
_ASKED_BY = {"order": "", "customer": " AND t.order_id IS NULL"}


class Call(NamedTuple):
    """When somebody is called, and by which event they leave; empty: it is only asked whether they do."""

    at: datetime
    leaves: str


class Entered(NamedTuple):
    """A traveller, what let them in, and when that was heard of."""

    traveller: Traveller
    event: UUID
    at: datetime


HAPPENED = "t.occurred_at"


def calls(
    entered: Sequence[Entered], definition: Definition, *, until: datetime, at: str = KNOWN
) -> Mapping[int, list[Call]]:  # fmt: skip
    """By traveller id, in their order. `at` is the SQL of when an event counts: as it was heard of, or as it HAPPENED."""
    leaving, found = definition.leaving.events, defaultdict(list)
    ends: dict[str, list[str]] = defaultdict(list)
    for name, by in leaving.items():
        ends[by].append(name)
    for by, names in ends.items():
        for number, called_at, name in _heard(entered, FOUND_BY[by], names, until, at):
            found[number].append(Call(called_at, name))
    asked = sorted(definition.touched_by - leaving.keys())
    for by, only in _ASKED_BY.items() if asked else ():
        for number, called_at, _name in _heard(entered, FOUND_BY[by] + only, asked, until, at):
            found[number].append(Call(called_at, ""))
    return {number: sorted(those) for number, those in found.items()}


def _heard(
    entered: Sequence[Entered], found_by: str, names: Sequence[str], until: datetime, at: str
) -> Iterable[tuple[int, datetime, str]]:
    people = [one.traveller for one in entered]
    return fetch(_CALLS.format(at=at, log=real("events_event"), found_by=found_by), [
        [one.id for one in people], [one.order_id for one in people], [one.shipment_id for one in people],
        [one.customer_id for one in people], [one.event for one in entered], [one.at for one in entered], list(names),
        until,
    ])  # fmt: skip
