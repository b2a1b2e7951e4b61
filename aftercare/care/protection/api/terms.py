"""Rules and plans, read and replaced as a whole."""

from datetime import datetime
from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field

from aftercare.care.protection.actions import change_plans, change_rules
from aftercare.care.protection.explaining import rule_in_words
from aftercare.care.protection.queries import terms_as_written
from aftercare.care.protection.schemas import PlanIn, PlansIn, RuleIn, RulesIn
from aftercare.care.protection.terms import builtin_plans_as_written, rule_of
from aftercare.care.protection.vocabulary import Destination, Wanted
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body

router = Router(tags=["Protection"])
_RULES = {
    "rules": [
        {"wants": "signature", "at_least": "200.00", "currency": "EUR"},
        {"wants": "insurance", "at_least": "500.00", "currency": "EUR", "destination": "abroad"},
    ]
}
_PLANS = {"plans": [plan.model_dump(mode="json") for plan in builtin_plans_as_written()]}


class RuleOut(BaseModel):
    """What is asked from a worth of goods on."""

    wants: Wanted
    at_least: Annotated[str, Field(examples=["200.00"])]
    currency: str
    destination: Destination
    carrier: str


class TermsOut(BaseModel):
    """What is in force."""

    version: Annotated[int, Field(description="0 where the store has written none.")]
    since: datetime | None
    rules: list[RuleOut]
    sentences: Annotated[list[str], Field(description="The rules as people read them.")]
    plans: list[PlanIn]
    own_plans: Annotated[bool, Field(description="False: the plans are those that Aftercare comes with.")]


@router.get("/protection/terms", response=TermsOut)
@api_edge(Permission.ORDERS_READ)
def read_protection_terms(request: ApiRequest) -> TermsOut:
    """What is asked of valuable orders, and when parcels can be claimed."""
    return _terms_out()


@router.put("/protection/rules", response=TermsOut, openapi_extra=example_body(_RULES))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def replace_protection_rules(request: ApiRequest, body: RulesIn) -> TermsOut:
    """Ask this of orders placed from now on. Orders of before stand under the rules of their time."""
    change_rules(store=request.store, rules=body.rules, by=request.who, now=clock.now())
    return _terms_out()


@router.put("/protection/plans", response=TermsOut, openapi_extra=example_body(_PLANS))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def replace_claim_plans(request: ApiRequest, body: PlansIn) -> TermsOut:
    """Let parcels be claimed by these plans. An empty list takes up those that Aftercare comes with."""
    change_plans(store=request.store, plans=body.plans or None, by=request.who, now=clock.now())
    return _terms_out()


def _terms_out() -> TermsOut:
    latest = terms_as_written()
    rules = [RuleIn.model_validate(rule) for rule in latest.rules]
    shown = [RuleOut.model_validate(rule.model_dump(mode="json")) for rule in rules]
    own = latest.plans is not None
    plans = [PlanIn.model_validate(plan) for plan in latest.plans or ()] if own else list(builtin_plans_as_written())
    return TermsOut(
        version=latest.number, since=latest.since if latest.number else None, rules=shown, plans=plans, own_plans=own,
        sentences=[rule_in_words(rule_of(rule)) for rule in rules],
    )  # fmt: skip
