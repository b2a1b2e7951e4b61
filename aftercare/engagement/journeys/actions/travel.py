"""Moving enrolments: claim those that are due, run their steps in batches, write the moves down, all in one transaction.

A traveller goes on within the same batch until it has to wait, so a journey without waits is over in one go. Killed
half-way, nothing has happened; two workers never hold the same traveller (`SKIP LOCKED`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from json import dumps
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from aftercare.engagement.journeys.actions.leave import exits_of
from aftercare.engagement.journeys.actions.timers import claim, id_array, release
from aftercare.engagement.journeys.definition import END, Definition
from aftercare.engagement.journeys.events import JourneyEnded
from aftercare.engagement.journeys.running import run_step
from aftercare.engagement.journeys.travel import Advance, Exit, Move, Traveller, WaitFor, WaitUntil
from aftercare.foundation.database.bulk import copy_rows, update_rows
from aftercare.foundation.database.persistence import will_be_done_again
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.stores.scope import across_stores

log = structlog.get_logger(__name__)
BATCH = 1000
WAITS, TROUBLE = "waits", "trouble"
MOST_HOPS = 120  # more than any definition has steps: a loop without a wait ends here
_TRY_AGAIN = timedelta(minutes=15)
_MOVED = {
    "id": "bigint", "step": "text", "due_at": "timestamptz", "anchor_at": "timestamptz", "waits_for": "text",
    "waits_by": "text",
}  # fmt: skip
_LEARNED = {"id": "bigint", "data": "jsonb"}
_TIMERS = {"enrolment_id": "bigint", "due_at": "timestamptz", "waits_for": "text", "waits_by": "text"}
_END = """
    UPDATE journeys_enrolment SET state = 'ended', waits_for = '', waits_by = '', step = %s, outcome = %s, detail = %s,
           ended_at = %s
    WHERE id = ANY(%s::bigint[])
