"""The API of promotions: their terms, their codes."""

from datetime import datetime
from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field

from aftercare.engagement.credit.actions import (
    add_codes,
    end_promotion,
    generate_codes,
    revoke_codes,
    save_promotion,
)
from aftercare.engagement.credit.actions.promotions import AT_ONCE
from aftercare.engagement.credit.api.shapes import InMajorUnits, major
from aftercare.engagement.credit.models import Code, Promotion
from aftercare.engagement.credit.queries.promotions import (
    Figures,
    codes_of,
    figures_of,
    promotion_by_public_id,
    promotions_for_list,
)
from aftercare.engagement.credit.schemas import PromotionIn
from aftercare.engagement.credit.vocabulary import Discount, Stacking
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Incoming, Key, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Promotions"])
_PROMOTION = {
    "name": "Ten percent for winter", "discount": "percent", "percent": "10", "currency": "EUR",
    "once_per_customer": False, "budget_amount": "500.00",
}  # fmt: skip
Batch = Annotated[Text, Field(max_length=40, description="A name to find or revoke them by.", examples=["newsletter"])]


class MakeCodesIn(Incoming):
    """How many codes are to be made, each to be used once."""

    count: Annotated[int, Field(ge=1, le=100_000)]
    prefix: Annotated[Text, Field(max_length=20, examples=["WINTER-"])] = ""
    batch: Batch = ""


class OwnCodesIn(Incoming):
    """Codes of your own; `limit` is how often each may be used, without one as often as the promotion allows."""

    codes: Annotated[list[Key], Field(min_length=1, max_length=AT_ONCE)]
    limit: Annotated[int | None, Field(ge=1, le=2_000_000_000)] = 1
    batch: Batch = ""


class RevokeIn(Incoming):
    """Which codes: by themselves, or a batch."""

    codes: Annotated[list[Key], Field(max_length=AT_ONCE)] = []
    batch: Batch = ""


class CountOut(BaseModel):
    """How many it were."""

    count: int


class PromotionOut(BaseModel):
    """An offer, its terms, and how it was used so far, reservations included."""

    id: str
    name: str
    discount: Discount
    percent: Annotated[str | None, Field(examples=["10"])]
    amount: InMajorUnits
    minimum: InMajorUnits
    currency: str
    products: list[str]
    categories: list[str]
    once_per_customer: bool
    stacking: Stacking
    budget_amount: InMajorUnits | None
    budget_uses: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    uses: int
    given: InMajorUnits
    codes: int


class PromotionCodeOut(BaseModel):
    """One code and how often it was used."""

    code: str
    batch: str
    limit: int | None
    uses: int
    expires_at: datetime | None
    revoked_at: datetime | None


@router.get("/promotions", response=Listed[PromotionOut])
@api_edge(Permission.PROMOTIONS_READ)
def list_promotions(request: ApiRequest, cursor: Cursor = "", limit: Limit = 50) -> Listed[PromotionOut]:
    """The latest first."""
    found = promotions_for_list(after=cursor, limit=limit)
    figures = figures_of(promotion_ids=[one.pk for one in found.rows])
    return Listed(items=[_out(one, figures[one.pk]) for one in found.rows], next=found.following)


@router.post("/promotions", response=PromotionOut, openapi_extra=example_body(_PROMOTION))
@api_edge(Permission.PROMOTIONS_WRITE)
@idempotent
def set_promotion_up(request: ApiRequest, body: PromotionIn) -> PromotionOut:
    """Set one up; then make its codes."""
    return _read(save_promotion(store=request.store, told=body, by=request.who, now=clock.now()))


@router.get("/promotions/{promotion}", response=PromotionOut)
@api_edge(Permission.PROMOTIONS_READ)
def read_promotion(request: ApiRequest, promotion: PublicId) -> PromotionOut:
    """One."""
    return _read(promotion_by_public_id(public_id=promotion))


@router.put("/promotions/{promotion}", response=PromotionOut, openapi_extra=example_body(_PROMOTION))
@api_edge(Permission.PROMOTIONS_WRITE)
@idempotent
def change_promotion(request: ApiRequest, promotion: PublicId, body: PromotionIn) -> PromotionOut:
    """Replace its terms: codes that are out count by the new ones."""
    found = promotion_by_public_id(public_id=promotion)
    return _read(save_promotion(store=request.store, promotion=found, told=body, by=request.who, now=clock.now()))


