"""What happens to credit, gift cards and codes. Amounts are in minor units of `currency`."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class CreditEvent(Event):
    """The base of what happens to a customer's credit; `balance` is what they have then in this currency."""

    amount: int
    currency: str
    balance: int


@event
@dataclass(frozen=True)
class CreditGranted(CreditEvent):
    """`kind` is its origin, `expires_at` in ISO 8601 or empty, `bonus_of` the grant that this is a bonus of.

    `tells` is true where the customer is to be told: not of a bonus beside its grant, nor of what came from elsewhere.
    """

    type: ClassVar = "credit.granted"
    label: ClassVar = _("Credit granted")
    icon: ClassVar = "wallet"
    grant: str
    kind: str
    reason: str
    expires_at: str = ""
    bonus_of: str = ""
    tells: bool = True


@event
@dataclass(frozen=True)
class CreditSpent(CreditEvent):
    """Paid with credit; `card` is the gift card it came from, or empty."""

    type: ClassVar = "credit.spent"
    label: ClassVar = _("Credit spent")
    icon: ClassVar = "shopping-bag"
    spending: str
    reference: str = ""
    card: str = ""


@event
@dataclass(frozen=True)
class CreditRestored(CreditEvent):
    """A spending, or part of it, was given back; `expired` of it had expired meanwhile."""

    type: ClassVar = "credit.restored"
    label: ClassVar = _("Credit given back")
    icon: ClassVar = "undo-2"
    spending: str
    reason: str = ""
    expired: int = 0
    card: str = ""


@event
@dataclass(frozen=True)
class CreditClawedBack(CreditEvent):
    """What was left of a grant was taken back; `spent` of it was gone, and stays with the customer."""

    type: ClassVar = "credit.clawed_back"
    label: ClassVar = _("Credit taken back")
    icon: ClassVar = "circle-minus"
    grant: str
    reason: str
    spent: int


@event
@dataclass(frozen=True)
class CreditExpiring(CreditEvent):
    """So much expires soon, the first of it at `expires_at` (ISO 8601). Once for each grant."""

    type: ClassVar = "credit.expiring"
    label: ClassVar = _("Credit expires soon")
    icon: ClassVar = "hourglass"
    expires_at: str


@event
@dataclass(frozen=True)
class CreditExpired(CreditEvent):
    type: ClassVar = "credit.expired"
    label: ClassVar = _("Credit expired")
    icon: ClassVar = "clock"
    grant: str
    card: str = ""


@dataclass(frozen=True)
class CardEvent(Event):
    """The base; of its code nothing is told but how it ends."""

    card: str
    last_four: str
    amount: int
    currency: str


@event
@dataclass(frozen=True)
class GiftCardIssued(CardEvent):
    type: ClassVar = "gift_card.issued"
    label: ClassVar = _("Gift card issued")
    icon: ClassVar = "gift"
    expires_at: str = ""


@event
@dataclass(frozen=True)
class GiftCardRedeemed(CardEvent):
    """Its value is store credit now."""

    type: ClassVar = "gift_card.redeemed"
    label: ClassVar = _("Gift card redeemed")
    icon: ClassVar = "gift"


@event
@dataclass(frozen=True)
class GiftCardDisabled(CardEvent):
    """It can no longer be used; `amount` is what is on it still."""

    type: ClassVar = "gift_card.disabled"
    label: ClassVar = _("Gift card disabled")
    icon: ClassVar = "ban"
    reason: str = ""


@dataclass(frozen=True)
class PromotionEvent(Event):
    """The base."""

    promotion: str
    name: str


@event
@dataclass(frozen=True)
class PromotionSaved(PromotionEvent):
    """It was set up, or changed; what it gives, in a few words for the log."""

    type: ClassVar = "promotion.saved"
    label: ClassVar = _("Promotion saved")
    icon: ClassVar = "ticket-percent"
    discount: str
    percent: str
    amount: int
    currency: str
    is_new: bool


@event
@dataclass(frozen=True)
class PromotionOver(PromotionEvent):
    type: ClassVar = "promotion.ended"
    label: ClassVar = _("Promotion ended")
    icon: ClassVar = "ticket-percent"


@event
@dataclass(frozen=True)
class CodesMade(PromotionEvent):
    type: ClassVar = "promotion.codes_made"
    label: ClassVar = _("Codes made")
    icon: ClassVar = "tickets"
    count: int
    batch: str


@event
@dataclass(frozen=True)
class CodesRevoked(PromotionEvent):
    type: ClassVar = "promotion.codes_revoked"
    label: ClassVar = _("Codes revoked")
    icon: ClassVar = "ban"
    count: int


@dataclass(frozen=True)
class CodeEvent(PromotionEvent):
    """The base of what happens to a code."""

    code: str
    redemption: str
    amount: int
    currency: str
    reference: str


@event
@dataclass(frozen=True)
class CodeRedeemed(CodeEvent):
    type: ClassVar = "code.redeemed"
    label: ClassVar = _("Code redeemed")
    icon: ClassVar = "ticket-check"


@event
@dataclass(frozen=True)
class CodeCancelled(CodeEvent):
    """It was redeemed, and may be used again."""

    type: ClassVar = "code.cancelled"
    label: ClassVar = _("Redemption of a code cancelled")
    icon: ClassVar = "ticket-x"
