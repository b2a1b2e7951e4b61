"""Whose number is this?"""

import random
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.shipments import numbers
from aftercare.commerce.shipments.numbers import SURE, candidates, key_of, name_of, surest, tracking_page
from aftercare.commerce.shipments.policy import carrier_key

DIGITS = string.digits


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=count, max_size=count)


def ending(body: st.SearchStrategy[str], check: Callable[[str], str], *, after: int = 0) -> st.SearchStrategy[str]:
    """Numbers of such a body with their check digit; it is made of what stands from place `after` on."""
    return body.map(lambda text: text + check(text[after:]))


s10 = st.builds(
    lambda letters, serial, country: f"{letters}{serial}{numbers.s10_check_digit(serial)}{country}",
    st.text(string.ascii_uppercase, min_size=2, max_size=2), digits(8), st.sampled_from(["GB", "DE", "US", "FR"]),
)  # fmt: skip
ups = ending(
    st.text(DIGITS + string.ascii_uppercase, min_size=15, max_size=15).map("1Z".__add__),
    numbers.ups_check_digit, after=2,
)  # fmt: skip
usps = ending(
    st.sampled_from(["91", "93", "94", "95"]).flatmap(lambda one: digits(19).map(one.__add__)), numbers.gs1_check_digit
)
dhl_paket = ending(digits(12).map("0034043".__add__), numbers.gs1_check_digit, after=2)
dpd = ending(digits(27), numbers.dpd_check_character)


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("1Z999AA10123456784", "ups"),
        ("RB123456785GB", "royal_mail"),
        ("XP696982485FR", "la_poste"),
        ("00340434161094042557", "dhl_paket"),
        ("9400111202555842332669", "usps"),
        ("008182709980000020033350276C", "dpd"),
        ("01505010076650F", "dpd"),
    ],
)
def test_a_number_of_one_carrier_s_own_with_its_check_digit_is_sure(number: str, carrier: str) -> None:
    assert surest(number) == candidates(number)[0]
    assert candidates(number)[0].carrier == carrier
    assert candidates(number)[0].tracking_url.startswith("https://")


@pytest.mark.parametrize(
    ("number", "carriers"),
    [
        ("986578788855", ["fedex"]),
        ("041441760228964", ["fedex"]),
        ("9611020987654312345672", ["fedex"]),
        ("61299998820821171811", ["fedex"]),
        ("9261292700768711948021", ["fedex", "usps"]),
        ("71123456789123456787", ["usps"]),
        ("420787019400111202555842332669", ["usps"]),
        ("3318810025", ["dhl_express"]),
        ("7035114477138472", ["canada_post"]),
        ("320595463938", ["purolator"]),
        ("05308801410058", ["dpd", "hermes"]),
        ("323212345659900040669030", ["bpost"]),
        ("1000000500113230110301", ["post_at"]),
        ("H1234567890123456789", ["hermes"]),
        ("3SABCD1234567", ["postnl"]),
    ],
)
def test_a_number_others_might_have_is_a_guess_in_order_of_certainty(number: str, carriers: list[str]) -> None:
    found = candidates(number)
    assert [one.carrier for one in found] == carriers
    assert [one.certainty for one in found] == sorted((one.certainty for one in found), reverse=True)
    assert surest(number) is None


@given(s10)
def test_a_postal_number_names_its_country(number: str) -> None:
    first = candidates(number)[0]
    assert first.country == number[-2:]
    assert first.certainty >= SURE


@pytest.mark.parametrize("kind", [usps, dhl_paket, dpd], ids=["usps", "dhl_paket", "dpd"])
@given(data=st.data())
def test_another_digit_anywhere_is_no_longer_certain(kind: st.SearchStrategy[str], data: st.DataObject) -> None:
    """These check digits find every single mistake."""
    number = data.draw(kind)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from(DIGITS).filter(lambda digit: digit != number[place]))
    assert surest(number) is not None
    assert surest(number[:place] + other + number[place + 1 :]) is None


@pytest.mark.parametrize(("kind", "most"), [(ups, 7), (s10, 8)], ids=["ups", "s10"])
@given(data=st.data())
def test_at_most_one_digit_a_place_goes_unnoticed(kind: st.SearchStrategy[str], most: int, data: st.DataObject) -> None:
    """UPS doubles every second place modulo ten, where 2 and 7 are one; S10 writes two remainders as 5."""
    number = data.draw(kind)
    changed = [
        number[:place] + other + number[place + 1 :]
        for place, digit in enumerate(number)
        for other in DIGITS
        if digit.isdigit() and other != digit
    ]
    assert len([one for one in changed if surest(one)]) <= most


@given(st.text(max_size=40) | st.text(DIGITS + string.ascii_uppercase, min_size=6, max_size=30))
def test_anything_is_judged(number: str) -> None:
    for one in candidates(number):
        assert 0 < one.certainty < 1
        assert one.name == name_of(one.carrier) != ""
        assert one.tracking_url in {"", tracking_page(one.carrier, number)}


def test_few_random_numbers_are_anybody_s_for_sure() -> None:
    chance = random.Random(7)
    drawn = ["".join(chance.choices(DIGITS, k=chance.randint(8, 26))) for _ in range(5000)]
    assert sum(surest(number) is not None for number in drawn) < 25


def test_every_carrier_is_known_by_its_name_and_key() -> None:
    assert key_of("Österreichische Post ") == "post_at"
    assert name_of("post_at") == "Österreichische Post"
    assert (key_of("nobody"), name_of("nobody"), tracking_page("nobody", "1")) == ("", "", "")
    assert carrier_key("DHL Express") == key_of("dhl express") == "dhl_express"


def test_a_number_is_not_put_into_an_address_as_it_comes() -> None:
    assert tracking_page("ups", "1Z999AA10123456784") == "https://www.ups.com/track?tracknum=1Z999AA10123456784"
    assert tracking_page("ups", "1Z&next=//elsewhere.example") == ""
