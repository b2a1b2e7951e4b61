"""Money, numbers and dates as Babel writes them, faster."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.foundation.kit.liquid.problems import TemplateRenderProblem
from aftercare.foundation.kit.liquid.template import compile_template
from aftercare.foundation.kit.money import exponent

LOCALES = ["en", "en_GB", "de", "de_CH", "fr", "es", "pt_BR", "ar", "hi", "sv", "pl", "ja", "nl", "bg"]
CURRENCIES = ["EUR", "USD", "JPY", "KWD", "CHF", "INR"]

MONEY = compile_template("{{ amount | money: currency }}", autoescape=False)


def render(source: str, **context: object) -> str:
    return compile_template(source, autoescape=False).render(context)


@settings(deadline=None)
@given(
    locale=st.sampled_from(LOCALES),
    currency=st.sampled_from(CURRENCIES),
    amount=st.integers(-(10**6), 10**10) | st.sampled_from([0, 1, 9, 99, 100, 999, 1000, 99999, 100000, 123456789]),
)
def test_money_is_written_as_by_babel(locale: str, currency: str, amount: int) -> None:
    expected = format_currency(Decimal(amount).scaleb(-exponent(currency)), currency, locale=locale)
    assert MONEY.render({"amount": amount, "currency": currency, "locale": locale}) == expected


def test_money_takes_amount_and_currency_from_an_object() -> None:
    assert render("{{ t | money }}", t={"amount": 199900, "currency": "EUR"}, locale="de") == "1.999,00\xa0€"


def test_money_falls_back_to_the_currency_of_the_context() -> None:
    assert render("{{ 5 | money }}", currency="USD") == "$0.05"


@pytest.mark.parametrize(
    "source", ["{{ '1.50' | money: 'EUR' }}", "{{ 1 | money }}", "{{ 1 | money: 'XXZ' }}", "{{ x | money: 'EUR' }}"]
)
def test_what_is_no_money_is_refused(source: str) -> None:
    with pytest.raises(TemplateRenderProblem):
        render(source)


def test_an_instant_is_shown_in_the_time_zone_of_the_reader() -> None:
    context = {"at": datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "time_zone": "Europe/Berlin", "locale": "de"}
    assert render("{{ at | local_date }} {{ at | local_time }}", **context) == "23.11.2026 00:30"
    assert render("{{ at | local_datetime: 'long' }}", **context | {"locale": "en", "time_zone": "UTC"}).startswith(
        "November 22, 2026"
    )


def test_a_day_has_no_time_zone() -> None:
    assert render("{{ d | local_date: 'long' }}", d=date(2026, 11, 22), time_zone="Pacific/Apia") == "November 22, 2026"
    assert render("{{ d | local_date: 'full' }}", d="2026-11-22", locale="fr") == "dimanche 22 novembre 2026"
    assert render("[{{ d | local_time }}{{ nil | local_date }}{{ '' | local_datetime }}]", d="2026-11-22") == "[]"


def test_iso_text_counts_as_an_instant() -> None:
    assert render("{{ '2026-11-22T10:00:00Z' | local_time }}", time_zone="Asia/Tokyo", locale="ja") == "19:00"


def test_the_style_may_be_a_pattern_of_cldr() -> None:
    assert render("{{ d | local_date: 'EEEE d. MMMM' }}", d="2026-12-01", locale="de") == "Dienstag 1. Dezember"


def test_numbers_follow_the_locale() -> None:
    assert render("{{ 1234.5 | number }} {{ 2 | number: 2 }}", locale="pt-BR") == "1.234,5 2,00"


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'x' | number }}",
        "{{ 1 | number: 99 }}",
        "{{ 'x' | local_date }}",
        "{{ 5 | local_date }}",
        "{{ 1 | money: 'EUR' }}",
    ],
)
def test_values_and_settings_that_mean_nothing_are_refused(source: str) -> None:
    with pytest.raises(TemplateRenderProblem):
        render(source, locale="klingon")
