"""Invented people are many, reproducible, and cannot be reached."""

import random

import phonenumbers
import pytest
from babel import Locale

from aftercare.config.demo_shop.people import COUNTRIES, DOMAINS, invent_person, mailbox, read_country


def test_there_are_people_of_nine_countries():
    assert COUNTRIES == ("AE", "AT", "DE", "ES", "FR", "GB", "NL", "PT", "US")


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_country_has_names_enough_that_customers_differ(code):
    country = read_country(code)

    assert len(set(country.given)) == len(country.given) >= 60
    assert len(set(country.family)) == len(country.family) >= 60
    Locale.parse(country.locale, sep="-")


def test_equal_chances_invent_equal_people():
    first = invent_person(country="DE", number=7, chance=random.Random(42))
    again = invent_person(country="DE", number=7, chance=random.Random(42))

    assert first == again


@pytest.mark.parametrize("code", COUNTRIES)
def test_nobody_can_be_written_to(code):
    chance = random.Random(1)

    for number in range(50):
        person = invent_person(country=code, number=number, chance=chance)
        assert person.email.rpartition("@")[2] in DOMAINS
        assert person.email.isascii()
        assert not person.phone or phonenumbers.is_possible_number(phonenumbers.parse(person.phone))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Anna Müller", "anna.mueller"), ("Léa de la Roche", "lea.de.la.roche"), ("João O'Brien", "joao.o.brien"),
     ("Ayşe Y\u0131ld\u0131z", "ayse.yildiz"), ("فاطمة حداد", "customer")],
)  # fmt: skip
def test_a_mailbox_is_the_name_in_plain_letters(name, expected):
    assert mailbox(name) == expected
