from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.care.return_policies.explaining import trace_in_words
from aftercare.care.return_policies.policy.amounts import share
from aftercare.care.return_policies.policy.comparing import better_of
from aftercare.care.return_policies.policy.compiling import compile_policy
from aftercare.care.return_policies.policy.evaluating import Override
from aftercare.care.return_policies.policy.facts import CustomerFacts, LineFacts, OrderFacts, RequestFacts, ReturnFacts
from aftercare.care.return_policies.policy.law import law_for, withdrawal_of
from aftercare.care.return_policies.policy.rules import Effect, Policy, Rule
from aftercare.care.return_policies.policy.settling import Chosen, settle
from aftercare.care.return_policies.policy.tracing import OverrideStep, RuleStep
from aftercare.care.return_policies.policy.verdicts import Why
from aftercare.care.return_policies.shopping import rules_shown
from aftercare.care.return_policies.starters import starters
from aftercare.care.return_policies.vocabulary import Blame, ItemState, Method, Nature, Outcome
from aftercare.care.return_policies.wording import why_not
from aftercare.engagement.segments.definition import Condition, Group
from tests.care.return_policies.cast import (
    BERLIN,
    BY_LABEL,
    IN_30_DAYS,
    NOW,
    OFFER,
    ORDER,
    RING,
    asks,
    begun_with,
    effect,
    facts,
    judge,
    policy_of,
    rule,
)

STARTERS = [one.key for one in starters()]
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001 -- the strategy adds it


@st.composite
def cases(draw: st.DrawFn) -> ReturnFacts:
    """Any line of any order, in currencies of no, two and three decimals."""
    paid, quantity = draw(st.integers(0, 50_000)), draw(st.integers(1, 7))
    returned = draw(st.integers(0, quantity))
    more, shipping = draw(st.integers(0, 9_000)), draw(st.integers(0, 900))
    total = paid + more + shipping
    placed = draw(MOMENTS)
    arrived = draw(st.none() | st.integers(0, 40).map(lambda days: placed + timedelta(days=days)))
    order = OrderFacts(
        placed, draw(st.sampled_from(["EUR", "JPY", "KWD"])), total, country=draw(st.sampled_from(["DE", "GB", "US", "BR", ""])),
        shipping=shipping, refunded=draw(st.integers(0, total)), all_delivered_at=arrived,
    )  # fmt: skip
    line = LineFacts(
        "a", quantity, paid, categories=frozenset({draw(st.sampled_from(["Rings", "Earrings", "Electronics"]))}),
        natures=frozenset(draw(st.sets(st.sampled_from(Nature), max_size=2))), delivered_at=arrived,
        kind=draw(st.sampled_from(["goods", "digital", "service"])), is_performed=draw(st.booleans()), returned=returned,
        refunded=draw(st.integers(0, share(paid=paid, quantity=quantity, before=0, pieces=returned))),
    )  # fmt: skip
    request = RequestFacts(
        draw(st.integers(1, 8)), state=draw(st.sampled_from(ItemState)), blame=draw(st.sampled_from(Blame))
    )
    return ReturnFacts(order, line, CustomerFacts(orders=draw(st.integers(0, 9))), request)


@settings(max_examples=60)
@given(told=cases(), key=st.sampled_from(STARTERS), days=st.integers(-60, 400))
def test_never_more_is_given_back_than_was_paid_and_all_of_it_adds_up(told: ReturnFacts, key: str, days: int) -> None:
    verdict = judge(begun_with(key), told, days=days)
    for offer in verdict.open_offers:
        assert 0 <= offer.restocking <= offer.amount <= min(told.line.paid - told.line.refunded, told.order.refundable)
        for way in offer.ways:
            assert way.fee + way.net + offer.restocking == offer.amount
            done = settle(order=told.order, lines=[told.line], chosen=[Chosen(verdict, offer.outcome, way.method)])
            kept_back = sum(line.restocking for line in done.lines)
            assert done.refund + done.credit + done.fee + kept_back == offer.amount + done.shipping
            assert done.refund + done.credit <= told.order.refundable
            assert min(done.refund, done.credit, done.fee, done.bonus, done.shipping) >= 0


