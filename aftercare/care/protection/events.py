"""What happens to the protection of orders, and to claims."""

from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class ProtectionAsked(Event):
    """What the delivery of an order is to have, as its rules say now; nothing, where they ask for nothing any more.

    `insured` is in minor units of `currency`; `terms` is the version of the rules.
    """

    type: ClassVar = "protection.asked"
    label: ClassVar = _("Delivery is to be protected")
    icon: ClassVar = "shield-check"
    number: str
    signature: bool
    in_person: bool
    insured: int
    currency: str
    terms: int


@event
@dataclass(frozen=True)
class ProtectionBooked(Event):
    """What was bought for a parcel."""

    type: ClassVar = "protection.booked"
    label: ClassVar = _("Protection of a parcel booked")
    icon: ClassVar = "shield-check"
    number: str
    shipment: str
    signature: bool
    in_person: bool
    insured: int
    currency: str


@event
@dataclass(frozen=True)
class ProtectionLapsed(Event):
    """A parcel was announced, or delivered, and nothing shows that it has what was asked for."""

    type: ClassVar = "protection.lapsed"
    label: ClassVar = _("Parcel without the protection asked for")
    icon: ClassVar = "shield-alert"
    number: str
    shipment: str
    stage: str
    missing: list[str] = field(default_factory=list)


@event
@dataclass(frozen=True)
class TermsChanged(Event):
    """The rules or plans of the store have a new version."""

    type: ClassVar = "protection.terms_changed"
    label: ClassVar = _("Rules for valuable orders changed")
    icon: ClassVar = "shield"
    terms: int
    rules: int
    plans: int


@dataclass(frozen=True)
class ClaimEvent(Event):
    """The base. `tells` is true where the customer is to be told of it; `amount` in minor units of `currency`."""

    number: str
    claim: str
    kind: str
    state: str
    shipment: str
    carrier: str = ""
    remedy: str = ""
    amount: int = 0
    currency: str = ""
    reason: str = ""
    tells: bool = True


@event
@dataclass(frozen=True)
class ClaimOpened(ClaimEvent):
    type: ClassVar = "claim.opened"
    label: ClassVar = _("Claim opened")
    icon: ClassVar = "file-warning"


@event
@dataclass(frozen=True)
class ClaimSent(ClaimEvent):
    """The carrier or insurer has it now."""

    type: ClassVar = "claim.sent"
    label: ClassVar = _("Claim with the carrier")
    icon: ClassVar = "send"


@event
@dataclass(frozen=True)
class ClaimApproved(ClaimEvent):
    type: ClassVar = "claim.approved"
    label: ClassVar = _("Claim approved")
    icon: ClassVar = "circle-check"


@event
@dataclass(frozen=True)
class ClaimDenied(ClaimEvent):
    type: ClassVar = "claim.denied"
    label: ClassVar = _("Claim denied")
    icon: ClassVar = "circle-x"


@event
@dataclass(frozen=True)
class ClaimSettled(ClaimEvent):
    """What was approved has been done."""

    type: ClassVar = "claim.settled"
    label: ClassVar = _("Claim settled")
    icon: ClassVar = "hand-coins"


@event
@dataclass(frozen=True)
class ClaimWithdrawn(ClaimEvent):
    type: ClassVar = "claim.withdrawn"
    label: ClassVar = _("Claim withdrawn")
    icon: ClassVar = "undo-2"
