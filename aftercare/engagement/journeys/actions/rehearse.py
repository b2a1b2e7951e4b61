"""Rehearsing a journey with a real event: the steps really run, at the times they would, and nothing of it remains.

Asking the steps themselves is the only way to hear what they would say, whatever kinds are installed: so they run in a
savepoint that is always rolled back. Facts are those of now; the clock is the one the traveller would see.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from aftercare.engagement.journeys.actions.leave import exits_of
from aftercare.engagement.journeys.actions.travel import TROUBLE
from aftercare.engagement.journeys.definition import END, Definition
from aftercare.engagement.journeys.dry_run.leaving import HAPPENED, Call, Entered, calls
from aftercare.engagement.journeys.models import new_enrolment_id
from aftercare.engagement.journeys.running import run_step
from aftercare.engagement.journeys.travel import Advance, Exit, Move, Traveller, WaitFor, WaitUntil
from aftercare.engagement.messaging.queries import message_by_public_id, public_ids_of_messages
from aftercare.engagement.messaging.showing import as_sent
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.kit.errors import Refusal

log = structlog.get_logger(__name__)
MOST_STEPS = 60
_MOST_WAITS = 5


@dataclass(frozen=True)
class Mail:
    """What would be said; nothing was sent."""

    subject: str
    html: str
    problem: str


@dataclass(frozen=True)
class Moment:
    """What would happen at one step: from when, until when, and what would become of it.

    `is_supposed`: the event it waits for has not happened; the rest tells what follows if it happened now.
    """

    step: str
    at: datetime
    until: datetime
    outcome: str
    detail: str = ""
    is_supposed: bool = False
    mail: Mail | None = None

    @property
    def is_same_day(self) -> bool:
        """Whether it is over on the day it began, where the reader is."""
        return timezone.localdate(self.at) == timezone.localdate(self.until)


@dataclass(frozen=True)
class Rehearsal:
    """The whole path, and how it ends."""

    moments: list[Moment]
    outcome: str


def rehearse(
    *, definition: Definition, journey_key: str, event: Recorded, now: datetime, gives_up: frozenset[str] = frozenset()
) -> Rehearsal:
    """Go through a definition with the customer and order of an event; at steps of `gives_up` nothing comes in time."""
    with transaction.atomic():
        try:
            one = _traveller(definition, journey_key, event)
            called = calls([Entered(one, event.id, event.occurred_at)], definition, until=now, at=HAPPENED)
            return _Walk(definition, one, event.occurred_at, now, gives_up, called.get(one.id, [])).go()
        finally:
            transaction.set_rollback(True)


class _Walk:
    def __init__(
        self, definition: Definition, one: Traveller, at: datetime, now: datetime, gives_up: frozenset[str],
        called: list[Call],
    ) -> None:  # fmt: skip
        self._definition = definition
        self._one = one
        self._at = at
        self._now = now
        self._gives_up = gives_up
        self._calls = called
        self._moments: list[Moment] = []

    def go(self) -> Rehearsal:
        while self._one.step != END:
            if len(self._moments) == MOST_STEPS:
                return Rehearsal(self._moments, "endless")
            ended = self._step()
            if ended:
                return Rehearsal(self._moments, ended)
        return Rehearsal(self._moments, "completed")

    def _step(self) -> str:
        """Take one step; answers how the journey ended, if it did."""
        began = self._at
        move, supposed = self._decided()
        match move:
            case Advance():
                self._one.anchor_at = move.anchor_at or self._one.anchor_at
                self._at = max(self._at, self._one.anchor_at)
                moment = Moment(self._one.step, began, self._at, move.outcome, move.detail, supposed)
                self._moments.append(replace(moment, mail=_mail(move.message_id, self._at)))
                self._one.step = self._definition.after(self._one.step, move.branch)
                return ""
            case Exit():
                self._moments.append(Moment(self._one.step, began, self._at, move.outcome, move.detail, supposed))
                return move.outcome
        self._moments.append(Moment(self._one.step, began, self._at, TROUBLE))
        return TROUBLE

    def _decided(self) -> tuple[Move | None, bool]:
        """The step's move once nothing is waited for any more, and whether that is supposed."""
        supposed = False
        for _ in range(_MOST_WAITS):
            if (leaves := self._leaves()) is not None:
                return leaves, supposed
            move = self._run()
            match move:
                case WaitUntil():
                    self._at = move.until
                case WaitFor() if move.until <= self._now or self._one.step in self._gives_up:
                    self._at = move.until
                case WaitFor() if move.events[0] in self._definition.leaving.events:
                    self._at, self._one.leaves, supposed = max(self._at, self._now), move.events[0], True
                case WaitFor():
                    self._at = max(self._at, self._now)
                    return Advance("happened", branch=move.way, anchor_at=self._at), True
                case _:
                    return move, False
        return None, False

    def _leaves(self) -> Exit | None:
        """What has ended the journey by now, if anything; then it is over since."""
        while self._calls and self._calls[0].at <= self._at:
            call = self._calls.pop(0)
            if call.leaves:
                self._at, self._one.leaves = call.at, call.leaves
        return exits_of([self._one], {self._one.version_id: self._definition}, self._at).get(self._one.id)

    def _run(self) -> Move | None:
        try:
            with transaction.atomic():
                return run_step(self._definition, self._one.step, [self._one], self._at)[0]
        except (Refusal, ValueError, KeyError, DatabaseError):
            log.warning("a rehearsed step failed", step=self._one.step, exc_info=True)
            return None


def _traveller(definition: Definition, journey_key: str, event: Recorded) -> Traveller:
    """Somebody who has never been here, so that nothing counts as said before."""
    invented = new_enrolment_id()
    return Traveller(
        journey_key=journey_key, version_id=0, id=0, public_id=invented, store_id=event.store_id, entry_key=invented,
        customer_id=event.customer_id, order_id=event.order_id, shipment_id=event.shipment_id, data=dict(event.data),
        step=definition.steps[0].id if definition.steps else END, anchor_at=event.occurred_at, waits_for="",
        is_backfill=False,
    )  # fmt: skip


def _mail(message_id: int | None, at: datetime) -> Mail | None:
    if message_id is None:
        return None
    message = message_by_public_id(public_id=public_ids_of_messages(ids=[message_id])[message_id])
    shown = as_sent(message, now=at)
    return Mail(shown.subject, shown.html, shown.problem)