"""
_LOG_COLUMNS = ("store_id", "enrolment_id", "at", "step", "outcome", "detail", "way", "message_id")


@dataclass(slots=True)
class Pages:
    """What a batch writes at its end; whoever only tries a journey out reads it instead."""

    now: datetime
    timers: list[tuple[int, datetime, str, str]] = field(default_factory=list)
    moved: list[tuple[int, str, datetime, datetime, str, str]] = field(default_factory=list)
    learned: dict[int, dict[str, Any]] = field(default_factory=dict)
    ended: dict[tuple[str, str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    log: list[tuple[int, int, datetime, str, str, str, str, int | None]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def note(
        self, one: Traveller, outcome: str, detail: str = "", message_id: int | None = None, way: str = ""
    ) -> None:
        self.log.append((one.store_id, one.id, self.now, one.step, outcome[:40], detail[:300], way[:64], message_id))

    def stay(
        self,
        one: Traveller,
        due_at: datetime,
        *,
        rings_at: datetime | None = None,
        waits_for: str = "",
        waits_by: str = "",
    ) -> None:
        self.moved.append((one.id, one.step, due_at, one.anchor_at, waits_for, waits_by))
        self.set_timer(one, rings_at or due_at, waits_for, waits_by)

    def set_timer(self, one: Traveller, due_at: datetime, waits_for: str, waits_by: str) -> None:
        self.timers.append((one.id, due_at, waits_for, waits_by))

    def end(self, one: Traveller, outcome: str, detail: str = "") -> None:
        self.ended[one.step, outcome[:40], detail[:300]].append(one.id)
        self.facts.append(Fact(
            event=JourneyEnded(one.journey_key, one.public_id, outcome), store_id=one.store_id, occurred_at=self.now,
            customer_id=one.customer_id, order_id=one.order_id, shipment_id=one.shipment_id,
            actor=f"journey:{one.journey_key}",
        ))  # fmt: skip


def move_due(now: datetime, *, limit: int = BATCH) -> int:
    """Move one batch of due travellers as far as they get; answers how many were due."""
    with transaction.atomic(), across_stores("a batch holds travellers of every store"):
        return _move_batch(now, limit)


def _move_batch(now: datetime, limit: int) -> int:
    travellers, definitions = claim(now, limit=limit)
    if not travellers:
        return 0
    will_be_done_again()
    pages = Pages(now)
    go(travellers, definitions, pages)
    _write(pages)
    return len(travellers)


def go(travellers: Sequence[Traveller], definitions: Mapping[int, Definition], pages: Pages) -> None:
    """Everybody as far as they get; first of all whoever has to leave."""
    leaving = exits_of(travellers, definitions, pages.now)
    for one in travellers:
        if one.id in leaving:
            _apply(one, leaving[one.id], definitions[one.version_id], pages)
    moving = [one for one in travellers if one.id not in leaving]
    for _ in range(MOST_HOPS):
        if not moving:
            return
        moving = hop(moving, definitions, pages)
    for one in moving:
        pages.end(one, "endless", "The steps lead in a circle without a wait")


def _write(pages: Pages) -> None:
    update_rows("journeys_timer", _TIMERS, pages.timers, key="enrolment_id")
    update_rows("journeys_enrolment", _MOVED, pages.moved)
    update_rows("journeys_enrolment", _LEARNED, [(key, dumps(data)) for key, data in pages.learned.items()])
    # Most end alike: that is said once for all of them.
    with connection.cursor() as cursor:
        for (step, outcome, detail), ids in pages.ended.items():
            cursor.execute(_END, [step, outcome, detail, pages.now, id_array(ids)])
            release(ids)
    copy_rows("journeys_steplog", _LOG_COLUMNS, pages.log)
    record(pages.facts, now=pages.now)


def hop(moving: Sequence[Traveller], definitions: Mapping[int, Definition], pages: Pages) -> list[Traveller]:
    """One step for everyone, those at the same step together; answers who goes on at once."""
    groups: dict[tuple[int, str], list[Traveller]] = defaultdict(list)
    for one in moving:
        groups[one.version_id, one.step].append(one)
    onward: list[Traveller] = []
    for (version_id, step_id), group in groups.items():
        definition = definitions[version_id]
        for one, move in zip(group, _moves(definition, step_id, group, pages.now), strict=True):
            if _apply(one, move, definition, pages):
                onward.append(one)
    return onward


def _moves(definition: Definition, step_id: str, group: Sequence[Traveller], now: datetime) -> list[Move | None]:
    """The step's answers. A group that fails is halved until the one at fault stands alone (None)."""
    try:
        with transaction.atomic():
            return list(run_step(definition, step_id, group, now))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        if len(group) == 1:
            log.exception("journey step failed", step=step_id, enrolment=group[0].public_id)
            return [None]
    middle = len(group) // 2
    return _moves(definition, step_id, group[:middle], now) + _moves(definition, step_id, group[middle:], now)


def _apply(one: Traveller, move: Move | None, definition: Definition, pages: Pages) -> bool:
    """Write a move down; answers whether the traveller goes on at once."""
    match move:
        case Advance():
            return _advance(one, move, definition, pages)
        case WaitUntil():
            pages.note(one, WAITS, move.detail or f"until {move.until:%Y-%m-%d %H:%M} UTC")
            pages.stay(one, move.until)
        case WaitFor():
            _wait_for(one, move, pages)
        case Exit():
            pages.note(one, move.outcome, move.detail)
            pages.end(one, move.outcome, move.detail)
        case None:
            pages.note(one, TROUBLE, "The step failed and is tried again")
            pages.stay(one, pages.now + _TRY_AGAIN)
    return False


def _advance(one: Traveller, move: Advance, definition: Definition, pages: Pages) -> bool:
    pages.note(one, move.outcome, move.detail, move.message_id, move.branch)
    onward = definition.after(one.step, move.branch)
    one.anchor_at = move.anchor_at or one.anchor_at
    if move.data:
        pages.learned[one.id] = one.data = {**one.data, **move.data}
    one.waits_for = ""
    if onward == END:
        pages.end(one, "completed")
        return False
    one.step = onward
    return True


def _wait_for(one: Traveller, move: WaitFor, pages: Pages) -> None:
    """The first time, look once more right after this commits: an event may be arriving at this very moment.

    Whoever records an event before our commit is seen by that second look; whoever does so after it sees us waiting.
    """
    wanted = " ".join(move.events)
    if one.waits_for == wanted:
        pages.set_timer(one, move.until, wanted, move.by)
        return
    pages.note(one, WAITS, f"for {wanted} until {move.until:%Y-%m-%d %H:%M} UTC")
    pages.stay(one, move.until, rings_at=pages.now, waits_for=wanted, waits_by=move.by)
