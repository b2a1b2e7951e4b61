"""What happens to refunds."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class RefundEvent(Event):
    """The base: which refund, how much in minor units of the currency, and by whom it is made."""

    refund: str
    amount: int
    currency: str
    payer: str
    reason: str


@event
@dataclass(frozen=True)
class RefundAsked(RefundEvent):
    """`is_confirmed`: it is made without asking anybody."""

    type: ClassVar = "refund.asked"
    label: ClassVar = _("Refund asked for")
    icon: ClassVar = "banknote"
    is_confirmed: bool


@event
@dataclass(frozen=True)
class RefundMade(RefundEvent):
    """`external_id` is the payer's own name for it."""

    type: ClassVar = "refund.made"
    label: ClassVar = _("Money sent back")
    icon: ClassVar = "banknote"
    external_id: str = ""


@event
@dataclass(frozen=True)
class RefundFailed(RefundEvent):
    type: ClassVar = "refund.failed"
    label: ClassVar = _("Refund failed")
    icon: ClassVar = "triangle-alert"
    trouble: str = ""


@event
@dataclass(frozen=True)
class RefundDropped(RefundEvent):
    type: ClassVar = "refund.dropped"
    label: ClassVar = _("Refund dropped")
    icon: ClassVar = "circle-x"
    note: str = ""
