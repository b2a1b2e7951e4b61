"""Amounts follow the reader's language and the currency's own decimals."""

import pytest
from django.utils import translation

from aftercare.foundation.kit.money import Money
from tests.foundation.web.templatetags.rendering import render

NARROW = "\u202f"
HARD = "\u00a0"


@pytest.mark.parametrize(
    ("language", "amount", "currency", "written"),
    [
        ("en", 123450, "EUR", "€1,234.50"),
        ("de", 123450, "EUR", f"1.234,50{HARD}€"),
        ("fr", 123450, "EUR", f"1{NARROW}234,50{HARD}€"),
        ("en", 1990, "JPY", "JP¥1,990"),
        ("de", 1990, "KWD", f"1,990{HARD}KWD"),
        ("en", -1990, "GBP", "-£19.90"),
        ("en", 0, "EUR", "€0.00"),
    ],
)
def test_money_is_minor_units_as_the_reader_writes_them(language, amount, currency, written):
    with translation.override(language):
        assert render("{% money amount currency %}", amount=amount, currency=currency) == written


def test_money_takes_money():
    with translation.override("de"):
        assert render("{% money total %}", total=Money(1990, "EUR")) == f"19,90{HARD}€"


def test_an_amount_that_is_not_known_is_empty():
    assert render('{% money total "EUR" %}', total=None) == ""


@pytest.mark.parametrize(("language", "written"), [("en", "1,204 and 93.4%"), ("de", f"1.204 and 93,4{HARD}%")])
def test_numbers_and_shares(language, written):
    with translation.override(language):
        assert render("{{ count|number }} and {{ share|percent:1 }}", count=1204, share=0.9342) in (
            written,
            written.replace(f"{HARD}%", "%"),
        )


def test_a_share_without_digits_is_rounded():
    with translation.override("en"):
        assert render("{{ share|percent }}", share=0.956) == "96%"
