"""The verdict on a line: what the rules decide, what staff decide otherwise, and last what the law does not let go."""

from calendar import isleap
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from aftercare.care.return_policies.policy.amounts import refundable
from aftercare.care.return_policies.policy.compiling import CompiledPolicy
from aftercare.care.return_policies.policy.facts import ReturnFacts
from aftercare.care.return_policies.policy.floor import hold_floor
from aftercare.care.return_policies.policy.law import end_of_day, law_for
from aftercare.care.return_policies.policy.ruled import OutcomeRules
from aftercare.care.return_policies.policy.rulings import Part, YearDay
from aftercare.care.return_policies.policy.tracing import OverrideStep
from aftercare.care.return_policies.policy.verdicts import Offer, Refused, Verdict, Way, Why
from aftercare.care.return_policies.vocabulary import Anchor, Blame, Method, Outcome


@dataclass(frozen=True, slots=True)
class Override:
    """What staff allow against the rules, by whom and why. It can only be kinder than they are."""

    by: str
    reason: str
    outcomes: frozenset[Outcome] = frozenset()
    waives_fees: bool = False


@dataclass(frozen=True, slots=True)
class _Case:
    """A line at a moment: `pieces` of it can still go back, for which `amount` was paid and not given back yet."""

    facts: ReturnFacts
    pieces: int
    amount: int
    zone: tzinfo
    now: datetime
    override: Override | None

    @property
    def is_free(self) -> bool:
        return self.override is not None and self.override.waives_fees

    def is_overridden(self, outcome: Outcome) -> bool:
        return self.override is not None and outcome in self.override.outcomes and self.pieces > 0


def evaluate(
    *,
    policy: CompiledPolicy,
    facts: ReturnFacts,
    zone: tzinfo,
    now: datetime,
    override: Override | None = None,
    with_law: bool = True,
) -> Verdict:
    """What can come of returning this, at this moment. The same values give the same verdict and trace."""
    ruled = policy.ruled(facts)
    pieces = max(min(facts.request.quantity, facts.line.quantity - facts.line.returned), 0)
    amount = refundable(order=facts.order, line=facts.line, pieces=pieces)
    case = _Case(facts, pieces, amount, zone, now, override)
    verdict = Verdict(
        line=facts.line.key, currency=facts.order.currency, quantity=pieces,
        offers=tuple([_offer(rules, case) for rules in ruled.outcomes]),
        needs_review=ruled.needs_review and override is None, photos=ruled.photos, destination=ruled.destination,
        reason_group=ruled.reason_group, refunds_shipping=ruled.refunds_shipping, withdrawal=None,
        version=policy.number, trace=(*ruled.steps, _step(override)) if override else ruled.steps,
    )  # fmt: skip
    law = law_for(facts.order.country) if with_law else None
    return hold_floor(verdict, law=law, facts=facts, zone=zone, now=now) if law else verdict


def _offer(rules: OutcomeRules, case: _Case) -> Offer:
    refused = _refused(rules, case)
    is_overridden = case.is_overridden(rules.outcome)
    # Of what is refused nobody asks for amounts; but the law may still ask for a refund.
    if refused is not None and not is_overridden and rules.outcome is not Outcome.REFUND:
        return Offer(rules.outcome, refused)
    until, is_ahead = _until(rules, case)
    amount = 0 if rules.outcome is Outcome.REPAIR else case.amount
    restocking = 0 if case.is_free else min(_asked(rules.restocking, amount, case), amount)
    ways = _ways(rules, case, amount - restocking)
    if is_overridden:
        refused, until = None, None
        ways = ways or (Way(Method.OWN_CARRIER, 0, amount - restocking),)
    else:
        refused = refused or _too_late(rules, until, case, is_ahead=is_ahead)
        refused = refused or (None if ways else Refused(Why.NO_WAY_BACK))
    bonus = rules.bonus.of(amount - restocking) if amount > restocking else 0
    return Offer(rules.outcome, refused, until, amount, restocking, bonus, rules.processing, ways)


def _refused(rules: OutcomeRules, case: _Case) -> Refused | None:
    if not case.pieces:
        return Refused(Why.NOTHING_LEFT)
    if rules.permit is None:
        return Refused(Why.NOT_OFFERED)
    if not rules.permit.is_given:
        return Refused(Why.BY_RULE, rules.permit_by, rules.permit.reason)
    if rules.worth_at_most is not None and case.amount > rules.worth_at_most:
        return Refused(Why.WORTH_MORE, rules.worth_by)
    return None


def _too_late(rules: OutcomeRules, until: datetime | None, case: _Case, *, is_ahead: bool) -> Refused | None:
    if is_ahead:
        return Refused(Why.NOT_DELIVERED)
    return Refused(Why.OVER, rules.window_by, at=until) if until is not None and until <= case.now else None


def _until(rules: OutcomeRules, case: _Case) -> tuple[datetime | None, bool]:
    """The end of the window (None: there is none, or it has not begun), and whether it has not begun."""
    if rules.window is None:
        return None, False
    order = case.facts.order
    begins = case.facts.line.delivered_at if rules.window.counted_from is Anchor.DELIVERED else order.placed_at
    if begins is None:
        return None, True
    until = end_of_day(begins, rules.window.number, case.zone)
    if rules.extension is not None:
        until = max(until, _end_of(rules.extension, order.placed_at, case.zone))
    return until, False


def _end_of(day: YearDay, after: datetime, zone: tzinfo) -> datetime:
    """The end of the first such day on or after another; 29 February in other years is the day before March."""
    placed = after.astimezone(zone).date()
    year = placed.year + ((day.month, day.day) < (placed.month, placed.day))
    known = 28 if (day.month, day.day) == (2, 29) and not isleap(year) else day.day
    last = placed.replace(year=year, month=day.month, day=known)
    return datetime.combine(last + timedelta(days=1), time.min, zone)


def _ways(rules: OutcomeRules, case: _Case, value: int) -> tuple[Way, ...]:
    ways = []
    for method, cost in rules.ways:
        fee = cost.amount if (cost.always or case.facts.request.blame is Blame.SHOPPER) and not case.is_free else 0
        # Of a repair nothing is paid back that a fee could be taken off.
        fee = fee if rules.outcome is Outcome.REPAIR else min(fee, value)
        ways.append(Way(method, fee, max(value - fee, 0)))
    return tuple(ways)


def _asked(part: Part, value: int, case: _Case) -> int:
    return part.of(value) if value and (part.always or case.facts.request.blame is Blame.SHOPPER) else 0


def _step(override: Override) -> OverrideStep:
    outcomes = tuple(outcome for outcome in Outcome if outcome in override.outcomes)
    return OverrideStep(override.by, override.reason, outcomes, override.waives_fees)
