"""The API of the moment: the sending rules, and what would be decided about a message, without sending it."""

from datetime import datetime
from typing import Annotated

from ninja import Query, Router
from pydantic import BaseModel, Field

from aftercare.commerce.customers.queries import customer_by_public_id, surviving
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.messaging.actions.rules import change_sending_rules
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.measuring import control_group
from aftercare.engagement.messaging.moments import Moment, simulate
from aftercare.engagement.messaging.policy import Verdict
from aftercare.engagement.messaging.sending_rules import SendingRulesIn, rules_of
from aftercare.engagement.messaging.types import message_type
from aftercare.engagement.messaging.wording import reason_in_words
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.schema import Moment as Instant
from aftercare.foundation.kit.schema import Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body

router = Router(tags=["Messages"])
_RULES = {
    "limits": [{"most": 3, "days": 7, "covers": ["service", "marketing"]}], "digests": True,
    "priorities": {"thank_you": 60}, "best_hour": True, "patience_hours": 24, "control_percent": 5,
    "hours": [{"country": "FR", "covers": ["marketing"], "weekday": ["09:00-19:00"], "sunday": [], "holiday": []}],
}  # fmt: skip


class SendingRulesOut(BaseModel):
    """What holds for every decision."""

    version: Annotated[int, Field(description="0: those that Aftercare comes with.")]
    rules: SendingRulesIn
    control_members: Annotated[int, Field(description="Customers in the control group.")]
    control_others: Annotated[int, Field(description="Customers who are not, where there is such a group.")]
    control_spared: Annotated[int, Field(description="Messages that the group was spared.")]


class MomentQuery(BaseModel):
    """Which message, to whom, when."""

    customer: Annotated[Short, Field(description="The customer's id here.")]
    type: Annotated[Short, Field(examples=["thank_you"])]
    channel: Annotated[Short, Field(examples=["email"])] = "email"
    order: Annotated[Short, Field(description="The order's id here, if it is about one.")] = ""
    at: Annotated[Instant | None, Field(description="Left out: now.")] = None


class RuleAnswerOut(BaseModel):
    """What one rule says; `decision` send means that it does not object."""

    rule: Annotated[str, Field(examples=["budget"])]
    asks: Annotated[str, Field(examples=["The customer has not heard too much"])]
    decision: Verdict
    why: str
    until: datetime | None


class MomentStepOut(BaseModel):
    """What is decided at a moment, if nothing else happens until then."""

    at: datetime
    decision: Verdict
    reason: Annotated[str, Field(examples=["quiet_hours"])]
    rule: Annotated[str, Field(description="The rule that objected.", examples=["quiet_hours"])]
    why: str
    until: datetime | None


class MomentOut(BaseModel):
    """A decision that was looked at, not made."""

    decision: Verdict
    reason: str
    why: str
    goes_out_at: Annotated[datetime | None, Field(description="If nothing else happens; null: never.")]
    rules: list[RuleAnswerOut]
    steps: list[MomentStepOut]


@router.get("/sending-rules", response=SendingRulesOut)
@api_edge(Permission.MESSAGES_READ)
def read_sending_rules(request: ApiRequest) -> SendingRulesOut:
    """How much customers hear, what goes first, when, and who is in the control group."""
    return _rules_out(request.store)


@router.put("/sending-rules", response=SendingRulesOut, openapi_extra=example_body(_RULES))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def replace_sending_rules(request: ApiRequest, body: SendingRulesIn) -> SendingRulesOut:
    """Let these hold from the next decision on. What is left out is as Aftercare comes with it."""
    change_sending_rules(store=request.store, rules=body, by=request.who, now=clock.now())
    return _rules_out(request.store)


@router.get("/moment", response=MomentOut, openapi_extra=NAMES_A_THING)
@api_edge(Permission.MESSAGES_READ)
def look_at_moment(request: ApiRequest, query: Query[MomentQuery]) -> MomentOut:
    """What would be decided about a message, what every rule says, and when it would go out. Nothing is written."""
    kind = message_type(query.type)
    if query.channel not in channels:
        raise NotFound(f"There is no channel '{query.channel}'.", field="channel")
    customer = surviving(customer=customer_by_public_id(public_id=query.customer))
    order = order_by_public_id(public_id=query.order) if query.order else None
    found = simulate(
        customer=customer, kind=kind, channel=query.channel, at=query.at or clock.now(),
        order_id=order.pk if order else None,
    )  # fmt: skip
    return _moment_out(found)


def _rules_out(store: Store) -> SendingRulesOut:
    rules = rules_of(store_ids={store.pk})[store.pk]
    control = control_group(store_id=store.pk, rules=rules)
    return SendingRulesOut(
        version=rules.number, rules=rules.told, control_members=control.members, control_others=control.others,
        control_spared=control.spared,
    )  # fmt: skip


def _moment_out(found: Moment) -> MomentOut:
    decision = found.decision
    return MomentOut(
        decision=decision.verdict, reason=decision.reason.value, goes_out_at=found.goes_out_at,
        why=reason_in_words(decision.reason, decision.detail),
        rules=[
            RuleAnswerOut(
                rule=answer.rule.key, asks=str(answer.rule.label), decision=said.verdict if said else Verdict.SEND,
                why=reason_in_words(said.reason, said.detail) if said else "", until=said.until if said else None,
            )
            for answer in found.answers
            for said in (answer.objection,)
        ],
        steps=[
            MomentStepOut(
                at=step.at, decision=step.decision.verdict, reason=step.decision.reason.value, rule=step.decision.rule,
                why=reason_in_words(step.decision.reason, step.decision.detail), until=step.decision.until,
            )
            for step in found.steps
        ],
    )  # fmt: skip