@settings(max_examples=60)
@given(told=cases(), key=st.sampled_from(STARTERS), days=st.integers(-60, 400))
def test_no_policy_goes_below_the_law(told: ReturnFacts, key: str, days: int) -> None:
    law = law_for(told.order.country)
    verdict = judge(begun_with(key), told, days=days)
    if law is None:
        return
    right = withdrawal_of(
        law=law, order=told.order, line=told.line, request=told.request, zone=BERLIN, now=NOW + timedelta(days=days)
    )
    if not right.is_open or not verdict.quantity:
        return
    refund = verdict.offer(Outcome.REFUND)
    assert refund.is_open
    assert refund.until is None or (right.until is not None and refund.until >= right.until)
    assert any(way.method is Method.OWN_CARRIER and way.fee == 0 for way in refund.ways)
    assert not verdict.needs_review
    assert not verdict.photos
    if told.request.state in (ItemState.UNOPENED, ItemState.OPENED):
        assert refund.restocking == 0


@settings(max_examples=30)
@given(told=cases(), key=st.sampled_from(STARTERS), days=st.integers(-60, 400))
def test_the_same_facts_give_the_same_verdict_byte_for_byte(told: ReturnFacts, key: str, days: int) -> None:
    policy = begun_with(key)
    again = policy_of(*(one.model_dump(mode="json") for one in policy.written.rules))
    first, second = judge(policy, told, days=days), judge(again, told, days=days)
    assert orjson.dumps(first) == orjson.dumps(second)
    assert trace_in_words(first.trace, zone=BERLIN, now=NOW) == trace_in_words(second.trace, zone=BERLIN, now=NOW)


@given(paid=st.integers(0, 10**9), quantity=st.integers(1, 50), parts=st.lists(st.integers(1, 9), max_size=30))
def test_shares_of_a_line_add_up_to_what_was_paid_whatever_goes_back_first(
    paid: int, quantity: int, parts: list[int]
) -> None:
    before = total = 0
    for pieces in [*parts, quantity]:
        total += share(paid=paid, quantity=quantity, before=before, pieces=pieces)
        before = min(before + pieces, quantity)
    assert total == paid


def test_the_first_rule_that_applies_decides_and_the_others_are_in_the_trace() -> None:
    policy = policy_of(
        rule(effect("window", days=10), name="Rings", when=asks("category", words=["rings"])),
        rule(effect("window", days=90), OFFER, BY_LABEL, name="All"),
    )
    told = facts(order={"country": "US"})
    assert judge(policy, told, days=5).offer(Outcome.REFUND).is_open
    late = judge(policy, told, days=6)
    refused = late.offer(Outcome.REFUND).refused
    assert refused is not None
    assert (refused.why, refused.rule) == (Why.OVER, 0)
    rings, everything = late.trace[:2]
    assert isinstance(rings, RuleStep)
    assert isinstance(everything, RuleStep)
    assert len(rings.decided) == len(everything.overridden) == len(Outcome)
    assert {one.by for one in everything.overridden} == {0}
    assert trace_in_words(late.trace, zone=BERLIN, now=NOW) == [
        "Rule 1, “Rings”, applies. It decides: until when.",
        (
            "Rule 2, “All”, applies. It decides: whether it is offered (Refund, Store credit), whether it can go this way"
            " (Prepaid label). Rule 1 had decided before it: until when."
        ),
        "The law gives no right to withdraw here.",
    ]


def test_groups_nest_and_turn_round() -> None:
    when = {
        "match": "any",
        "parts": [
            {"kind": "gift", "config": {}},
            {"match": "none", "parts": [{"kind": "country", "config": {"words": ["US"]}}]},
        ],
    }
    policy = policy_of(rule(OFFER, BY_LABEL, when=when))
    assert judge(policy, facts(order={"country": "CA"})).is_returnable
    assert not judge(policy, facts(order={"country": "US"})).is_returnable
    assert judge(policy, facts(order={"country": "US", "is_gift": True})).is_returnable


def test_opened_earrings_are_refused_in_the_shops_words_and_the_shoppers() -> None:
    policy = begun_with("opened_hygiene")
    told = facts(
        line={"categories": frozenset({"Earrings"}), "natures": frozenset({Nature.HYGIENE})}, state=ItemState.OPENED
    )
    assert why_not(judge(policy, told), policy=policy.written, facts=told, zone=BERLIN, now=NOW) == (
        "They cannot be returned once opened, for hygiene. You told us it was opened."
        " The right of withdrawal ends when a seal for hygiene is broken."
    )
    unopened = replace(told, request=RequestFacts())
    assert why_not(judge(policy, unopened), policy=policy.written, facts=unopened, zone=BERLIN, now=NOW) == ""