@router.get("/promotions/{promotion}/codes", response=Listed[PromotionCodeOut])
@api_edge(Permission.PROMOTIONS_READ)
def list_promotion_codes(
    request: ApiRequest, promotion: PublicId, cursor: Cursor = "", limit: Limit = 50
) -> Listed[PromotionCodeOut]:
    """Its codes, the latest first."""
    found = codes_of(promotion=promotion_by_public_id(public_id=promotion), after=cursor, limit=limit)
    return Listed(items=[_code_out(one) for one in found.rows], next=found.following)


@router.post(
    "/promotions/{promotion}/codes",
    response=CountOut,
    openapi_extra=example_body({"count": 100, "batch": "newsletter"}),
)
@api_edge(Permission.PROMOTIONS_WRITE)
@idempotent
def make_codes(request: ApiRequest, promotion: PublicId, body: MakeCodesIn) -> CountOut:
    """Make up to 100,000 codes that nobody guesses, each to be used once."""
    found = promotion_by_public_id(public_id=promotion)
    told = body.model_dump()
    return CountOut(count=generate_codes(promotion=found, **told, by=request.who, now=clock.now()))


@router.post(
    "/promotions/{promotion}/codes/own", response=CountOut,
    openapi_extra=example_body({"codes": ["HELLO10"], "limit": 500}),
)  # fmt: skip
@api_edge(Permission.PROMOTIONS_WRITE)
@idempotent
def add_own_codes(request: ApiRequest, promotion: PublicId, body: OwnCodesIn) -> CountOut:
    """Add codes of your own, up to 10,000 at once; those that are there already are passed over."""
    found = promotion_by_public_id(public_id=promotion)
    told = body.model_dump()
    return CountOut(count=add_codes(promotion=found, **told, by=request.who, now=clock.now()))


@router.post(
    "/promotions/{promotion}/codes/revoke", response=CountOut, openapi_extra=example_body({"codes": ["HELLO10"]})
)
@api_edge(Permission.PROMOTIONS_WRITE)
@idempotent
def revoke_some_codes(request: ApiRequest, promotion: PublicId, body: RevokeIn) -> CountOut:
    """These codes, or all of a batch, count no more."""
    found = promotion_by_public_id(public_id=promotion)
    count = revoke_codes(promotion=found, codes=body.codes, batch=body.batch, by=request.who, now=clock.now())
    return CountOut(count=count)


@router.post("/promotions/{promotion}/end", response=PromotionOut)
@api_edge(Permission.PROMOTIONS_WRITE)
@idempotent
def end_one_promotion(request: ApiRequest, promotion: PublicId) -> PromotionOut:
    """None of its codes counts any more; what is reserved may still be confirmed."""
    end_promotion(promotion=promotion_by_public_id(public_id=promotion), by=request.who, now=clock.now())
    return _read(promotion_by_public_id(public_id=promotion))


def _read(one: Promotion) -> PromotionOut:
    return _out(one, figures_of(promotion_ids=[one.pk])[one.pk])


def _out(one: Promotion, figures: Figures) -> PromotionOut:
    return PromotionOut(
        id=one.public_id, name=one.name, discount=Discount(one.discount),
        percent=str(one.percent) if one.percent is not None else None,
        amount=major(one.amount, one.currency), minimum=major(one.minimum, one.currency), currency=one.currency,
        products=one.products, categories=one.categories, once_per_customer=one.once_per_customer,
        stacking=Stacking(one.stacking), budget_uses=one.budget_uses, starts_at=one.starts_at, ends_at=one.ends_at,
        budget_amount=major(one.budget_amount, one.currency) if one.budget_amount is not None else None,
        ended_at=one.ended_at, uses=figures.uses, given=major(figures.given, one.currency), codes=figures.codes,
    )  # fmt: skip


def _code_out(one: Code) -> PromotionCodeOut:
    return PromotionCodeOut(
        code=one.code, batch=one.batch, limit=one.limit, uses=one.uses, expires_at=one.expires_at,
        revoked_at=one.revoked_at,
    )  # fmt: skip
