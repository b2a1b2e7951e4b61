"""Who a text comes from: a number, a short code or a name, by the country it goes to."""

import re
from collections.abc import Mapping

import phonenumbers

from aftercare.foundation.kit.errors import Invalid

_ANYWHERE = ""
_COUNTRY = re.compile(r"[A-Z]{2}")
# E.164, a short code, a name (GSM 03.38: eleven characters, not all digits), or a Twilio messaging service.
_SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 &._-]{1,11}|MG[0-9a-f]{32}")


def read_senders(sender: str, by_country: str) -> Mapping[str, str]:
    """The senders by country, the usual one under no country; raises Invalid naming what is none."""
    found = {_ANYWHERE: _checked(sender, "sender")}
    for entry in filter(None, (part.strip() for part in by_country.split(","))):
        country, equals, told = (part.strip() for part in entry.partition("="))
        if not equals or not _COUNTRY.fullmatch(country.upper()):
            raise Invalid(
                f"'{entry}' is no country with its sender.", field="senders", remedy="Such as US=+15005550006."
            )
        found[country.upper()] = _checked(told, "senders")
    return found


def sender_for(number: str, *, senders: Mapping[str, str]) -> str:
    """The sender for whoever has this number in E.164."""
    return senders.get(country_of(number), senders[_ANYWHERE])


def country_of(number: str) -> str:
    """Where a number in E.164 is; empty where nobody can say."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _checked(sender: str, field: str) -> str:
    if not _SENDER.fullmatch(sender):
        raise Invalid(
            f"'{sender}' is no sender.", field=field, remedy="A number in E.164, a short code, or up to eleven letters."
        )
    return sender
