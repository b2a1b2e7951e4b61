"""A policy as search engines read it: schema.org's MerchantReturnPolicy, worked out by judging a plain new thing.

Nothing is said that the rules would not do: every field comes from the verdict on something that arrived an hour ago, sent
to the country the policy is applicable in. https://schema.org/MerchantReturnPolicy
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from aftercare.care.return_policies.policy.compiling import CompiledPolicy
from aftercare.care.return_policies.policy.evaluating import evaluate
from aftercare.care.return_policies.policy.facts import LineFacts, OrderFacts, RequestFacts, ReturnFacts
from aftercare.care.return_policies.policy.rules import Policy, countries_named, effect_kind_of, kind_of, settings_of
from aftercare.care.return_policies.policy.verdicts import Offer, Verdict
from aftercare.care.return_policies.vocabulary import WITH_BONUS, Blame, ItemState, Method, Outcome
from aftercare.care.return_policies.year_days import month_and_day
from aftercare.engagement.segments.definition import conditions_of
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store

# A Monday: where the law counts to the next working day, the fourteenth day is one.
_ARRIVED = datetime(2026, 3, 2, 12, tzinfo=UTC)
_WORTH = 10_000
_SCHEMA = "https://schema.org"
_METHODS = {
    Method.PREPAID_LABEL: "ReturnByMail", Method.PICK_UP: "ReturnByMail", Method.OWN_CARRIER: "ReturnByMail",
    Method.DROP_OFF: "ReturnAtKiosk", Method.IN_STORE: "ReturnInStore",
}  # fmt: skip
_REFUNDS = {
    Outcome.REFUND: "FullRefund", Outcome.STORE_CREDIT: "StoreCreditRefund",
    Outcome.EXCHANGE_VARIANT: "ExchangeRefund", Outcome.EXCHANGE_ANY: "ExchangeRefund",
}  # fmt: skip
_CONDITIONS = {
    ItemState.UNOPENED: "NewCondition", ItemState.USED: "UsedCondition", ItemState.DAMAGED: "DamagedCondition",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Probe:
    """What is asked: where the thing went, what the shopper says of it, and whose doing the return is."""

    policy: CompiledPolicy
    country: str
    currency: str

    def verdict(self, state: ItemState = ItemState.UNOPENED, blame: Blame = Blame.SHOPPER) -> Verdict:
        order = OrderFacts(
            _ARRIVED - timedelta(days=3), self.currency, _WORTH, country=self.country, all_delivered_at=_ARRIVED
        )
        facts = ReturnFacts(
            order, LineFacts("probe", 1, _WORTH, delivered_at=_ARRIVED), request=RequestFacts(state=state, blame=blame)
        )
        return evaluate(policy=self.policy, facts=facts, zone=UTC, now=_ARRIVED + timedelta(hours=1))


def merchant_return_policies(*, policy: CompiledPolicy, store: Store, link: str, today: date) -> list[dict[str, Any]]:
    """One for the store's own country and each that a rule names; countries that fare alike share one."""
    found: dict[bytes, tuple[dict[str, Any], list[str]]] = {}
    for country in dict.fromkeys([store.country, *countries_named(policy.written)]):
        said = _policy_in(_Probe(policy, country, store.currency), today)
        found.setdefault(orjson.dumps(said), (said, []))[1].append(country)
    return [
        {
            "@context": _SCHEMA, "@type": "MerchantReturnPolicy", "applicableCountry": countries,
            "returnPolicyCountry": store.country, "merchantReturnLink": link, **said,
        }
        for said, countries in found.values()
    ]  # fmt: skip


def _policy_in(probe: _Probe, today: date) -> dict[str, Any]:
    verdict = probe.verdict()
    offers = [one for one in verdict.open_offers if one.outcome in _REFUNDS]
    if not offers:
        return {"returnPolicyCategory": _word("MerchantReturnNotPermitted")}
    chosen = verdict.offer(Outcome.REFUND) if verdict.offer(Outcome.REFUND).is_open else offers[0]
    return {
        **_window(chosen),
        "returnMethod": _words(_METHODS[way.method] for way in chosen.ways if way.method in _METHODS),
        "refundType": _words(_REFUNDS[one.outcome] for one in offers),
        "itemCondition": _words(_CONDITIONS[state] for state in _CONDITIONS if _is_taken(probe, state)),
        **_fees("", chosen, probe.currency),
        **_fees("customerRemorse", chosen, probe.currency),
        **_fees("itemDefect", _same(probe.verdict(blame=Blame.SHOP), chosen), probe.currency),
        "restockingFee": _restocking(probe, chosen),
        **_seasons(probe.policy.written, today),
    }  # fmt: skip


