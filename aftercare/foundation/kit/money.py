"""Money: an integer number of minor units with its ISO 4217 currency, never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache

from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision

from aftercare.foundation.kit.errors import Invalid


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` in minor units of `currency`: Money(1990, "EUR") is 19.90 euro, Money(1990, "JPY") is 1990 yen."""

    amount: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount - other.amount, self.currency)

    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def format(self, locale: str) -> str:
        """As people of `locale` write it, by CLDR: "19,90 €" in German, "€19.90" in English."""
        return format_currency(self.decimal(), self.currency, locale=locale.replace("-", "_"))

    def _same_currency(self, other: "Money") -> None:
        if other.currency != self.currency:
            message = f"{self.currency} and {other.currency} cannot be added up"
            raise ValueError(message)


@cache
def exponent(currency: str) -> int:
    """How many decimals `currency` has: 2 for EUR, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


@cache
def is_currency(code: str) -> bool:
    """Whether `code` is a currency CLDR knows."""
    return len(code) == 3 and code in get_global("all_currencies")


def minor_units(value: object, currency: str, *, field: str = "") -> int:
    """Parse an amount in major units ("19.90", 19.9, Decimal) into minor units.

    Raises Invalid, naming `field`, where it is no number, is not finite, or has more decimals than the currency.
    """
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        sentence = f"'{value}' is not an amount; write digits with a decimal point, such as 19.90"
        raise Invalid(sentence, field=field) from None
    if not amount.is_finite() or abs(amount) > Decimal("1e13"):
        raise Invalid(f"'{value}' is not an amount of money", field=field)
    shifted = amount.scaleb(exponent(currency))
    rounded = shifted.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    # Prices computed in binary floating point arrive as 19.900000000000002; anything coarser is a real mistake.
    if abs(shifted - rounded) > Decimal("0.0001"):
        sentence = f"'{value}' has more decimals than {currency} ({exponent(currency)})"
        raise Invalid(sentence, field=field, remedy=f"Round it to the decimals {currency} has.")
    return int(rounded)
