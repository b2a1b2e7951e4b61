"""Rows of credit."""

from aftercare.engagement.credit.models.cards import GiftCard
from aftercare.engagement.credit.models.ledger import Account, Entry, Lot, Posting, Spending
from aftercare.engagement.credit.models.promotions import Code, Promotion, RedeemedCode, Redemption

__all__ = [
    "Account",
    "Code",
    "Entry",
    "GiftCard",
    "Lot",
    "Posting",
    "Promotion",
    "RedeemedCode",
    "Redemption",
    "Spending",
]
