"""Parts of sentences that conditions and effects share: lists, numbers, amounts, countries and days of the year."""

from collections.abc import Iterable
from datetime import date

from babel import Locale
from babel.dates import format_skeleton
from django.utils.translation import gettext as _

from aftercare.engagement.segments.vocabulary import Bound
from aftercare.foundation.kit.money import Money
from aftercare.foundation.web.templatetags.locale import reading_locale

_LEAP_YEAR = 2024


def words_or(words: Iterable[object]) -> str:
    """Any of several: "Rings or Earrings"."""
    return _(" or ").join(str(word) for word in words)


def words_and(words: Iterable[object]) -> str:
    """All of several: "Refund, Store credit"."""
    return ", ".join(str(word) for word in words)


def bounded(bound: str, number: object) -> str:
    """How many: "at least 3"."""
    words = _("at least %(number)s") if bound == Bound.AT_LEAST else _("at most %(number)s")
    return words % {"number": number}


def amount(minor: int, currency: str) -> str:
    """As the reader writes amounts."""
    return Money(minor, currency).format(reading_locale())


def percent(points: int) -> str:
    """Of hundredths of a percent: "12.5 %"."""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "\u00a0%" if rest else f"{whole}\u00a0%"


def country_name(code: str) -> str:
    """As the reader's language names it; its letters where nobody does."""
    return str(_locale().territories.get(code, code))


def day_of_year(month: int, day: int) -> str:
    """Such as "31 January"."""
    return str(format_skeleton("MMMMd", date(_LEAP_YEAR, month, day), locale=_locale()))


def _locale() -> Locale:
    return Locale.parse(reading_locale())
