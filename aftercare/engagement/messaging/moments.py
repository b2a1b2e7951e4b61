"""Looking at a decision without making one: what every rule says, and when a message would go out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.messaging.actions.request import reached
from aftercare.engagement.messaging.channels import MAIL
from aftercare.engagement.messaging.facts import Asked, Facts, facts_of
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.policy import (
    Answer,
    BestHour,
    Budget,
    Decision,
    LegalClass,
    Limit,
    Reason,
    Situation,
    Step,
    Verdict,
    explain,
    forecast,
)
from aftercare.engagement.messaging.policy.budget import heard
from aftercare.engagement.messaging.recipients import recipients_again, recipients_of
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.engagement.messaging.types import MessageType, message_type, message_types
from aftercare.foundation.kit.errors import NotFound


@dataclass(frozen=True)
class Moment:
    """A situation, looked at: what each rule says now, and what is decided from here on until it is sent or dropped."""

    asked: Asked
    situation: Situation
    answers: list[Answer]
    steps: list[Step]

    @property
    def decision(self) -> Decision:
        """What is decided now."""
        return self.steps[0].decision

    @property
    def goes_out_at(self) -> datetime | None:
        """When it is sent, if nothing else happens; None where it never is."""
        last = self.steps[-1]
        return last.at if last.decision.verdict is Verdict.SEND else None


def simulate(
    *, customer: Customer, kind: MessageType, channel: str, at: datetime, order_id: int | None = None
) -> Moment:  # fmt: skip
    """What would be decided about such a message to this customer at this time. Nothing is written."""
    request = MessageRequest(
        customer.store_id, kind.key, channel, "simulator", "simulated", customer.pk, order_id, caused_at=at
    )  # fmt: skip
    person = reached([request], recipients_of([request]))[0][0]
    asked = Asked(customer.store_id, kind, channel, person, at, order_id, None, at + kind.fresh_for)
    return _look(asked, facts_of(asked=[asked], now=at), at)


def moments_of(*, messages: Sequence[Message], now: datetime) -> dict[int, Moment]:
    """Of those that wait, by row id. Two queries and those of the facts, however many."""
    waiting = [
        message for message in messages
        if message.state == Message.State.WAITING and _is_known(message.message_type)
    ]  # fmt: skip
    if not waiting:
        return {}
    people = recipients_again(
        (message.customer_id, message.recipient, message.recipient_name, "", "UTC") for message in waiting
    )
    asked = [
        Asked(
            message.store_id, message_type(message.message_type), message.channel, person, message.created_at,
            message.order_id, message.line_id, message.expires_at,
        )
        for message, person in zip(waiting, people, strict=True)
    ]  # fmt: skip
    facts = facts_of(asked=asked, now=now)
    return {
        message.pk: _look(one, facts, now, waits=message) for message, one in zip(waiting, asked, strict=True)
    }  # fmt: skip


def _look(asked: Asked, facts: Facts, at: datetime, *, waits: Message | None = None) -> Moment:
    is_counted = waits is not None and waits.reason == Reason.OVER_BUDGET
    situation = facts.situation(asked, counts_itself=is_counted)
    return Moment(asked, situation, explain(situation=situation, now=at), forecast(situation=situation, now=at))


def _is_known(key: str) -> bool:
    try:
        message_type(key)
    except NotFound:
        return False
    return True


@dataclass(frozen=True)
class Attention:
    """What is left of a customer's budget for what can wait, when they read, and whether they are in the control group."""

    limits: list[tuple[Limit, int]]
    best_hour: BestHour | None
    in_control_group: bool


def attention_of(*, customer: Customer, now: datetime) -> Attention:
    """What the rules know of a customer, whatever it is that one wants to say."""
    kind = next(kind for kind in message_types() if kind.legal_class is LegalClass.SERVICE and not kind.digest)
    (person,) = recipients_again([(customer.pk, customer.email, "", "", "UTC")])
    asked = Asked(customer.store_id, kind, MAIL, person, now)
    situation = facts_of(asked=[asked], now=now).situation(asked)
    budget = situation.budget or Budget()
    return Attention(
        [(limit, heard(budget=budget, limit=limit, now=now)) for limit in budget.limits], situation.best_hour,
        situation.in_control_group,
    )  # fmt: skip
