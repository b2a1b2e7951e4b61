"""What a basket gets with a list of codes, and why a code does not count."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.credit.policy.quoting import Answer, Basket, BasketLine, Offer, Why, quote
from aftercare.engagement.credit.vocabulary import Discount, Stacking
from aftercare.engagement.credit.wording import sentence_of
from tests.factories import NOW

DAY = timedelta(days=1)
JUG, TEA = BasketLine(3490, "jug", "Kitchen"), BasketLine(800, "tea", "Pantry")
BASKET = Basket("EUR", [JUG, TEA], shipping=490, redeemer="customer:1")
TEN = Offer("TEN", 1, Discount.PERCENT, "EUR", Stacking.WITH_OTHERS, percent=Decimal(10))
FIVE = Offer("FIVE", 2, Discount.AMOUNT, "EUR", Stacking.WITH_OTHERS, amount=500)
SHIP = Offer("SHIP", 3, Discount.FREE_SHIPPING, "EUR", Stacking.WITH_OTHERS)


def amounts(*offers: Offer | str, basket: Basket = BASKET) -> list[int | Why]:
    return [answer.why or answer.amount for answer in quote(basket=basket, offers=offers, now=NOW).answers]


def test_one_after_the_other_is_taken_off_what_is_left() -> None:
    assert amounts(TEN, FIVE, SHIP) == [429, 500, 490]
    assert amounts(FIVE, TEN) == [500, 379]
    assert amounts(replace(FIVE, amount=99_999), TEN) == [4290, Why.NOTHING_COVERED]


def test_only_what_is_covered_counts() -> None:
    assert amounts(replace(TEN, products=frozenset({"tea"}))) == [80]
    assert amounts(replace(FIVE, categories=frozenset({"Pantry"}), amount=900)) == [800]
    assert amounts(replace(TEN, categories=frozenset({"Garden"}))) == [Why.NOTHING_COVERED]
    assert amounts(replace(TEN, products=frozenset({"tea"}), minimum=900)) == [Why.MINIMUM]
    assert amounts(SHIP, basket=replace(BASKET, shipping=0)) == [Why.NOTHING_COVERED]


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        ("NOPE", Why.UNKNOWN),
        (replace(TEN, is_revoked=True), Why.REVOKED),
        (replace(TEN, starts_at=NOW + DAY), Why.NOT_YET),
        (replace(TEN, ends_at=NOW), Why.OVER),
        (replace(TEN, is_ended=True), Why.OVER),
        (replace(TEN, currency="JPY"), Why.CURRENCY),
        (replace(TEN, owner="customer:2"), Why.NOT_YOURS),
        (replace(TEN, once_per_customer=True, used_before=True), Why.USED_BEFORE),
        (replace(TEN, uses_left=0), Why.USED_UP),
        (replace(TEN, amount_left=428), Why.USED_UP),
    ],
)
def test_every_reason_is_said(offer: Offer | str, why: Why) -> None:
    answer = quote(basket=BASKET, offers=[offer], now=NOW).answers[0]
    assert answer.why == why
    assert sentence_of(answer, currency="EUR", locale="en").endswith(".")


def test_who_buys_must_be_known_where_it_matters() -> None:
    nobody = replace(BASKET, redeemer="")
    assert amounts(replace(TEN, once_per_customer=True), basket=nobody) == [Why.WHO_ARE_YOU]
    assert amounts(replace(TEN, owner="customer:1"), basket=nobody) == [Why.WHO_ARE_YOU]
    assert amounts(replace(TEN, owner="customer:1")) == [429]


def test_what_may_stand_together() -> None:
    alone, credit = replace(TEN, stacking=Stacking.ALONE), replace(TEN, stacking=Stacking.WITH_CREDIT)
    assert amounts(alone, FIVE) == [429, Why.NOT_TOGETHER]
    assert amounts(FIVE, credit) == [500, Why.NOT_TOGETHER]
    assert amounts(TEN, TEN) == [429, Why.TWICE]
    with_credit = replace(BASKET, uses_credit=True)
    assert amounts(alone, basket=with_credit) == [Why.NOT_WITH_CREDIT]
    assert amounts(credit, basket=with_credit) == [429]


def test_what_does_not_count_takes_nothing_off() -> None:
    assert amounts(replace(FIVE, amount_left=1), replace(TEN, amount_left=None)) == [Why.USED_UP, 429]


def test_a_minimum_says_what_is_missing() -> None:
    answer = quote(basket=BASKET, offers=[replace(TEN, minimum=5000)], now=NOW).answers[0]
    assert answer == Answer("TEN", why=Why.MINIMUM, needed=710)
    assert sentence_of(answer, currency="EUR", locale="en") == "€7.10 more, and this code counts."


OFFERS = st.builds(
    Offer, st.sampled_from("ABCDE"), st.integers(1, 5), st.sampled_from(list(Discount)), st.just("KWD"),
    st.sampled_from(list(Stacking)), percent=st.decimals(1, 100, places=2), amount=st.integers(1, 9999),
    minimum=st.integers(0, 500), products=st.frozensets(st.sampled_from(["jug", "tea"])),
    amount_left=st.none() | st.integers(0, 3000),
)  # fmt: skip


@given(
    amounts=st.lists(st.integers(0, 5000), min_size=1, max_size=4), shipping=st.integers(0, 900),
    offers=st.lists(OFFERS, max_size=5),
)  # fmt: skip
def test_no_more_is_taken_off_than_there_is(amounts: list[int], shipping: int, offers: list[Offer]) -> None:
    lines = [BasketLine(amount, "jug" if place % 2 else "tea") for place, amount in enumerate(amounts)]
    found = quote(basket=Basket("KWD", lines, shipping), offers=offers, now=NOW)
    assert 0 <= found.total <= sum(amounts) + shipping
    for offer, answer in zip(offers, found.answers, strict=True):
        assert (answer.amount == 0) == (answer.why is not None)
        assert offer.amount_left is None or answer.amount <= offer.amount_left
