"""What the API of credit answers and takes, shared by its parts."""

import secrets
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.credit.models import Lot, Spending
from aftercare.engagement.credit.origins import EntryKind, Origin
from aftercare.engagement.credit.vocabulary import SpendingState
from aftercare.foundation.kit.money import Money, minor_units
from aftercare.foundation.kit.schema import Currency, Incoming, Key, Short

OwnKey = Annotated[
    Key | None, Field(description="Your own name for this, such as the id of the refund: it is done once.")
]
InMajorUnits = Annotated[str, Field(max_length=20, examples=["19.90"])]


class MoneyIn(Incoming):
    """An amount above zero, in major units."""

    amount: InMajorUnits
    currency: Currency

    @property
    def money(self) -> Money:
        """In minor units; raises Invalid."""
        return Money(minor_units(self.amount, self.currency, field="amount"), self.currency)


class GrantOut(BaseModel):
    """Credit that was given, and what is left of it."""

    id: str
    customer: str | None
    kind: Origin
    reason: str
    amount: InMajorUnits
    remaining: InMajorUnits
    currency: str
    expires_at: datetime | None
    granted_at: datetime


class WalletOut(BaseModel):
    """What a customer can spend in one currency; what expires soonest is spent first."""

    currency: str
    amount: InMajorUnits
    grants: list[GrantOut]


class CreditEntryOut(BaseModel):
    """One thing that happened to a customer's credit, and what it did to it."""

    key: str
    kind: EntryKind
    change: Annotated[str, Field(description="Of what they can spend; below zero where it went.", examples=["-5.00"])]
    currency: str
    reason: str
    at: datetime
    order: str | None
    spending: str | None


class SpendingOut(BaseModel):
    """What was paid with credit, or is reserved for it."""

    id: str
    state: SpendingState
    amount: InMajorUnits
    restored: InMajorUnits
    currency: str
    reference: str
    expires_at: datetime | None


def own_key(key: str | None) -> str:
    """As it was given; else one that comes never again."""
    return key or f"api:{secrets.token_hex(12)}"


def order_named(public_id: Short | None) -> Order | None:
    """The order, where one is named; raises NotFound."""
    return order_by_public_id(public_id=public_id) if public_id else None


def major(amount: int, currency: str) -> str:
    """Minor units as the API writes amounts."""
    return str(Money(amount, currency).decimal())


def grant_out(lot: Lot, *, customer: str | None) -> GrantOut:
    """A grant as it is answered."""
    currency = lot.account.currency
    return GrantOut(
        id=lot.public_id, customer=customer, kind=Origin(lot.origin), reason=lot.reason,
        amount=major(lot.amount, currency), remaining=major(lot.remaining, currency), currency=currency,
        expires_at=lot.expires_at, granted_at=lot.granted_at,
    )  # fmt: skip


def spending_out(one: Spending) -> SpendingOut:
    """A spending as it is answered."""
    return SpendingOut(
        id=one.public_id, state=SpendingState(one.state), amount=major(one.amount, one.currency),
        restored=major(one.restored, one.currency), currency=one.currency, reference=one.reference,
        expires_at=one.expires_at,
    )  # fmt: skip
