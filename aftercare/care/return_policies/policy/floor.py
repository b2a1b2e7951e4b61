"""The law's floor under every policy: applied last, so that no rule can go below it. What it changes is in the trace."""

from dataclasses import replace
from datetime import datetime, tzinfo

from aftercare.care.return_policies.policy.facts import ReturnFacts
from aftercare.care.return_policies.policy.law import Law, Withdrawal, withdrawal_of
from aftercare.care.return_policies.policy.tracing import Gives, LawStep
from aftercare.care.return_policies.policy.verdicts import Offer, Verdict, Way, Why
from aftercare.care.return_policies.vocabulary import WORTH_LESS, Blame, Method, Outcome, Processing


def hold_floor(verdict: Verdict, *, law: Law, facts: ReturnFacts, zone: tzinfo, now: datetime) -> Verdict:
    """The verdict, no worse for the shopper than the law asks; a refund is offered while they can withdraw."""
    right = withdrawal_of(
        law=law, order=facts.order, line=facts.line, request=facts.request, zone=zone, now=now
    )  # fmt: skip
    given = replace(verdict, withdrawal=right)
    refund = verdict.offer(Outcome.REFUND)
    if refund.refused is not None and refund.refused.why is Why.NOTHING_LEFT:
        return given
    if not right.is_open:
        return replace(given, trace=(*verdict.trace, _nothing(law, right)))
    kept, steps = _refund(refund, law, right, facts)
    changes: dict[str, object] = {}
    if verdict.needs_review or verdict.photos:
        steps.append(LawStep(law.key, Gives.NO_CONDITIONS))
        changes |= {"needs_review": False, "photos": 0}
    if law.original_shipping and not verdict.refunds_shipping:
        steps.append(LawStep(law.key, Gives.SHIPPING))
        changes |= {"refunds_shipping": True}
    offers = tuple(kept if one.outcome is Outcome.REFUND else one for one in verdict.offers)
    return replace(given, offers=offers, trace=(*verdict.trace, *steps), **changes)  # type: ignore[arg-type]  # as named above


def _refund(refund: Offer, law: Law, right: Withdrawal, facts: ReturnFacts) -> tuple[Offer, list[LawStep]]:
    """The refund as the law wants it, and what had to be changed for it."""
    steps = []
    kept = refund
    if not refund.is_open:
        steps.append(LawStep(law.key, Gives.REFUND, right.until))
        kept = replace(kept, refused=None, until=right.until)
    elif refund.until is not None and (right.until is None or right.until > refund.until):
        steps.append(LawStep(law.key, Gives.LONGER, right.until))
        kept = replace(kept, until=right.until)
    if kept.restocking and not _is_worth_less(facts):
        steps.append(LawStep(law.key, Gives.NO_RESTOCKING))
        kept = replace(kept, restocking=0)
    if kept.processing is Processing.INSPECTED:
        steps.append(LawStep(law.key, Gives.SOONER))
        kept = replace(kept, processing=Processing.DELIVERED_BACK)
    ways, more = _ways(kept, law)
    return replace(kept, ways=ways), [*steps, *more]


def _ways(refund: Offer, law: Law) -> tuple[tuple[Way, ...], list[LawStep]]:
    """With a way that costs nothing to us or them: shoppers may always send it themselves, and shops that bear the cost do."""
    steps, value = [], refund.amount - refund.restocking
    fees = {way.method: way.fee for way in refund.ways}
    if law.return_cost is Blame.SHOP and any(fees.values()):
        steps.append(LawStep(law.key, Gives.NO_POSTAGE))
        fees = dict.fromkeys(fees, 0)
    if fees.get(Method.OWN_CARRIER, 1):
        steps.append(LawStep(law.key, Gives.OWN_CARRIER))
        fees[Method.OWN_CARRIER] = 0
    return tuple(Way(method, fees[method], max(value - fees[method], 0)) for method in Method if method in fees), steps


def _is_worth_less(facts: ReturnFacts) -> bool:
    """The shopper answers for what they did to it beyond looking at it."""
    return facts.request.blame is Blame.SHOPPER and facts.request.state in WORTH_LESS


def _nothing(law: Law, right: Withdrawal) -> LawStep:
    if right.exemption is not None:
        return LawStep(law.key, Gives.EXEMPT, exemption=right.exemption)
    if right.until is not None:
        return LawStep(law.key, Gives.OVER, right.until)
    return LawStep(law.key, Gives.NOTHING)
