"""The API of gift cards: issued, asked after by their code, redeemed, disabled."""

from datetime import datetime
from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field

from aftercare.commerce.customers.queries import customer_by_public_id
from aftercare.engagement.credit.actions import disable_card, issue_card, redeem_card
from aftercare.engagement.credit.api.shapes import (
    GrantOut,
    InMajorUnits,
    MoneyIn,
    OwnKey,
    grant_out,
    major,
    order_named,
    own_key,
)
from aftercare.engagement.credit.asking import ask_by_code
from aftercare.engagement.credit.models import GiftCard
from aftercare.engagement.credit.queries.cards import card_by_public_id, cards_for_list, value_of
from aftercare.engagement.credit.vocabulary import CardState
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Incoming, Key, Moment, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Credit"])
_CODE = "7D0X-K2M9-QV4T-8R1N"
_ISSUE = {"amount": "50.00", "currency": "EUR", "key": "order-1042-line-2"}
_REDEEM = {"code": _CODE, "customer": "cus_2y2k6wp8r3c0ft9e"}
Code = Annotated[Key, Field(examples=[_CODE])]


class IssueIn(MoneyIn):
    """A card to be made."""

    key: OwnKey = None
    expires_at: Moment | None = None
    buyer: Annotated[Short | None, Field(description="The customer who bought it.")] = None
    order: Short | None = None
    reason: Annotated[Text, Field(max_length=200)] = ""


class CardCodeIn(Incoming):
    """A code as somebody typed it."""

    code: Code


class RedeemCardIn(Incoming):
    """Whose credit it is to become."""

    code: Code
    customer: Short
    key: OwnKey = None


class DisableIn(Incoming):
    """Why nobody is to use it any more."""

    reason: Annotated[Text, Field(max_length=200, examples=["Reported as stolen"])] = ""


class GiftCardOut(BaseModel):
    """A card. Its code is told once, when it is issued."""

    id: str
    last_four: str
    state: CardState
    issued: InMajorUnits
    value: Annotated[InMajorUnits, Field(description="What one can still buy with it.")]
    currency: str
    expires_at: datetime | None
    issued_at: datetime


class IssuedOut(GiftCardOut):
    """A new card with its code; empty where the same `key` issued it before."""

    code: Annotated[str, Field(examples=[_CODE])]


class CardValueOut(BaseModel):
    """What one can still buy with it."""

    value: InMajorUnits
    currency: str
    expires_at: datetime | None


@router.get("/gift-cards", response=Listed[GiftCardOut])
@api_edge(Permission.CREDIT_READ)
def list_gift_cards(request: ApiRequest, cursor: Cursor = "", limit: Limit = 50) -> Listed[GiftCardOut]:
    """The latest first."""
    found = cards_for_list(after=cursor, limit=limit)
    return Listed(items=[_card_out(one) for one in found.rows], next=found.following)


@router.post("/gift-cards", response=IssuedOut, openapi_extra=example_body(_ISSUE) | NAMES_A_THING)
@api_edge(Permission.CREDIT_WRITE)
@idempotent
def issue_gift_card(request: ApiRequest, body: IssueIn) -> IssuedOut:
    """Issue one. Keep its code: we do not."""
    buyer = customer_by_public_id(public_id=body.buyer) if body.buyer else None
    card, code = issue_card(
        store=request.store, amount=body.money, key=own_key(body.key), expires_at=body.expires_at, buyer=buyer,
        order=order_named(body.order), reason=body.reason, by=request.who, now=clock.now(),
    )  # fmt: skip
    out = _card_out(card_by_public_id(public_id=card.public_id))
    return IssuedOut(**out.model_dump(), code=code)


@router.post("/gift-cards/check", response=CardValueOut, openapi_extra=example_body({"code": _CODE}) | NAMES_A_THING)
@api_edge(Permission.CREDIT_READ)
def check_gift_card(request: ApiRequest, body: CardCodeIn) -> CardValueOut:
    """What is left on the card with this code. Wrong codes are limited; which of them exist, nobody learns."""
    now = clock.now()
    card = ask_by_code(code=body.code, store_id=request.store.pk, who=request.who, now=now)
    value = value_of(card, now=now)
    return CardValueOut(value=str(value.decimal()), currency=value.currency, expires_at=card.expires_at)


@router.post("/gift-cards/redeem", response=GrantOut, openapi_extra=example_body(_REDEEM) | NAMES_A_THING)
@api_edge(Permission.CREDIT_WRITE)
@idempotent
def redeem_gift_card(request: ApiRequest, body: RedeemCardIn) -> GrantOut:
    """All that is on a card becomes a customer's credit, with the expiry it has."""
    now = clock.now()
    customer = customer_by_public_id(public_id=body.customer)
    card = ask_by_code(code=body.code, store_id=request.store.pk, who=request.who, now=now)
    lot = redeem_card(card=card, customer=customer, key=own_key(body.key), by=request.who, now=now)
    return grant_out(lot, customer=customer.public_id)


@router.get("/gift-cards/{card}", response=GiftCardOut)
@api_edge(Permission.CREDIT_READ)
def read_gift_card(request: ApiRequest, card: PublicId) -> GiftCardOut:
    """One card."""
    return _card_out(card_by_public_id(public_id=card))


@router.post(
    "/gift-cards/{card}/disable", response=GiftCardOut, openapi_extra=example_body({"reason": "Reported as stolen"})
)
@api_edge(Permission.CREDIT_WRITE)
@idempotent
def disable_gift_card(request: ApiRequest, card: PublicId, body: DisableIn) -> GiftCardOut:
    """Nobody can use it any more."""
    disable_card(card=card_by_public_id(public_id=card), reason=body.reason, by=request.who, now=clock.now())
    return _card_out(card_by_public_id(public_id=card))


def _card_out(one: GiftCard) -> GiftCardOut:
    return GiftCardOut(
        id=one.public_id, last_four=one.last_four, state=CardState(one.state), issued=major(one.amount, one.currency),
        value=str(value_of(one, now=clock.now()).decimal()), currency=one.currency, expires_at=one.expires_at,
        issued_at=one.issued_at,
    )  # fmt: skip
