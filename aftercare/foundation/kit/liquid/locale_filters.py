"""Filters of ours: money, numbers, dates and times as the reader's locale writes them (CLDR, through Babel).

`locale`, `time_zone` and `currency` come from the template's context, each may be given as an argument instead. Babel
takes 20 to 60 microseconds per value; a mail shows dozens, so what depends on the locale alone is worked out once.
"""

from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal
from liquid.filter import with_context

from aftercare.foundation.kit.liquid.problems import TemplateRenderProblem
from aftercare.foundation.kit.money import exponent, is_currency

_MOST_DECIMALS = 6


class Scope(Protocol):
    """Where a filter finds the template's variables."""

    def resolve(self, name: str, *, default: object = None) -> Any:
        """The value of `name`, or `default`."""


def money(value: object, currency: object = None, *, context: Scope) -> str:
    """An amount in minor units, alone with its currency: `{{ 1990 | money: "EUR" }}`, `{{ order.total | money }}`.

    The value is an integer, or an object with `amount` and `currency`.
    """
    amount = value
    if isinstance(value, dict):
        amount, currency = value.get("amount"), value.get("currency")
    if not isinstance(amount, int):
        raise TemplateRenderProblem(f"money wants an integer in minor units, not '{value}'")
    code = str(currency or context.resolve("currency", default=""))
    return _money_format(code, _locale_of(context)).write(amount)


def number(value: object, decimals: object = None, *, context: Scope) -> str:
    """A number with the locale's separators; `decimals` fixes how many are shown."""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        raise TemplateRenderProblem(f"number wants a number, not '{value}'") from None
    if decimals is not None and decimals not in range(_MOST_DECIMALS + 1):
        raise TemplateRenderProblem(f"number shows 0 to {_MOST_DECIMALS} decimals, not '{decimals}'")
    pattern = None if decimals is None else "#,##0." + "0" * int(str(decimals))
    return format_decimal(exact, format=pattern, locale=_locale_of(context))


def local_date(value: object, style: object = "medium", *, context: Scope) -> str:
    """The day of a date or instant where the reader lives; `style` is short, medium, long, full or a CLDR pattern."""
    moment = _moment(value)
    if isinstance(moment, datetime):
        moment = moment.astimezone(_zone_of(context)).date()
    return "" if moment is None else _written_date(moment, str(style), _locale_of(context))


def local_time(value: object, style: object = "short", *, context: Scope) -> str:
    """The time of day of an instant in the reader's time zone."""
    moment = _moment(value)
    if not isinstance(moment, datetime):
        return ""
    return _written_time(moment.astimezone(_zone_of(context)).time(), str(style), _locale_of(context))


def local_datetime(value: object, style: object = "medium", *, context: Scope) -> str:
    """Day and time of an instant in the reader's time zone."""
    moment = _moment(value)
    if not isinstance(moment, datetime):
        return local_date(value, style, context=context)
    local = moment.astimezone(_zone_of(context)).replace(tzinfo=None)
    return _written_datetime(local, str(style), _locale_of(context))


LOCALE_FILTERS = {
    "money": with_context(money),
    "number": with_context(number),
    "local_date": with_context(local_date),
    "local_time": with_context(local_time),
    "local_datetime": with_context(local_datetime),
}


class _MoneyFormat:
    """How one locale writes one currency, taken from Babel's own output so that it cannot differ from it."""

    def __init__(self, currency: str, locale: str) -> None:
        self.currency = currency
        self.locale = locale
        self.decimals = exponent(currency)
        symbols = Locale.parse(locale).number_symbols["latn"]
        self.point = str(symbols["decimal"])
        # A sample tells prefix and suffix; locales that group otherwise than by threes are left to Babel.
        whole, fraction = "1{0}234{0}567".format(symbols["group"]), "8" * self.decimals
        digits = whole + (self.point + fraction if fraction else "")
        self.group = str(symbols["group"])
        self.before, found, self.after = self._by_babel(int("1234567" + fraction)).partition(digits)
        self.regular = bool(found)

    def write(self, amount: int) -> str:
        if amount < 0 or not self.regular:
            return self._by_babel(amount)
        whole, fraction = divmod(amount, 10**self.decimals)
        text = f"{whole:,}".replace(",", self.group) if whole > 999 else str(whole)
        if self.decimals:
            text += f"{self.point}{fraction:0{self.decimals}}"
        return self.before + text + self.after

    def _by_babel(self, amount: int) -> str:
        exact = Decimal(amount).scaleb(-self.decimals)
        return format_currency(exact, self.currency, locale=self.locale)


@lru_cache(maxsize=512)
def _money_format(currency: str, locale: str) -> _MoneyFormat:
    if not is_currency(currency):
        raise TemplateRenderProblem(f"'{currency}' is no currency", remedy="Give one: `{{ amount | money: 'EUR' }}`.")
    return _MoneyFormat(currency, locale)


def _locale_of(context: Scope) -> str:
    return _known_locale(str(context.resolve("locale", default="") or "en"))


@lru_cache(maxsize=256)
def _known_locale(name: str) -> str:
    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        raise TemplateRenderProblem(f"'{name}' is no locale we know", remedy="Use one such as en or pt-BR.") from None


def _zone_of(context: Scope) -> ZoneInfo:
    name = str(context.resolve("time_zone", default="") or "UTC")
    try:
        return ZoneInfo(name)  # cached by zoneinfo
    except (ZoneInfoNotFoundError, ValueError):
        raise TemplateRenderProblem(f"'{name}' is no time zone", remedy="Use one such as Europe/Berlin.") from None


def _moment(value: object) -> date | datetime | None:
    """A day or an instant (UTC where no zone is given) out of what JSON and Python call dates; None for nothing."""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return value
    if not value:
        return None
    raise TemplateRenderProblem(f"'{value}' is no date", remedy="Dates are written like 2026-11-22 or in ISO 8601.")


@lru_cache(maxsize=4096)
def _parsed(text: str) -> date | datetime | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise TemplateRenderProblem(f"'{text}' is no date", remedy="Write dates in ISO 8601.") from None


@lru_cache(maxsize=4096)
def _written_date(day: date, style: str, locale: str) -> str:
    return format_date(day, format=style, locale=locale)


@lru_cache(maxsize=4096)
def _written_time(clock: time, style: str, locale: str) -> str:
    return format_time(clock, format=style, locale=locale)


@lru_cache(maxsize=4096)
def _written_datetime(local: datetime, style: str, locale: str) -> str:
    return format_datetime(local, format=style, locale=locale)
