"""The API of codes at the checkout: validate, reserve, confirm, cancel."""

from datetime import datetime, timedelta
from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field

from aftercare.engagement.credit.actions import cancel_redemption, confirm_redemption, reserve_codes
from aftercare.engagement.credit.api.shapes import InMajorUnits, OwnKey, major, order_named, own_key
from aftercare.engagement.credit.models import Redemption
from aftercare.engagement.credit.policy.quoting import Answer, Why
from aftercare.engagement.credit.queries.promotions import quote_of, redemption_by_public_id
from aftercare.engagement.credit.schemas import BasketIn
from aftercare.engagement.credit.vocabulary import RedemptionState
from aftercare.engagement.credit.wording import sentence_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Incoming, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Promotions"])
_BASKET = {
    "codes": ["WINTER10"], "currency": "EUR", "lines": [{"amount": "34.90", "category": "Kitchen"}], "shipping": "4.90",
    "email": "sam@example.com",
}  # fmt: skip
_NAMED = {"redemption": "rdm_7d0xk2m9qv4t8r1n"}


class ReserveIn(BasketIn):
    """A basket whose codes are kept for it for a while."""

    key: OwnKey = None
    order: Short | None = None
    reference: Annotated[Text, Field(max_length=120, description="The basket, as you call it.")] = ""
    hold_minutes: Annotated[int, Field(ge=1, le=10_080)] = 30


class RedemptionIn(Incoming):
    """Which redemption."""

    redemption: Short


class ConfirmIn(RedemptionIn):
    """Which redemption, and the order it was for."""

    order: Short | None = None


class CodeAnswerOut(BaseModel):
    """What a code takes off; or why it does not count, with a sentence for the shopper."""

    code: str
    amount: InMajorUnits
    why: Why | None
    sentence: str


class QuoteOut(BaseModel):
    """What all codes together take off."""

    total: InMajorUnits
    currency: str
    codes: list[CodeAnswerOut]


class RedeemedOut(BaseModel):
    """One code of a redemption."""

    code: str
    promotion: str
    amount: InMajorUnits


class RedemptionOut(BaseModel):
    """The codes of one basket."""

    id: str
    state: RedemptionState
    total: InMajorUnits
    currency: str
    codes: list[RedeemedOut]
    expires_at: Annotated[datetime, Field(description="Until when codes that are reserved are kept.")]


@router.post("/codes/validate", response=QuoteOut, openapi_extra=example_body(_BASKET) | NAMES_A_THING)
@api_edge(Permission.PROMOTIONS_READ)
def validate_codes(request: ApiRequest, body: BasketIn) -> QuoteOut:
    """What a basket gets with these codes, and why some do not count. Nothing is kept."""
    found = quote_of(body, now=clock.now())
    answers = [_answer_out(one, body.currency, request.store.locale) for one in found.answers]
    return QuoteOut(total=major(found.total, body.currency), currency=body.currency, codes=answers)


@router.post("/codes/reserve", response=RedemptionOut, openapi_extra=example_body(_BASKET) | NAMES_A_THING)
@api_edge(Permission.PROMOTIONS_WRITE)
@idempotent
def keep_codes(request: ApiRequest, body: ReserveIn) -> RedemptionOut:
    """Keep all these codes, or none of them, for a basket until its order is placed."""
    held = reserve_codes(
        store=request.store, told=BasketIn(**body.model_dump(include=set(BasketIn.model_fields))),
        key=own_key(body.key), hold_for=timedelta(minutes=body.hold_minutes), reference=body.reference,
        order=order_named(body.order), by=request.who, now=clock.now(),
    )  # fmt: skip
    return _out(redemption_by_public_id(public_id=held.public_id))


@router.post("/codes/confirm", response=RedemptionOut, openapi_extra=example_body(_NAMED) | NAMES_A_THING)
@api_edge(Permission.PROMOTIONS_WRITE)
@idempotent
def confirm_codes(request: ApiRequest, body: ConfirmIn) -> RedemptionOut:
    """The order was placed: its codes are redeemed."""
    found = redemption_by_public_id(public_id=body.redemption)
    confirm_redemption(redemption=found, order=order_named(body.order), by=request.who, now=clock.now())
    return _out(redemption_by_public_id(public_id=body.redemption))


@router.post("/codes/cancel", response=RedemptionOut, openapi_extra=example_body(_NAMED) | NAMES_A_THING)
@api_edge(Permission.PROMOTIONS_WRITE)
@idempotent
def cancel_codes(request: ApiRequest, body: RedemptionIn) -> RedemptionOut:
    """There is no order after all: the codes may be used again, and the budget has it back."""
    found = redemption_by_public_id(public_id=body.redemption)
    cancel_redemption(redemption=found, by=request.who, now=clock.now())
    return _out(redemption_by_public_id(public_id=body.redemption))


@router.get("/codes/redemptions/{redemption}", response=RedemptionOut)
@api_edge(Permission.PROMOTIONS_READ)
def read_redemption(request: ApiRequest, redemption: PublicId) -> RedemptionOut:
    """One redemption."""
    return _out(redemption_by_public_id(public_id=redemption))


def _answer_out(one: Answer, currency: str, locale: str) -> CodeAnswerOut:
    sentence = sentence_of(one, currency=currency, locale=locale)
    return CodeAnswerOut(code=one.code, amount=major(one.amount, currency), why=one.why, sentence=sentence)


def _out(one: Redemption) -> RedemptionOut:
    codes = list(one.codes.all())
    return RedemptionOut(
        id=one.public_id, state=RedemptionState(one.state), currency=one.currency, expires_at=one.expires_at,
        total=major(sum(code.amount for code in codes), one.currency),
        codes=[
            RedeemedOut(
                code=code.code.code, promotion=code.promotion.public_id, amount=major(code.amount, one.currency)
            )
            for code in codes
        ],
    )  # fmt: skip
