"""How events of messages read on a timeline: what it was, and why it was not sent."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from aftercare.engagement.messaging.events import MessageDeferred, MessageDropped, MessageFailed, MessageSent
from aftercare.engagement.messaging.policy import Reason
from aftercare.engagement.messaging.types import type_label
from aftercare.foundation.events.timelines import Told, tells, topic

topic("messages", gettext_lazy("Messages"), "message.")


@tells(MessageSent)
def _sent(data: Mapping[str, Any]) -> Told:
    return Told(type_label(data.get("message_type", "")), "good", ("message", data.get("message", "")))


@tells(MessageDeferred)
def _deferred(data: Mapping[str, Any]) -> Told:
    return _unsent(data, "attention")


@tells(MessageDropped)
def _dropped(data: Mapping[str, Any]) -> Told:
    return _unsent(data, "neutral")


@tells(MessageFailed)
def _failed(data: Mapping[str, Any]) -> Told:
    return _unsent(data, "problem")


def _unsent(data: Mapping[str, Any], tone: str) -> Told:
    reasons: dict[str, Any] = dict(Reason.choices)
    reason = data.get("reason", "")
    text = f"{type_label(data.get('message_type', ''))}: {reasons.get(reason, reason)}"
    return Told(text, tone, ("message", data.get("message", "")))
