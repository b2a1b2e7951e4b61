from typing import Any

import pytest

from aftercare.care.return_policies.explaining import rule_in_words
from aftercare.care.return_policies.policy.verdicts import Verdict
from aftercare.care.return_policies.starters import starters
from aftercare.care.return_policies.vocabulary import Blame, ItemState, Method, Nature, Outcome, Processing
from tests.care.return_policies.cast import begun_with, facts, judge

_US = {"country": "US"}


def _fee(verdict: Verdict) -> int:
    return next(way.fee for way in verdict.offer(Outcome.REFUND).ways if way.method is Method.PREPAID_LABEL)


def _open(key: str, days: int, outcome: Outcome = Outcome.REFUND, **told: Any) -> bool:
    told.setdefault("order", _US)
    return judge(begun_with(key), facts(**told), days=days).offer(outcome).is_open


@pytest.mark.parametrize(("key", "days"), [("days_30", 25), ("days_60", 55)])
def test_so_many_days_from_delivery_to_the_last_of_them(key: str, days: int) -> None:
    assert _open(key, days)
    assert not _open(key, days + 1)


def test_ninety_days_are_for_credit_and_money_comes_back_for_thirty() -> None:
    assert _open("days_90", 25)
    assert not _open("days_90", 26)
    assert _open("days_90", 85, Outcome.STORE_CREDIT)


def test_final_sale_stays_sold_but_not_against_the_law() -> None:
    line = {"natures": frozenset({Nature.FINAL_SALE})}
    assert not _open("final_sale", 1, line=line)
    assert not _open("final_sale", 1, order=_US | {"codes": frozenset({"Outlet"})})
    assert _open("final_sale", 1, line=line, order={"country": "FR"})


def test_categories_have_their_own_windows_and_ways() -> None:
    assert not _open("category_windows", 10, line={"categories": frozenset({"Electronics"})})
    sofa = facts(order=_US, line={"categories": frozenset({"Furniture"})})
    verdict = judge(begun_with("category_windows"), sofa, days=80)
    assert [way.method for way in verdict.offer(Outcome.REFUND).ways] == [Method.PICK_UP, Method.OWN_CARRIER]


def test_opened_things_cost_fifteen_percent_of_money_only() -> None:
    opened = judge(begun_with("restocking_fee"), facts(order=_US, state=ItemState.OPENED))
    assert (opened.offer(Outcome.REFUND).restocking, opened.offer(Outcome.STORE_CREDIT).restocking) == (300, 0)


def test_the_holidays_make_windows_longer_never_shorter() -> None:
    assert _open("holiday_extension", 82)  # 31 January
    assert not _open("holiday_extension", 83)


def test_regulars_return_for_free() -> None:
    policy = begun_with("vip_free_returns")
    assert _fee(judge(policy, facts(order=_US))) == 590
    regular = judge(policy, facts(order=_US, customer={"orders": 5}))
    assert (_fee(regular), regular.offer(Outcome.REFUND).processing) == (0, Processing.FIRST_SCAN)
    assert judge(policy, facts(order=_US, customer={"returns": 6, "return_rate": 80})).needs_review
    assert not judge(policy, facts(customer={"returns": 6, "return_rate": 80})).needs_review


def test_europe_and_america_differ() -> None:
    policy = begun_with("eu_and_us")
    here, there = judge(policy, facts()), judge(policy, facts(order=_US))
    assert (here.destination, here.refunds_shipping, here.offer(Outcome.REFUND).restocking) == ("Leipzig", True, 0)
    assert (there.destination, there.refunds_shipping, there.offer(Outcome.REFUND).restocking) == (
        "New Jersey",
        False,
        200,
    )


def test_staying_is_worth_a_bonus() -> None:
    verdict = judge(begun_with("exchange_bonus"), facts())
    assert [verdict.offer(one).bonus for one in (Outcome.EXCHANGE_ANY, Outcome.STORE_CREDIT, Outcome.REFUND)] == [
        200,
        100,
        0,
    ]


def test_what_is_worth_little_is_kept_twice_at_most() -> None:
    line = {"paid": 4500}
    assert _open("keep_item", 1, Outcome.KEEP_ITEM, line=line)
    assert not _open("keep_item", 1, Outcome.KEEP_ITEM, line={"paid": 4503})
    assert not _open("keep_item", 1, Outcome.KEEP_ITEM, line=line, customer={"kept_items": 2})
    assert not _open("keep_item", 1, Outcome.KEEP_ITEM, line=line, order=_US | {"currency": "USD"})


def test_opened_cosmetics_stay_opened_unless_the_shop_is_to_blame() -> None:
    line = {"categories": frozenset({"Cosmetics"})}
    assert not _open("opened_hygiene", 1, line=line, state=ItemState.OPENED)
    assert _open("opened_hygiene", 1, line=line, state=ItemState.OPENED, blame=Blame.SHOP)
    assert _open("opened_hygiene", 1, line=line)


def test_every_starter_reads_as_sentences() -> None:
    said = {one.key: [rule_in_words(rule) for rule in one.policy.rules] for one in starters()}
    assert len(said) == 12
    assert said["holiday_extension"][0] == "If bought between 1 November and 24 December: at least until 31 January"
    assert said["vip_free_returns"][0].startswith(
        "If customers marked as vip or at least 5 orders so far: Returning is free"
    )
