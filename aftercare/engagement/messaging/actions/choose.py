"""Customers choosing what they hear, by which channel first, and for how long nothing that can wait."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from aftercare.commerce.customers.actions import publish_traits
from aftercare.commerce.customers.models import Customer
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds, release_holds
from aftercare.engagement.messaging.actions.stating import Word, state
from aftercare.engagement.messaging.holders import BY_CUSTOMER
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.preferences import (
    PREFERRED,
    Choice,
    channels_of,
    choices_of,
    person_of,
    preferred_channel,
    purpose_of,
    wording_of,
)
from aftercare.foundation.kit.errors import Invalid

PREFERENCE_PAGE = "preference page"
ONE_CLICK = "one-click unsubscribe"
PAUSE_LASTS = timedelta(days=30)
_PAUSED = gettext_noop("The customer asked for a pause")


@transaction.atomic
def choose(*, customer: Customer, granted: Mapping[str, bool], preferred: str | None = None, now: datetime) -> int:
    """Keep what the customer chose, by the names of the choices; answers how many changed. None prefers as before.

    Raises Invalid for a channel that does not reach them.
    """
    chosen = [
        (choice, granted[choice.name])
        for choice in choices_of(customer=customer)
        if not choice.is_fixed and granted.get(choice.name, choice.granted) != choice.granted
    ]
    if preferred is not None and preferred != preferred_channel(customer=customer):
        if preferred and preferred not in {channel.key for channel in channels_of(customer=customer)}:
            raise Invalid("Nothing reaches you that way.", field="preferred")
        traits = {PREFERRED: preferred or None}
        publish_traits(store_id=customer.store_id, rows=[(customer.pk, traits)], by="customer", now=now)
    return _state(customer, chosen, PREFERENCE_PAGE, now)


def unsubscribe(*, message: Message, now: datetime) -> None:
    """End what this message was for, on the channel it came by. Again changes nothing."""
    person, purpose = person_of(message=message), purpose_of(message)
    if person is None:
        return
    ended = [
        (choice, False)
        for choice in choices_of(customer=person)
        if choice.purpose is purpose and choice.channel == message.channel and not choice.is_fixed
    ]
    _state(person, ended, ONE_CLICK, now)


def pause(*, customer: Customer, now: datetime) -> None:
    """Nothing that can wait for thirty days: what is owed still comes."""
    hold = HoldRequest(customer.store_id, customer.pk, customer.public_id, _PAUSED, now + PAUSE_LASTS)
    place_holds(placed_by=BY_CUSTOMER, holds=[hold], now=now)


def end_pause(*, customer: Customer, now: datetime) -> None:
    """What waited for it is decided about again at once."""
    release_holds(store_id=customer.store_id, placed_by=BY_CUSTOMER, keys=[customer.public_id], now=now)


def _state(customer: Customer, chosen: Sequence[tuple[Choice, bool]], source: str, now: datetime) -> int:
    words = [
        Word(
            customer.pk, choice.purpose.key, choice.channel, granted, source, now,
            wording_of(choice.purpose, str(choice.channel_label)),
        )
        for choice, granted in chosen
    ]  # fmt: skip
    return state(store_id=customer.store_id, words=words, now=now)
