"""Customers choosing what they hear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.commerce.customers.actions import ConsentStatement, record_consents
from aftercare.commerce.customers.schemas import ConsentIn
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.preferences import PURPOSES, Choice, choices_of, purpose_of

PREFERENCE_PAGE = "preference page"
ONE_CLICK = "one-click unsubscribe"


def choose(*, message: Message, granted: Mapping[str, bool], now: datetime) -> int:
    """Keep what the customer chose on the preference page, by the names of the choices; answers how many changed."""
    changed = [choice for choice in choices_of(message=message) if granted[choice.name] != choice.granted]
    return _state(message, [(choice, granted[choice.name]) for choice in changed], PREFERENCE_PAGE, now)


def unsubscribe(*, message: Message, now: datetime) -> None:
    """End what this message was for, on the channel it came by. Again changes nothing."""
    purpose = purpose_of(message)
    ended = [
        (choice, False)
        for choice in choices_of(message=message)
        if choice.purpose is purpose and choice.channel == message.channel
    ]
    _state(message, ended, ONE_CLICK, now)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A customer's no that reached us by another way than our own page; `source` says by which."""

    customer_id: int
    channel: str
    purpose: str
    source: str
    at: datetime


def withdraw(*, store_id: int, withdrawals: Sequence[Withdrawal], now: datetime) -> int:
    """Keep every no; answers how many changed something."""
    statements = [
        ConsentStatement(
            one.customer_id,
            ConsentIn(
                purpose=one.purpose, channel=one.channel, granted=False, source=one.source, at=one.at,
                wording=next(str(known.explanation) for known in PURPOSES if known.key == one.purpose),
            ),
        )
        for one in withdrawals
    ]  # fmt: skip
    return record_consents(store_id=store_id, statements=statements, now=now) if statements else 0


def _state(message: Message, chosen: list[tuple[Choice, bool]], source: str, now: datetime) -> int:
    if message.customer_id is None or not chosen:
        return 0
    statements = [
        ConsentStatement(
            message.customer_id,
            ConsentIn(
                purpose=choice.purpose.key, channel=choice.channel, granted=granted, source=source, at=now,
                wording=f"{choice.purpose.label} ({choice.channel_label}): {choice.purpose.explanation}",
            ),
        )
        for choice, granted in chosen
    ]  # fmt: skip
    return record_consents(store_id=message.store_id, statements=statements, now=now)
