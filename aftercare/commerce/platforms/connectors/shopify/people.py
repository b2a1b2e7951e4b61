"""Customers and addresses as Shopify writes them."""

from typing import Any

from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.commerce.platforms.payloads import Payload, build

_MOST_ADDRESSES = 50
# What Shopify says of marketing that is a statement by the customer; the rest is silence.
_STATEMENTS = {"subscribed": True, "unsubscribed": False}


def customer(payload: Payload) -> CustomerIn:
    """A customer with addresses and what they said about marketing."""
    default = payload.part("default_address")
    return build(CustomerIn, {
        "id": payload.text("id") or None,
        "email": payload.text("email") or None,
        "phone": payload.text("phone", at_most=40) or default.text("phone", at_most=40) or None,
        "name": name_of(payload) or name_of(default),
        "locale": payload.text("locale", at_most=12),
        "country": _country(default),
        "addresses": [address(one) for one in payload.parts("addresses")[:_MOST_ADDRESSES]],
        "consents": _consents(payload),
        "created_at": payload.moment("created_at"),
    })  # fmt: skip


def address(payload: Payload) -> dict[str, Any] | None:
    """The parts of a postal address; None where nothing is said."""
    told = {
        "recipient": name_of(payload),
        "company": payload.text("company", at_most=255),
        "street": payload.text("address1", at_most=255),
        "street2": payload.text("address2", at_most=255),
        "city": payload.text("city", at_most=255),
        "postcode": payload.text("zip", at_most=20),
        "region": payload.text("province_code", "province", at_most=80),
        "country": _country(payload),
        "phone": payload.text("phone", at_most=40),
    }
    return told if any(told.values()) else None


def name_of(payload: Payload) -> str:
    """First and last name, or the whole as one."""
    parts = (payload.text("first_name"), payload.text("last_name"))
    return (" ".join(filter(None, parts)) or payload.text("name"))[:200]


def _country(payload: Payload) -> str | None:
    code = payload.text("country_code")
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _consents(payload: Payload) -> list[dict[str, Any]]:
    said = [
        ("email", _STATEMENTS.get(payload.part("email_marketing_consent").text("state")),
         payload.part("email_marketing_consent").moment("consent_updated_at")),
        ("sms", _STATEMENTS.get(payload.part("sms_marketing_consent").text("state")),
         payload.part("sms_marketing_consent").moment("consent_updated_at")),
    ]  # fmt: skip
    asked_at = payload.moment("accepts_marketing_updated_at")
    if "email_marketing_consent" not in payload and (payload.flag("accepts_marketing") or asked_at):
        said.append(("email", payload.flag("accepts_marketing"), asked_at))
    return [
        {"purpose": "marketing", "channel": channel, "granted": granted, "source": "shopify", "at": at}
        for channel, granted, at in said
        if granted is not None
    ]
