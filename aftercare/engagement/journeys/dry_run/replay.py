"""Letting the past go by once more: from moment to moment, everybody who is due moves as far as they get.

A step that says anything, or asks what is so, is taken at its very moment. One that only waits may be asked earlier or later
with the same answer: those are asked together, an hour's at a time.
"""

import heapq
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftercare.engagement.journeys.actions.enter import enter_from_events
from aftercare.engagement.journeys.actions.timers import claim
from aftercare.engagement.journeys.actions.travel import TROUBLE, Pages, go, hop
from aftercare.engagement.journeys.definition import Definition, StepUse
from aftercare.engagement.journeys.dry_run.arrivals import Arrival, Arrivals
from aftercare.engagement.journeys.dry_run.bells import Wait, bells
from aftercare.engagement.journeys.dry_run.findings import Ledger
from aftercare.engagement.journeys.dry_run.leaving import Call, Entered, calls
from aftercare.engagement.journeys.dry_run.world import World
from aftercare.engagement.journeys.steps import steps
from aftercare.engagement.journeys.travel import Traveller
from aftercare.engagement.messaging.actions.decide_again import decide_again
from aftercare.foundation.database.stand_ins import moment

_SLICE = timedelta(hours=1)
_TELL_EVERY = 0.5


@dataclass(slots=True)
class _Walker:
    """Somebody under way, when they got where they stand, and when they are looked at next.

    Who waits for an event has the time at which that is given up, and what rings until then.
    """

    traveller: Traveller
    since: datetime
    due: datetime
    gives_up_at: datetime | None = None
    rings: list[datetime] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def may_be_late(self, by: datetime) -> bool:
        """Whether asking then says the same as at the right moment: nothing else rings, calls, or is given up, until then."""
        if self.is_called(by):
            return False
        if self.gives_up_at is None:
            return True
        return bool(self.rings) and self.gives_up_at > by and all(ring > by for ring in self.rings[1:])

    def look_at(self, at: datetime) -> None:
        """At that time, or when they are called before."""
        self.due = max(self.since, min(at, self.calls[0].at) if self.calls else at)

    def is_called(self, by: datetime) -> bool:
        """Whether something calls them away until then, or asks whether they stay."""
        return bool(self.calls) and self.calls[0].at <= by

    def answer_calls(self, at: datetime) -> None:
        """What called until then has them leave, as the mark on a timer does."""
        while self.is_called(at):
            self.traveller.leaves = self.traveller.leaves or self.calls.pop(0).leaves

    def pass_on(self) -> None:
        """Their wait is over: later ones count from its end."""
        self.since = self.due = max(self.due, self.traveller.anchor_at)
        self.gives_up_at, self.rings = None, []


