"""What a customer looks like at every door."""

from typing import Annotated

from pydantic import Field

from aftercare.foundation.kit.schema import Country, Email, Incoming, Key, Moment, Short, Storable, Text


class AddressIn(Incoming):
    """A postal address. All parts are optional because the world's addresses are."""

    recipient: Short = ""
    company: Short = ""
    street: Short = ""
    street2: Short = ""
    city: Short = ""
    postcode: Annotated[Text, Field(max_length=20)] = ""
    region: Annotated[Text, Field(max_length=80)] = ""
    country: Country | None = None
    phone: Annotated[Text, Field(max_length=40)] = ""


class ConsentIn(Incoming):
    """What the customer said about a purpose and channel, where, and in which words."""

    purpose: Annotated[str, Field(pattern="^(orders|delivery|service|marketing)$")]
    channel: Annotated[str, Field(pattern="^[a-z_]{2,20}$")] = "email"
    granted: bool
    source: Annotated[Text, Field(max_length=80)] = "import"
    wording: Annotated[Text, Field(max_length=2000)] = ""
    at: Moment | None = None


class CustomerIn(Incoming):
    """A customer as a shop knows them. `id` is theirs at the source; one of id, email and phone must be there."""

    id: Key | None = None
    email: Email | None = None
    phone: Annotated[Text, Field(max_length=40)] | None = None
    name: Annotated[Text, Field(max_length=200)] = ""
    locale: Annotated[Text, Field(max_length=12)] = ""
    time_zone: Annotated[Text, Field(max_length=64)] = ""
    country: Country | None = None
    traits: Annotated[dict[str, str | int | float | bool | None], Storable, Field(max_length=100, default_factory=dict)]
    addresses: Annotated[tuple[AddressIn, ...], Field(max_length=50)] = ()
    consents: Annotated[tuple[ConsentIn, ...], Field(max_length=20)] = ()
    created_at: Moment | None = None
