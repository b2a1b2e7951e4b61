"""The base of what comes in through any door (API, file, connector): strict about names and sizes, tolerant of writing.

Errors name the field as the sender wrote it, so that a row can be corrected where it came from.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

import phonenumbers
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

from aftercare.foundation.kit.money import is_currency

_NO_ADDRESS = re.compile(r"[\s<>,;]")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_TOO_LARGE = 2**63
LONGEST_EMAIL = 254  # RFC 5321 §4.5.3.1.3, without the angle brackets
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class Incoming(BaseModel):
    """Unknown fields are refused (a misspelt one would be lost in silence), and nothing changes after parsing."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, coerce_numbers_to_str=True)


def _currency(value: str) -> str:
    code = value.upper()
    if not is_currency(code):
        message = f"'{value}' is no ISO 4217 currency code, such as EUR"
        raise ValueError(message)
    return code


def _plausible(value: datetime) -> datetime:
    if not _EARLIEST <= value <= _LATEST:
        message = "lies before 1990 or after 2100"
        raise ValueError(message)
    return value.astimezone(UTC)


def _email(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if not at or not local or "." not in domain or _NO_ADDRESS.search(value):
        message = f"'{value}' is not an e-mail address"
        raise ValueError(message)
    # Folding its case may make it longer: "ß" becomes "ss".
    if len(normal_email(value)) > LONGEST_EMAIL:
        message = f"is longer than the {LONGEST_EMAIL} characters that an address may have"
        raise ValueError(message)
    return value


def _storable(value: Any) -> Any:
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(value, str) and "\x00" in value:
        message = "holds a NUL character"
        raise ValueError(message)
    # PostgreSQL keeps 1e30 and gives it back as an integer, which no answer can hold.
    if isinstance(value, int | float) and not abs(value) < _TOO_LARGE:
        message = "holds a number of more than 64 bits"
        raise ValueError(message)
    for part in inner:
        _storable(part)
    return value


def normal_email(value: str) -> str:
    """How e-mail addresses are compared: case folded. (RFC 5321 lets the local part differ by case; nobody does.)"""
    return value.strip().casefold()


def normal_phone(value: str, country: str) -> str:
    """E.164, reading a national number as of `country`; empty where it is no possible number."""
    try:
        parsed = phonenumbers.parse(value, country.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    possible = phonenumbers.is_possible_number(parsed)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if possible else ""


# No database can store NUL. A pattern, because pydantic checks it without calling back into Python.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Storable = AfterValidator(_storable)
# Settings whose shape something else knows.
Free = Annotated[dict[str, Any], Storable]
Key = Annotated[Text, StringConstraints(min_length=1, max_length=120)]
Short = Annotated[Text, StringConstraints(max_length=255)]
Long = Annotated[Text, StringConstraints(max_length=20_000)]
Email = Annotated[Text, StringConstraints(max_length=LONGEST_EMAIL), AfterValidator(_email)]
Currency = Annotated[str, StringConstraints(min_length=3, max_length=3), AfterValidator(_currency)]
Country = Annotated[str, StringConstraints(pattern="^[A-Za-z]{2}$", to_upper=True)]
Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
