"""The API of store credit: what customers have, giving it, spending it, giving it back and taking it back."""

from datetime import timedelta
from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field

from aftercare.commerce.customers.queries import customer_by_public_id, person_ids
from aftercare.engagement.credit.actions import capture, claw_back, give_back, grant_credit, release, spend_credit
from aftercare.engagement.credit.api.shapes import (
    CreditEntryOut,
    GrantOut,
    InMajorUnits,
    MoneyIn,
    OwnKey,
    SpendingOut,
    WalletOut,
    grant_out,
    major,
    order_named,
    own_key,
    spending_out,
)
from aftercare.engagement.credit.models import Entry
from aftercare.engagement.credit.origins import EntryKind, Origin
from aftercare.engagement.credit.queries.cards import card_of_code
from aftercare.engagement.credit.queries.wallets import (
    entries_of,
    grant_by_public_id,
    spending_by_public_id,
    wallets_of_customer,
)
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money, minor_units
from aftercare.foundation.kit.schema import Incoming, Key, Moment, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Credit"])
Reason = Annotated[Text, Field(max_length=200, examples=["Return of the jug"])]
_GRANT = {
    "customer": "cus_2y2k6wp8r3c0ft9e", "amount": "20.00", "currency": "EUR", "kind": "refund", "reason": "Return",
    "key": "refund-1042-1",
}  # fmt: skip
_SPEND = {
    "customer": "cus_2y2k6wp8r3c0ft9e",
    "amount": "5.00",
    "currency": "EUR",
    "reference": "#1043",
    "key": "pay-1043",
}
_BACK = {"amount": "5.00", "reason": "Returned", "key": "back-1043"}
_CLAW = {"reason": "Exchanged after all", "key": "claw-1042"}


class GrantIn(MoneyIn):
    """Credit to be given. A bonus names the grant it comes with: taking that back takes the bonus, too."""

    customer: Short
    kind: Origin = Origin.GOODWILL
    reason: Reason = ""
    key: OwnKey = None
    expires_at: Moment | None = None
    order: Short | None = None
    bonus_of: Annotated[Short | None, Field(description="Another grant's id.")] = None


class SpendIn(MoneyIn):
    """What is paid: by a customer, or by whoever has a gift card. `reserve_minutes` only keeps it."""

    customer: Short | None = None
    card_code: Annotated[Key | None, Field(description="A gift card's code, in place of a customer.")] = None
    order: Short | None = None
    reference: Annotated[Text, Field(max_length=120, description="What it pays, as you call it.")] = ""
    key: OwnKey = None
    reserve_minutes: Annotated[int | None, Field(ge=1, le=43_200)] = None


class GiveBackIn(Incoming):
    """How much of a spending is given back; all that is left of it, where nothing is said."""

    amount: InMajorUnits | None = None
    reason: Reason = ""
    key: OwnKey = None


class ClawBackIn(Incoming):
    """How much at most is taken; all that is left, where nothing is said."""

    amount: InMajorUnits | None = None
    reason: Reason = ""
    key: OwnKey = None


class GivenBackOut(BaseModel):
    """What returned to the lots it came from; of it, what had expired meanwhile."""

    restored: InMajorUnits
    expired: InMajorUnits
    currency: str


class ClawedBackOut(BaseModel):
    """What was taken, and what is spent or reserved and stays with the customer."""

    taken: InMajorUnits
    spent: InMajorUnits
    currency: str


class CreditOut(BaseModel):
    """What a customer can spend, by currency."""

    customer: str
    wallets: list[WalletOut]


@router.get("/credit/customers/{customer}", response=CreditOut)
@api_edge(Permission.CREDIT_READ)
def read_credit(request: ApiRequest, customer: PublicId) -> CreditOut:
    """What a customer can spend, with what came under names that were merged into theirs."""
    found = customer_by_public_id(public_id=customer)
    wallets = [
        WalletOut(
            currency=one.money.currency, amount=str(one.money.decimal()),
            grants=[grant_out(lot, customer=found.public_id) for lot in one.lots],
        )
        for one in wallets_of_customer(customer=found, now=clock.now())
    ]  # fmt: skip
    return CreditOut(customer=found.public_id, wallets=wallets)


@router.get("/credit/customers/{customer}/entries", response=Listed[CreditEntryOut])
@api_edge(Permission.CREDIT_READ)
def list_credit_entries(
    request: ApiRequest, customer: PublicId, cursor: Cursor = "", limit: Limit = 50
) -> Listed[CreditEntryOut]:
    """All that happened to a customer's credit, the latest first."""
    people = person_ids(customer=customer_by_public_id(public_id=customer))
    found = entries_of(customer_ids=people, after=cursor, limit=limit)
    return Listed(items=[_entry_out(one) for one in found.rows], next=found.following)


