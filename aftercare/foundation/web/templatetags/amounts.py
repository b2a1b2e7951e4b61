"""Amounts and numbers as people of the reader's language write them, by CLDR."""

from functools import lru_cache

from babel.numbers import format_decimal, format_percent
from django import template

from aftercare.foundation.kit.money import Money
from aftercare.foundation.web.templatetags.locale import reading_locale

register = template.Library()


@register.simple_tag
def money(amount: int | Money | None, currency: str = "") -> str:
    """`{% money 1990 "EUR" %}` or `{% money order.total %}`: "€19.90", "19,90 €"; nothing for None."""
    if amount is None:
        return ""
    value = amount if isinstance(amount, Money) else Money(int(amount), currency)
    return _format_money(value, reading_locale())


@register.filter
def number(value: float | None) -> str:
    """`{{ 1204|number }}`: "1,204", "1.204"."""
    return "" if value is None else str(format_decimal(value, locale=reading_locale()))


@register.filter
def percent(share: float | None, digits: int = 0) -> str:
    """`{{ 0.934|percent:1 }}`: "93.4%", "93,4 %"."""
    if share is None:
        return ""
    pattern = "#,##0." + "0" * digits + "%" if digits else None
    return str(format_percent(share, format=pattern, locale=reading_locale()))


# A table of orders shows the same few hundred amounts again and again, and CLDR formatting costs 25 microseconds.
@lru_cache(maxsize=4096)
def _format_money(value: Money, locale: str) -> str:
    return value.format(locale)
