"""What a customer may choose to hear, read through a message they got: its link is all the proof that is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from aftercare.commerce.customers.models import Consent, Customer
from aftercare.commerce.customers.queries import consents_of, survivors
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.policy import LegalClass


@dataclass(frozen=True, slots=True)
class Purpose:
    """A kind of message one can be without. `unless_asked` is what holds while the customer has said nothing."""

    key: str
    label: Any
    explanation: Any
    unless_asked: bool


PURPOSES = (
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
    """A purpose on a channel, and whether it is wanted."""

    purpose: Purpose
    channel: str
    channel_label: Any
    granted: bool

    @property
    def name(self) -> str:
        """What the choice is called in a form."""
        return f"{self.purpose.key}.{self.channel}"


def purpose_of(message: Message) -> Purpose:
    """What a message was for: what its one-click unsubscribe ends."""
    is_marketing = message.legal_class == LegalClass.MARKETING.value
    return PURPOSES[1] if is_marketing else PURPOSES[0]


def choices_of(*, message: Message) -> list[Choice]:
    """Everything the one who got this message may choose; empty where we no longer know who that was."""
    person = person_of(message=message)
    if person is None:
        return []
    said = {(consent.purpose, consent.channel): consent.granted for consent in consents_of(customer=person)}
    return [
        Choice(purpose, channel.key, channel.label, _granted(purpose, channel.key, said))
        for purpose in PURPOSES
        for channel in channels
    ]


def person_of(*, message: Message) -> Customer | None:
    """The customer a message went to, or the one they were found to be."""
    if message.customer is None or message.customer.merged_into_id is None:
        return message.customer
    ends = survivors(store_id=message.store_id, ids=[message.customer.pk])
    return Customer.objects.get(pk=ends[message.customer.pk])


def _granted(purpose: Purpose, channel: str, said: Mapping[tuple[str, str], bool]) -> bool:
    return said.get((purpose.key, channel), purpose.unless_asked)