def _window(offer: Offer) -> dict[str, Any]:
    if offer.until is None:
        return {"returnPolicyCategory": _word("MerchantReturnUnlimitedWindow")}
    days = (offer.until.date() - _ARRIVED.date()).days - 1
    return {"returnPolicyCategory": _word("MerchantReturnFiniteReturnWindow"), "merchantReturnDays": days}


def _fees(whose: str, offer: Offer, currency: str) -> dict[str, Any]:
    """What sending it back costs in the cheapest way that we provide, and where the label comes from."""
    ways = [way for way in offer.ways if way.method is not Method.OWN_CARRIER]
    word = f"{whose}ReturnFees" if whose else "returnFees"
    amount = f"{whose}ReturnShippingFeesAmount" if whose else "returnShippingFeesAmount"
    label = f"{whose}ReturnLabelSource" if whose else "returnLabelSource"
    if not ways:
        return {word: _word("ReturnFeesCustomerResponsibility"), label: _word("ReturnLabelCustomerResponsibility")}
    fee = min(way.fee for way in ways)
    is_printed = any(way.method is Method.PREPAID_LABEL for way in ways)
    labels = {label: _word("ReturnLabelDownloadAndPrint")} if is_printed else {}
    if not fee:
        return {word: _word("FreeReturn"), **labels}
    return {word: _word("ReturnShippingFees"), amount: _amount(fee, currency), **labels}


def _restocking(probe: _Probe, chosen: Offer) -> Any:
    """The most that is kept back of what was opened or used, as percent."""
    kept = [
        offer.restocking
        for state in (ItemState.UNOPENED, ItemState.OPENED)
        if (offer := _same(probe.verdict(state), chosen)).is_open
    ]
    return max(kept, default=0) * 100 / _WORTH


def _seasons(policy: Policy, today: date) -> dict[str, Any]:
    """Rules that ask for nothing but the time of the year, and keep returns open until a day."""
    said = []
    for rule in policy.rules:
        conditions = [condition for _path, condition in conditions_of(rule.when)]
        season = kind_of(conditions[0]).season(settings_of(conditions[0])) if len(conditions) == 1 else None
        days = list(filter(None, (effect_kind_of(one).open_until(settings_of(one)) for one in rule.then)))
        if season is None or conditions[0].opposite or not days:
            continue
        first, last = season
        ends = _next(last, today)
        begins = _next(first, date(ends.year - 1, ends.month, ends.day))
        said.append({
            "@type": "MerchantReturnPolicySeasonalOverride", "startDate": begins.isoformat(),
            "endDate": ends.isoformat(), "returnPolicyCategory": _word("MerchantReturnFiniteReturnWindow"),
            "merchantReturnDays": _next(days[0], ends).isoformat(),
        })  # fmt: skip
    return {"returnPolicySeasonalOverride": said} if said else {}


def _next(text: str, after: date) -> date:
    """The first such day of the year on or after another; a leap day counts as the one before it."""
    month, day = month_and_day(text)
    year = after.year + ((month, day) < (after.month, after.day))
    return date(year, month, min(day, 28) if month == 2 else day)


def _is_taken(probe: _Probe, state: ItemState) -> bool:
    return any(one.outcome in (Outcome.REFUND, *WITH_BONUS) for one in probe.verdict(state).open_offers)


def _same(verdict: Verdict, offer: Offer) -> Offer:
    return verdict.offer(offer.outcome)


def _amount(minor: int, currency: str) -> dict[str, Any]:
    return {"@type": "MonetaryAmount", "value": str(Money(minor, currency).decimal()), "currency": currency}


def _words(names: Iterable[str]) -> list[str]:
    return [_word(name) for name in dict.fromkeys(names)]


def _word(name: str) -> str:
    return f"{_SCHEMA}/{name}"
