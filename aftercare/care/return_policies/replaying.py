"""A policy tried on everything that was delivered in a time, beside another: who would be denied, who gains, what it costs.

Every delivered line is judged under both at the same moment: when it was paid back where the shop did so, else a week after
its delivery. Lines are read and judged in batches; nothing is written.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from aftercare.care.return_policies.gathering import Gathered, gather
from aftercare.care.return_policies.policy.compiling import CompiledPolicy
from aftercare.care.return_policies.policy.evaluating import evaluate
from aftercare.care.return_policies.policy.facts import RequestFacts, ReturnFacts
from aftercare.care.return_policies.policy.verdicts import Verdict
from aftercare.care.return_policies.vocabulary import WITH_BONUS, Outcome
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.stores.scope import active_store_id

ASKED_AFTER = timedelta(days=7)
BATCH = 2000
_EXAMPLES = 12
_ORDERS = """
    SELECT o.id, (SELECT min(r.refunded_at) FROM orders_refund r WHERE r.order_id = o.id) FROM orders_order o
    WHERE o.store_id = %s AND o.delivered_at >= %s AND o.delivered_at < %s AND o.cancelled_at IS NULL
    ORDER BY o.delivered_at, o.id
"""


@dataclass
class Side:
    """What one policy comes to, of the lines of one currency; amounts in minor units, for a return of every line."""

    returnable: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    refunds: int = 0
    restocking: int = 0
    fees: int = 0
    bonus: int = 0
    stays: int = 0
    days: int = 0
    limited: int = 0

    def add(self, verdict: Verdict, delivered_at: datetime) -> None:
        """Count a line in: what its refund comes to, else what stays with the shop as credit or an exchange."""
        offers = verdict.open_offers
        if not offers:
            return
        self.returnable += 1
        for offer in offers:
            self.outcomes[offer.outcome.value] = self.outcomes.get(offer.outcome.value, 0) + 1
        staying = max((one for one in offers if one.outcome in WITH_BONUS), key=lambda one: one.best, default=None)
        refund = verdict.offer(Outcome.REFUND)
        if refund.is_open:
            way = max(refund.ways, key=lambda one: one.net)
            self.refunds += way.net
            self.restocking += refund.restocking
            self.fees += way.fee
        if staying is not None:
            self.bonus += staying.bonus
            self.stays += not refund.is_open or staying.best > refund.best
        until = verdict.until
        if until is not None:
            self.days += (until - delivered_at).days
            self.limited += 1


@dataclass
class Tally:
    """Both policies over the lines of one currency, and how many are better or worse off."""

    lines: int = 0
    denied: int = 0
    gained: int = 0
    before: Side = field(default_factory=Side)
    after: Side = field(default_factory=Side)


@dataclass
class Findings:
    """All of it: tallies by currency of every delivered line, and of those that were really paid back; with examples."""

    all: dict[str, Tally] = field(default_factory=dict)
    returned: dict[str, Tally] = field(default_factory=dict)
    denied: list[dict[str, Any]] = field(default_factory=list)
    gained: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Trial:
    """Which policy, beside which, over what was delivered from (inclusive) until (exclusive)."""

    policy: CompiledPolicy
    against: CompiledPolicy
    since: datetime
    until: datetime
    zone: tzinfo


def replay(*, trial: Trial, now: datetime, tell: Callable[[int], None] = lambda _done: None) -> Findings:
    """Try it; `tell` hears how many lines are done. Within a store's scope."""
    found, done = Findings(), 0
    policies = [trial.policy.written, trial.against.written]
    for orders in _batches(trial):
        for one in gather(order_ids=orders, policies=policies, now=now):
            if one.line_facts.delivered_at is not None and one.line_facts.quantity:
                _try(trial, one, orders[one.order_id], found)
                done += 1
        tell(done)
    return found


def _batches(trial: Trial) -> Iterator[dict[int, datetime | None]]:
    rows = fetch(_ORDERS, [active_store_id(), trial.since, trial.until])
    for start in range(0, len(rows), BATCH):
        yield dict(rows[start : start + BATCH])


def _try(trial: Trial, one: Gathered, refunded_at: datetime | None, found: Findings) -> None:
    line = one.line_facts
    assert line.delivered_at is not None, "those that did not arrive were left out"
    was_returned = bool(line.returned) or (refunded_at is not None and one.order_facts.refunded > 0)
    asked_at = refunded_at if was_returned and refunded_at is not None else line.delivered_at + ASKED_AFTER
    facts = as_it_was(one)
    before, after = (
        evaluate(policy=policy, facts=facts, zone=trial.zone, now=asked_at) for policy in (trial.against, trial.policy)
    )
    for tallies in (found.all, found.returned) if was_returned else (found.all,):
        tally = tallies.setdefault(one.order_facts.currency, Tally())
        tally.lines += 1
        tally.denied += before.is_returnable and not after.is_returnable
        tally.gained += after.is_returnable and not before.is_returnable
        tally.before.add(before, line.delivered_at)
        tally.after.add(after, line.delivered_at)
    if before.is_returnable != after.is_returnable:
        examples = found.denied if before.is_returnable else found.gained
        if len(examples) < _EXAMPLES:
            examples.append({"order": one.order, "number": one.number, "line": str(one.line_id), "title": one.title})


def as_it_was(one: Gathered) -> ReturnFacts:
    """Before anything of it was paid back: all of the line is asked for."""
    order = one.order_facts
    if order.refunded or one.line_facts.returned:
        order, line = replace(order, refunded=0), replace(one.line_facts, returned=0, refunded=0)
    else:
        line = one.line_facts
    return ReturnFacts(order, line, one.customer_facts, RequestFacts(quantity=line.quantity))