class Replay:
    """One part of a run's customers, from its first day to its last."""

    def __init__(
        self, world: World, arrivals: Arrivals, ledger: Ledger, tell: Callable[[float], None]
    ) -> None:  # fmt: skip
        self._world, self._arrivals, self._ledger, self._tell = world, arrivals, ledger, tell
        self._tried = world.tried
        self._told = 0.0
        # Who may come again is decided by what became of them before.
        self._one_by_one = self._tried.definition.entry.again_after_days is not None
        self._begin_part(0)

    def go(self) -> None:
        """All parts, one after the other; `tell` hears how far it is, and may raise to stop it."""
        for part in range(self._arrivals.parts):
            self._begin_part(part)
            self._go_through()
            self._ledger.standing.update(walker.traveller.step for walker in self._walkers.values())
            self._ledger.close_part()

    def _begin_part(self, part: int) -> None:
        self._part = part
        self._walkers: dict[int, _Walker] = {}
        self._queue: list[tuple[datetime, int]] = []
        self._definitions: dict[int, Definition] = {}
        self._coming = self._arrivals.pages(part)
        self._page: deque[Arrival] = deque()
        self._again_at: datetime | None = None
        self._world.begin_anew()

    def _go_through(self) -> None:
        self._turn_page()
        while (first := self._next_at()) is not None and first < self._tried.until:
            ends = min(_next_hour(first), self._tried.until)
            self._let_in(ends)
            if not self._one_by_one:
                self._move_together(ends)
            while (at := self._next_at()) is not None and at <= ends and at < self._tried.until:
                self._let_in(at)
                self._at_the_moment(at)
            self._say_how_far(ends)

    def _next_at(self) -> datetime | None:
        """When something happens next."""
        known = [self._queue[0][0]] if self._queue else []
        if self._page:
            known.append(self._page[0].at)
        if self._again_at is not None:
            known.append(self._again_at)
        return min(known, default=None)

    def _turn_page(self) -> None:
        self._page = deque(next(self._coming, []))

    def _let_in(self, until: datetime) -> None:
        """Whoever comes until then; a whole page at once, unless what became of those before decides who may."""
        while self._page and self._page[0].at <= until:
            if self._one_by_one and self._queue and self._queue[0][0] < self._page[0].at:
                return
            some = [self._page.popleft() for _ in range(1 if self._one_by_one else len(self._page))]
            self._enter(some)
            if not self._page:
                self._turn_page()

    def _enter(self, some: Sequence[Arrival]) -> None:
        at = some[0].at
        heard = {arrival.event.id: arrival.at for arrival in some}
        with moment(at):
            self._ledger.entered += enter_from_events(events=[arrival.event for arrival in some], now=at)
            travellers, definitions = claim(at, limit=len(some))
            self._definitions |= definitions
            events = self._world.entered_by([one.id for one in travellers])
            entered = [Entered(one, events[one.id], heard[events[one.id]]) for one in travellers]
            called = calls(entered, self._tried.definition, until=self._tried.until)
            walkers = [
                _Walker(one.traveller, one.at, one.at, calls=called.get(one.traveller.id, [])) for one in entered
            ]  # fmt: skip
            self._walkers |= {walker.traveller.id: walker for walker in walkers}
            self._ask_together(walkers, at)

    def _take_due(self, until: datetime) -> list[_Walker]:
        """Whoever is due before or at that time, off the queue; an entry that was overtaken is dropped."""
        due = []
        while self._queue and self._queue[0][0] <= until:
            at, number = heapq.heappop(self._queue)
            walker = self._walkers.get(number)
            if walker is not None and walker.due == at:
                due.append(walker)
        return due

    def _move_together(self, ends: datetime) -> None:
        """Those due until then at steps that only wait."""
        due = self._take_due(ends)
        together = [one for one in due if self._only_waits(one) and one.may_be_late(ends)]
        waiting = {id(one) for one in together}
        self._queue_up([one for one in due if id(one) not in waiting])
        if together:
            with moment(ends):
                self._ask_together(together, ends)

    def _ask_together(self, walkers: Sequence[_Walker], at: datetime) -> None:
        """Ask steps that only wait; whoever comes to another stands before it until their own time."""
        pages = Pages(at)
        moving = [walker for walker in walkers if self._only_waits(walker) and not walker.is_called(walker.due)]
        waiting = {id(walker) for walker in moving}
        self._queue_up([walker for walker in walkers if id(walker) not in waiting])
        while moving:
            passed = [self._walkers[one.id] for one in hop([w.traveller for w in moving], self._definitions, pages)]
            for walker in passed:
                walker.pass_on()
            moving = [walker for walker in passed if self._goes_by_the_clock(walker)]
            self._queue_up([walker for walker in passed if not self._goes_by_the_clock(walker)])
        self._take_in(pages)

    def _at_the_moment(self, at: datetime) -> None:
        """Everybody and everything that is due at this very moment."""
        due = self._take_due(at)
        with moment(at):
            self._world.hear(at)
            decided = 0
            while self._again_at is not None and self._again_at <= at and (some := decide_again(at)):
                decided += some
            pages = Pages(at)
            for walker in due:
                walker.answer_calls(at)
            go([walker.traveller for walker in due], self._definitions, pages)
            for walker in due:
                walker.since = at
            self._take_in(pages)
            if decided or any(message is not None for *_, message in pages.log):
                self._again_at = self._world.let_go(at)

    def _take_in(self, pages: Pages) -> None:
        """What the live scheduler would write down. A step that failed would be tried again; here it is told."""
        self._ledger.read(pages)
        gone = [number for ids in pages.ended.values() for number in ids]
        gone += [number for _, number, _, _, outcome, *_ in pages.log if outcome == TROUBLE]
        for number in gone:
            self._walkers.pop(number, None)
        if self._one_by_one:
            self._world.end(gone)
        until = {number: at for number, _, at, *_ in pages.moved}
        waits = []
        for number, due, types, by in pages.timers:
            walker = self._walkers.get(number)
            if walker is None:
                continue
            walker.traveller.waits_for = types
            walker.gives_up_at, walker.rings = None, []
            if types:
                walker.gives_up_at = until.get(number, due)
                waits.append(Wait(walker.traveller, types, by, walker.gives_up_at))
            else:
                walker.look_at(due)
                self._queue_up([walker])
        self._set_bells(waits, pages.now)

    def _set_bells(self, waits: Sequence[Wait], looked_at: datetime) -> None:
        rung = bells(waits, after=looked_at)
        for wait in waits:
            walker = self._walkers[wait.traveller.id]
            walker.rings = list(rung.get(wait.traveller.id, ()))
            walker.look_at(walker.rings[0] if walker.rings else wait.until)
            self._queue_up([walker])

    def _queue_up(self, walkers: Sequence[_Walker]) -> None:
        for walker in walkers:
            heapq.heappush(self._queue, (walker.due, walker.traveller.id))

    def _only_waits(self, walker: _Walker) -> bool:
        """And nothing else is asked whenever somebody is looked at."""
        return steps[self._use(walker).kind].only_waits and not self._tried.definition.leaving.when

    def _goes_by_the_clock(self, walker: _Walker) -> bool:
        """Whether it waits for nothing but a time."""
        use = self._use(walker)
        kind = steps[use.kind]
        return kind.only_waits and kind.span(kind.Config.model_validate(use.config)) is not None

    def _use(self, walker: _Walker) -> StepUse:
        return self._definitions[walker.traveller.version_id].step(walker.traveller.step)

    def _say_how_far(self, at: datetime) -> None:
        if time.monotonic() - self._told < _TELL_EVERY:
            return
        self._told = time.monotonic()
        passed = (at - self._tried.since) / (self._tried.until - self._tried.since)
        self._tell((self._part + min(1.0, passed)) / self._arrivals.parts)


def _next_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + _SLICE
