"""Who somebody is, and what a new word about them changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aftercare.commerce.customers.errors import NotRecognisable
from aftercare.commerce.customers.policy import (
    IdentityKey,
    Profile,
    Stance,
    changed_fields,
    combined,
    folded,
    identity_keys,
    owner_among,
    phone_number,
    search_words,
    stance_after,
    told,
)
from aftercare.commerce.customers.schemas import ConsentIn
from tests.factories import customer_in

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ACCOUNT = IdentityKey("account", "shop", "7")
EMAIL = IdentityKey("email", "", "sam@example.com")
PHONE = IdentityKey("phone", "", "+4930123456")


@pytest.mark.parametrize(
    ("text", "found_by"),
    [
        ("Jürgen WEISS", "jurgen weiss"),
        ("Weiß", "weiss"),
        ("Zoë Lindqvist", "zoe lindqvist"),
        ("Łukasz", "łukasz"),
        ("Ángel Ñúñez", "angel nunez"),
        ("مُحَمَّد", "محمد"),
        ("東京", "東京"),
    ],
)
def test_searching_ignores_case_and_accents(text: str, found_by: str) -> None:
    assert folded(text) == found_by


@given(st.text())
def test_what_is_folded_is_folded_for_good_and_words_fold_alike(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert search_words(text.upper()) == search_words(text.upper().lower()) or not text.isascii()
    assert "\x00" not in "".join(search_words(text))


def test_a_customer_is_recognised_by_what_is_surest_first() -> None:
    customer = customer_in(id="7", email="Sam@Example.com", phone="030 123456")
    assert identity_keys(customer, source="shop", phone="+4930123456") == [ACCOUNT, EMAIL, PHONE]


def test_nobody_can_be_found_by_nothing() -> None:
    with pytest.raises(NotRecognisable):
        identity_keys(customer_in(phone="nonsense"), source="shop", phone="")


def test_an_address_that_folds_too_long_is_refused() -> None:
    with pytest.raises(ValidationError, match="longer than the 254 characters"):
        customer_in(email="ß" * 240 + "@example.com")


@pytest.mark.parametrize(
    ("value", "country", "number"),
    [
        ("+49 30 123456", "US", "+4930123456"),
        ("030 123456", "DE", "+4930123456"),
        ("nonsense", "DE", ""),
        ("+49 123456789012345", "DE", ""),
        ("12", "DE", ""),
    ],
)
def test_phone_numbers_become_e164_or_nothing(value: str, country: str, number: str) -> None:
    assert phone_number(value, country) == number


@pytest.mark.parametrize(
    ("keys", "owners", "owner"),
    [
        ([ACCOUNT, EMAIL], {ACCOUNT: ("a", True), EMAIL: ("b", True)}, "a"),
        ([ACCOUNT, EMAIL], {EMAIL: ("b", True)}, "b"),
        ([PHONE], {PHONE: ("c", True)}, "c"),
        ([EMAIL, PHONE], {PHONE: ("c", False)}, "c"),
        ([EMAIL, PHONE], {PHONE: ("c", True)}, None),
        ([ACCOUNT], {}, None),
    ],
)
def test_two_people_may_share_a_telephone_but_not_an_address(
    keys: list[IdentityKey], owners: dict[IdentityKey, tuple[str, bool]], owner: str | None
) -> None:
    assert owner_among(keys, owners) == owner


def test_what_is_left_out_stays_what_is_told_counts() -> None:
    known = Profile("Sam", "sam@example.com", "", "de", "", "DE", {"vip": True, "size": "M"})
    customer = customer_in(id="7", name="Samantha", country=None, traits={"size": "L", "vip": None})
    after = told(known, customer, phone="+4930123456")
    assert after == Profile("Samantha", "sam@example.com", "+4930123456", "de", "", "DE", {"size": "L"})
    assert changed_fields(known, after) == ["name", "phone", "traits"]


def test_hearsay_fills_gaps_only() -> None:
    known = Profile("Sam", "", "", "", "", "DE", {})
    after = told(known, customer_in(email="sam@example.com", name="S.", country="AT"), phone="", fills_gaps_only=True)
    assert after == Profile("Sam", "sam@example.com", "", "", "", "DE", {})


def said(*, granted: bool, at: datetime | None) -> ConsentIn:
    return ConsentIn(purpose="marketing", granted=granted, source="checkout", at=at)


YESTERDAY, TODAY = NOW - timedelta(days=1), NOW
YES, NO = Stance(True, "checkout", YESTERDAY), Stance(False, "unsubscribe link", YESTERDAY)


@pytest.mark.parametrize(
    ("known", "granted", "at", "holds"),
    [
        (None, True, None, Stance(True, "checkout", NOW)),
        (None, False, YESTERDAY, Stance(False, "checkout", YESTERDAY)),
        (YES, True, TODAY, None),
        (YES, False, TODAY, Stance(False, "checkout", TODAY)),
        (YES, False, None, Stance(False, "checkout", NOW)),
        (YES, False, YESTERDAY - timedelta(days=1), None),
        (NO, True, TODAY, Stance(True, "checkout", TODAY)),
        (NO, True, None, None),
    ],
)
def test_the_later_word_holds_and_a_list_without_times_undoes_no_refusal(
    known: Stance | None, at: datetime | None, holds: Stance | None, *, granted: bool
) -> None:
    assert stance_after(known, said(granted=granted, at=at), now=NOW) == holds


@pytest.mark.parametrize(
    ("survivor", "absorbed", "holds"),
    [
        (None, YES, YES),
        (YES, NO, NO),
        (NO, YES, NO),
        (YES, NO._replace(changed_at=TODAY), NO._replace(changed_at=TODAY)),
        (YES._replace(changed_at=TODAY), NO, YES._replace(changed_at=TODAY)),
    ],
)
def test_of_two_found_to_be_one_the_later_word_holds_and_refusals_win_ties(
    survivor: Stance | None, absorbed: Stance, holds: Stance
) -> None:
    assert combined(survivor, absorbed) == holds


def test_fields_are_compared_by_name() -> None:
    known: dict[str, Any] = {"name": "Sam"}
    assert changed_fields(Profile(**known), Profile(**known)) == []
