"""The three privacy webhooks every Shopify app must answer."""

from aftercare.commerce.platforms.connectors import PrivacyAsked
from aftercare.commerce.platforms.payloads import Payload


def data_request(payload: Payload) -> PrivacyAsked:
    """A customer wants to see what is kept about them."""
    person = payload.part("customer")
    return PrivacyAsked("data_request", _key(person), _email(person), _keys(payload, "orders_requested"))


def redact_customer(payload: Payload) -> PrivacyAsked:
    """A customer wants to be forgotten."""
    person = payload.part("customer")
    return PrivacyAsked("redact_customer", _key(person), _email(person), _keys(payload, "orders_to_redact"))


def redact_shop(_payload: Payload) -> PrivacyAsked:
    """The shop left 48 hours ago and wants its data gone."""
    return PrivacyAsked("redact_shop")


def _key(person: Payload) -> str:
    return person.text("id", at_most=120)


def _email(person: Payload) -> str:
    return person.text("email", at_most=254)


def _keys(payload: Payload, name: str) -> tuple[str, ...]:
    return tuple(payload.texts(name))
