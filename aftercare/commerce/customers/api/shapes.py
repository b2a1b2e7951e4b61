"""What customers look like to programs."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from aftercare.commerce.customers.models import Consent, Customer, Identity
from aftercare.commerce.customers.people import Person
from aftercare.foundation.kit.schema import Incoming, Key

CustomerId = Annotated[str, Field(examples=["cus_2y2k6wp8r3c0ft9e"])]


class IdentityOut(BaseModel):
    """One way to recognise a customer; `source` is whose account it is, empty for e-mail and phone."""

    kind: Identity.Kind
    source: str
    value: str


class ConsentOut(BaseModel):
    """What the customer last said about a purpose and channel."""

    purpose: Consent.Purpose
    channel: str
    granted: bool
    source: str
    changed_at: datetime


class CustomerOut(BaseModel):
    """A customer."""

    id: CustomerId
    name: str
    email: str
    phone: str
    locale: str
    time_zone: str
    country: str
    traits: dict[str, Any]
    created_at: datetime


class PersonOut(CustomerOut):
    """A customer with all that belongs to them."""

    merged_into: Annotated[CustomerId | None, Field(description="As whom the customer lives on, if merged.")]
    absorbed: Annotated[list[CustomerId], Field(description="Whom the customer absorbed.")]
    identities: list[IdentityOut]
    consents: list[ConsentOut]


class MergeIn(Incoming):
    """Who turned out to be the customer of the address."""

    absorbed: Key


_AS_THEY_ARE = CustomerOut.model_fields.keys() - {"id"}


def customer_out(customer: Customer) -> CustomerOut:
    """The customer alone."""
    return CustomerOut(**_fields(customer))


def person_out(person: Person) -> PersonOut:
    """The customer with identities, consents and merges."""
    survivor = person.customer.merged_into
    return PersonOut(
        merged_into=survivor.public_id if survivor else None,
        absorbed=[merge.absorbed.public_id for merge in person.merges],
        identities=[
            IdentityOut(kind=Identity.Kind(identity.kind), source=identity.source, value=identity.value)
            for identity in person.identities
        ],
        consents=[consent_out(consent) for consent in person.consents],
        **_fields(person.customer),
    )


def consent_out(consent: Consent) -> ConsentOut:
    """One consent."""
    return ConsentOut(
        purpose=Consent.Purpose(consent.purpose), channel=consent.channel, granted=consent.granted,
        source=consent.source, changed_at=consent.changed_at,
    )  # fmt: skip


def _fields(customer: Customer) -> dict[str, Any]:
    return {"id": customer.public_id, **{name: getattr(customer, name) for name in _AS_THEY_ARE}}