@router.post("/credit/grants", response=GrantOut, openapi_extra=example_body(_GRANT) | NAMES_A_THING)
@api_edge(Permission.CREDIT_WRITE)
@idempotent
def give_credit(request: ApiRequest, body: GrantIn) -> GrantOut:
    """Give a customer credit; the same `key` again answers the same grant, with another content it is refused."""
    customer = customer_by_public_id(public_id=body.customer)
    lot = grant_credit(
        customer=customer, amount=body.money, kind=body.kind, reason=body.reason, key=own_key(body.key),
        expires_at=body.expires_at, order=order_named(body.order), by=request.who, now=clock.now(),
        bonus_of=grant_by_public_id(public_id=body.bonus_of) if body.bonus_of else None,
    )  # fmt: skip
    return grant_out(lot, customer=customer.public_id)


@router.get("/credit/grants/{grant}", response=GrantOut)
@api_edge(Permission.CREDIT_READ)
def read_grant(request: ApiRequest, grant: PublicId) -> GrantOut:
    """One grant, and what is left of it."""
    lot = grant_by_public_id(public_id=grant)
    return grant_out(lot, customer=lot.account.customer.public_id if lot.account.customer else None)


@router.post("/credit/grants/{grant}/claw-back", response=ClawedBackOut, openapi_extra=example_body(_CLAW))
@api_edge(Permission.CREDIT_WRITE)
@idempotent
def claw_grant_back(request: ApiRequest, grant: PublicId, body: ClawBackIn) -> ClawedBackOut:
    """Take back what is left of a grant and its bonuses. What is spent is told, and never becomes a debt."""
    lot = grant_by_public_id(public_id=grant)
    currency = lot.account.currency
    done = claw_back(
        grant=lot, key=own_key(body.key), reason=body.reason, amount=_amount(body.amount, currency), by=request.who,
        now=clock.now(),
    )  # fmt: skip
    return ClawedBackOut(taken=str(done.taken.decimal()), spent=str(done.spent.decimal()), currency=currency)


@router.post("/credit/spendings", response=SpendingOut, openapi_extra=example_body(_SPEND) | NAMES_A_THING)
@api_edge(Permission.CREDIT_WRITE)
@idempotent
def pay_with_credit(request: ApiRequest, body: SpendIn) -> SpendingOut:
    """Pay with a customer's credit or a gift card, at once or reserved. What expires soonest goes first."""
    if bool(body.customer) == bool(body.card_code):
        raise Invalid("Credit is a customer's, or a card's.", field="customer", remedy="Give one of them.")
    spending = spend_credit(
        amount=body.money, key=own_key(body.key), by=request.who, now=clock.now(), reference=body.reference,
        customer=customer_by_public_id(public_id=body.customer) if body.customer else None,
        card=card_of_code(code=body.card_code, store_id=request.store.pk) if body.card_code else None,
        order=order_named(body.order),
        reserve_for=timedelta(minutes=body.reserve_minutes) if body.reserve_minutes else None,
    )  # fmt: skip
    return spending_out(spending)


@router.get("/credit/spendings/{spending}", response=SpendingOut)
@api_edge(Permission.CREDIT_READ)
def read_spending(request: ApiRequest, spending: PublicId) -> SpendingOut:
    """One spending."""
    return spending_out(spending_by_public_id(public_id=spending))


@router.post("/credit/spendings/{spending}/capture", response=SpendingOut)
@api_edge(Permission.CREDIT_WRITE)
@idempotent
def capture_spending(request: ApiRequest, spending: PublicId) -> SpendingOut:
    """What was reserved is paid."""
    return spending_out(capture(spending=spending_by_public_id(public_id=spending), by=request.who, now=clock.now()))


@router.post("/credit/spendings/{spending}/release", response=SpendingOut)
@api_edge(Permission.CREDIT_WRITE)
@idempotent
def release_spending(request: ApiRequest, spending: PublicId) -> SpendingOut:
    """What was reserved returns to where it came from."""
    return spending_out(release(spending=spending_by_public_id(public_id=spending), by=request.who, now=clock.now()))


@router.post("/credit/spendings/{spending}/give-back", response=GivenBackOut, openapi_extra=example_body(_BACK))
@api_edge(Permission.CREDIT_WRITE)
@idempotent
def give_spending_back(request: ApiRequest, spending: PublicId, body: GiveBackIn) -> GivenBackOut:
    """Return what was paid, or part of it, to the very lots it came from, with the expiry they have."""
    found = spending_by_public_id(public_id=spending)
    done = give_back(
        spending=found, key=own_key(body.key), reason=body.reason, amount=_amount(body.amount, found.currency),
        by=request.who, now=clock.now(),
    )  # fmt: skip
    return GivenBackOut(
        restored=str(done.restored.decimal()), expired=str(done.expired.decimal()), currency=found.currency
    )


def _amount(told: str | None, currency: str) -> Money | None:
    return Money(minor_units(told, currency, field="amount"), currency) if told is not None else None


def _entry_out(one: Entry) -> CreditEntryOut:
    return CreditEntryOut(
        key=one.key, kind=EntryKind(one.kind), change=major(one.change or 0, one.currency), currency=one.currency,
        reason=one.reason, at=one.occurred_at, order=one.order.public_id if one.order else None,
        spending=one.spending.public_id if one.spending else None,
    )  # fmt: skip