def test_what_has_not_arrived_waits_and_what_is_too_late_says_since_when() -> None:
    policy = policy_of(rule(OFFER, BY_LABEL, IN_30_DAYS))
    ahead = facts(order={"country": "US", "all_delivered_at": None}, line={"delivered_at": None})
    words = {"policy": policy.written, "zone": BERLIN, "now": NOW}
    assert why_not(judge(policy, ahead), facts=ahead, **words) == "You can return it once it has arrived."  # type: ignore[arg-type]
    late = facts(order={"country": "US"})
    assert why_not(judge(policy, late, days=40), facts=late, **words) == (  # type: ignore[arg-type]
        "The time for this ended on Saturday, 5 December."
    )


def test_the_time_to_withdraw_ends_on_a_working_day_in_the_eu_and_can_be_used_online() -> None:
    nothing = policy_of()
    told = facts(order={"all_delivered_at": datetime(2026, 11, 7, 9, tzinfo=UTC)})  # the 14th day is a Saturday
    right = judge(nothing, told).withdrawal
    assert right is not None
    assert right.until is not None
    assert (right.until.astimezone(BERLIN).isoformat(), right.is_function_due) == ("2026-11-24T00:00:00+01:00", True)
    british = judge(nothing, replace(told, order=replace(told.order, country="GB"))).withdrawal
    assert british is not None
    assert british.until is not None
    assert british.until.date().isoformat() == "2026-11-22"


def test_worn_things_lose_their_worth_by_law_too_and_mistakes_of_the_shop_cost_nothing() -> None:
    policy = begun_with("restocking_fee")
    assert judge(policy, facts(state=ItemState.OPENED)).offer(Outcome.REFUND).restocking == 0
    assert judge(policy, facts(state=ItemState.USED)).offer(Outcome.REFUND).restocking == 300
    assert judge(policy, facts(state=ItemState.USED, blame=Blame.SHOP)).offer(Outcome.REFUND).restocking == 0
    american = facts(order={"country": "US"}, state=ItemState.OPENED)
    assert judge(policy, american).offer(Outcome.REFUND).restocking == 300


def test_staff_can_be_kinder_than_the_rules_and_it_is_in_the_trace() -> None:
    policy = begun_with("final_sale")
    told = facts(order={"country": "US", "codes": frozenset({"outlet"})})
    assert not judge(policy, told).is_returnable
    override = Override("staff:olga", "Sent the wrong size twice", frozenset({Outcome.STORE_CREDIT}), waives_fees=True)
    verdict = judge(policy, told, override=override)
    assert [one.outcome for one in verdict.open_offers] == [Outcome.STORE_CREDIT]
    assert any(isinstance(step, OverrideStep) and step.reason.startswith("Sent") for step in verdict.trace)
    assert "Staff decided otherwise (Store credit, no fees): Sent the wrong size twice" in trace_in_words(
        verdict.trace, zone=BERLIN, now=NOW
    )


def test_one_label_costs_once_and_shipping_comes_back_with_the_whole_order() -> None:
    policy = begun_with("days_60")
    other = replace(RING, key="chain", quantity=1, paid=1000)
    order = replace(ORDER, total=7490)
    whole = [
        Chosen(
            judge(policy, ReturnFacts(order, line, request=RequestFacts(line.quantity))),
            Outcome.REFUND,
            Method.PREPAID_LABEL,
        )
        for line in (RING, other)
    ]
    done = settle(order=order, lines=[RING, other], chosen=whole)
    assert (done.fee, done.shipping, done.refund) == (495, 490, 6995)
    part = settle(order=order, lines=[RING, other], chosen=whole[:1])
    assert (part.fee, part.shipping, part.refund) == (495, 0, 5505)


def test_the_better_of_two_versions_is_the_shoppers() -> None:
    strict, kind = (
        policy_of(rule(OFFER, BY_LABEL, effect("window", days=3))),
        policy_of(rule(OFFER, BY_LABEL, IN_30_DAYS)),
    )
    told = facts(order={"country": "US"})
    assert better_of(judge(strict, told), judge(kind, told)) == judge(kind, told)
    assert better_of(judge(kind, told), judge(strict, told)) == judge(kind, told)


def test_a_rule_whose_condition_is_gone_applies_to_nothing_and_its_page_still_stands() -> None:
    gone = Rule(
        name="Gone", when=Group(parts=(Condition(kind="luck"),)), then=(Effect(kind="waive"), Effect(kind="luck"))
    )
    policy = compile_policy(Policy(rules=(gone, *policy_of(rule(OFFER, BY_LABEL)).written.rules)))
    verdict = judge(policy, facts(order={"country": "US"}))
    assert verdict.is_returnable
    assert [step.applies for step in verdict.trace if isinstance(step, RuleStep)] == [False, True]
    assert [shown.name for shown in rules_shown(policy.written)] == ["Gone", "A rule"]
