"""What no password may be made of."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from aftercare.foundation.staff.models import User
from aftercare.foundation.staff.passwords import personal_word
from aftercare.foundation.stores.models import Store
from tests.factories import make_user

KNOWN = ["olga.brandt@juniper.example", "Olga Brandt", "Juniper & Oak"]
words = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöü", min_size=3, max_size=20)
numbers = st.integers(0, 9_999_999).map(str)


@pytest.mark.parametrize(
    "password",
    [
        "olgabrandt2026",
        "Juniper&Oak2026!",
        "OLGA.BRANDT@juniper",
        "juniperjuniper12",
        "brandt-olga-1988",
        "juniper_oak_oak",
    ],
)
def test_made_of_what_everybody_knows(password: str) -> None:
    assert personal_word(password=password, known=KNOWN)


@pytest.mark.parametrize("password", ["correct horse battery", "olga feeds nine geese", "example of a good one", ""])
def test_made_of_something_else(password: str) -> None:
    assert personal_word(password=password, known=KNOWN) == ""


@given(word=words, number=numbers, separator=st.sampled_from(["", "-", " ", "_", "."]))
def test_a_name_and_a_number_never_do(word: str, number: str, separator: str) -> None:
    assert personal_word(password=f"{word.title()}{separator}{number}", known=[word])


@given(word=words, rest=st.text(alphabet="0123456789", min_size=8, max_size=30))
def test_a_name_within_enough_else_does(word: str, rest: str) -> None:
    assert personal_word(password=f"{rest[:4]}{word}{rest[4:]}", known=[word]) == ""


@given(st.text(), st.lists(st.text(), max_size=4))
def test_whatever_is_typed_is_judged(password: str, known: list[str]) -> None:
    found = personal_word(password=password, known=known)
    assert found == "" or any(found in "".join(text.casefold().split()) or found for text in known)


def test_what_nothing_is_known_of_is_not_refused() -> None:
    assert personal_word(password="anything", known=[]) == ""


@pytest.mark.parametrize(
    "password", ["juniper and oak", "olga.brandt.88", "aftercare2026", "password12345", "too short"]
)
def test_the_installation_refuses_it(shop: Store, password: str) -> None:
    user = make_user(shop, email="olga.brandt@juniper.example")
    with pytest.raises(ValidationError):
        validate_password(password, user)


def test_the_installation_takes_a_few_unrelated_words(shop: Store) -> None:
    validate_password("correct horse battery", make_user(shop))
    validate_password("correct horse battery", User(email="new@juniper.example"))
