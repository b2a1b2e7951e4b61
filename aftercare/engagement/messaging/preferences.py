"""What a customer may choose to hear: every purpose on every channel, and which of those first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from aftercare.commerce.customers.models import Consent, Customer
from aftercare.commerce.customers.queries import consents_of, surviving
from aftercare.engagement.messaging.channels import Channel, channels
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.policy import LegalClass
from aftercare.engagement.messaging.requests import Recipient
from aftercare.engagement.messaging.types import is_of_parcel


@dataclass(frozen=True, slots=True)
class Purpose:
    """A kind of message one may choose to hear. `unless_asked` is what holds while the customer has said nothing.

    One that `is_owed` is said on a durable channel whatever was chosen: law wants a contract confirmed there (2011/83/EU
    art. 8(7)).
    """

    key: str
    label: Any
    explanation: Any
    unless_asked: bool
    is_owed: bool = False


# The trait that says by which channel a customer wants to be reached first.
PREFERRED = "preferred_channel"
PURPOSES = (
    Purpose(
        Consent.Purpose.ORDERS.value,
        _("Your orders"),
        _("What became of an order: confirmed, changed, refunded, or in trouble."),
        unless_asked=True,
        is_owed=True,
    ),
    Purpose(
        Consent.Purpose.DELIVERY.value,
        _("Your deliveries"),
        _("Where a parcel is: on its way, arriving today, delivered."),
        unless_asked=True,
    ),
    Purpose(
        Consent.Purpose.SERVICE.value,
        _("Help with what you bought"),
        _("Guides, care tips, and now and then a question about how you like it."),
        unless_asked=True,
    ),
    Purpose(
        Consent.Purpose.MARKETING.value,
        _("News and offers"),
        _("New things, offers, and what goes with what you have."),
        unless_asked=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A purpose on a channel, and whether it is wanted; `is_fixed` where that is not theirs to say."""

    purpose: Purpose
    channel: str
    channel_label: Any
    granted: bool
    is_fixed: bool = False

    @property
    def name(self) -> str:
        """What the choice is called in a form."""
        return f"{self.purpose.key}.{self.channel}"


_BY_KEY = {purpose.key: purpose for purpose in PURPOSES}
_OF_CLASS = {LegalClass.SERVICE: Consent.Purpose.SERVICE, LegalClass.MARKETING: Consent.Purpose.MARKETING}


def purpose_of(message: Message) -> Purpose:
    """What a message was for: what its one-click unsubscribe ends. One whose type is gone was about an order."""
    return purpose_for(legal_class=LegalClass(message.legal_class), of_parcel=is_of_parcel(message.message_type))


def purpose_for(*, legal_class: LegalClass, of_parcel: bool) -> Purpose:
    """The purpose of a kind of message."""
    owed = Consent.Purpose.DELIVERY if of_parcel else Consent.Purpose.ORDERS
    return _BY_KEY[_OF_CLASS.get(legal_class, owed).value]


def wording_of(purpose: Purpose, channel_label: str) -> str:
    """What somebody said yes or no to, as it stood before them."""
    return f"{purpose.label} ({channel_label}): {purpose.explanation}"


def choices_of(*, customer: Customer) -> list[Choice]:
    """Everything they may choose: every purpose on every channel that reaches them."""
    said = {(consent.purpose, consent.channel): consent.granted for consent in consents_of(customer=customer)}
    return [
        Choice(purpose, channel.key, channel.label, _granted(purpose, channel.key, said), _is_fixed(purpose, channel))
        for purpose in PURPOSES
        for channel in channels_of(customer=customer)
    ]


def channels_of(*, customer: Customer) -> list[Channel]:
    """The channels they are reached on, of those that are theirs to choose."""
    person = Recipient(
        customer.pk, customer.email, customer.name, customer.locale, customer.time_zone, phone=customer.phone,
        country=customer.country, public_id=customer.public_id,
    )  # fmt: skip
    theirs = sorted((channel for channel in channels if channel.is_theirs), key=lambda channel: not channel.durable)
    return [channel for channel in theirs if channel.addresses([person], store_ids=[customer.store_id])[0]]


def preferred_channel(*, customer: Customer) -> str:
    """By which they want to be reached first; empty where they have said nothing."""
    said = customer.traits.get(PREFERRED, "")
    return said if isinstance(said, str) and said in channels else ""


def person_of(*, message: Message) -> Customer | None:
    """The customer a message went to, or the one they were found to be."""
    return surviving(customer=message.customer) if message.customer else None


def _granted(purpose: Purpose, channel: str, said: Mapping[tuple[str, str], bool]) -> bool:
    return said.get((purpose.key, channel), purpose.unless_asked)


def _is_fixed(purpose: Purpose, channel: Channel) -> bool:
    return purpose.is_owed and channel.durable
