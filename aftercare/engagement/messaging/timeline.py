"""How events of messages read on a timeline: what it was, and why it was not sent."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from aftercare.engagement.messaging.channels import MAIL, channels
from aftercare.engagement.messaging.events import (
    CallAnswered,
    CallMade,
    DeviceAdded,
    DeviceEnded,
    HoldPlaced,
    HoldReleased,
    MessageBounced,
    MessageClicked,
    MessageComplained,
    MessageDeferred,
    MessageDelivered,
    MessageDropped,
    MessageFailed,
    MessageFellBack,
    MessageMerged,
    MessageOpened,
    MessageReceived,
    MessageSent,
    MessageUnsubscribed,
    SendingChanged,
    SendingRulesChanged,
    SuppressionLifted,
    TemplateDraftDiscarded,
    TemplatePublished,
    WayChanged,
)
from aftercare.engagement.messaging.models import InboundMessage
from aftercare.engagement.messaging.policy import Reason
from aftercare.engagement.messaging.types import type_label
from aftercare.foundation.events.timelines import Told, tells, topic

topic("messages", gettext_lazy("Messages"), "message.", "message_template.", "message_way.", "hold.", "push.")


@tells(MessageSent)
def _sent(data: Mapping[str, Any]) -> Told:
    return Told(type_label(data.get("message_type", "")), "good", ("message", data.get("message", "")))


@tells(MessageDeferred)
def _deferred(data: Mapping[str, Any]) -> Told:
    return _unsent(data, "attention")


@tells(MessageMerged)
def _merged(data: Mapping[str, Any]) -> Told:
    return Told(type_label(data.get("message_type", "")), "information", ("message", data.get("message", "")))


@tells(SendingRulesChanged)
def _rules_changed(data: Mapping[str, Any]) -> Told:
    said = {"n": data.get("version", ""), "what": ", ".join(data.get("changed", []))}
    return Told(str(gettext_lazy("version %(n)s: %(what)s")) % said)


@tells(MessageDropped)
def _dropped(data: Mapping[str, Any]) -> Told:
    return _unsent(data, "neutral")


@tells(HoldPlaced, HoldReleased)
def _held(data: Mapping[str, Any]) -> Told:
    return Told(data.get("reason", ""), "neutral")


@tells(MessageFailed)
def _failed(data: Mapping[str, Any]) -> Told:
    return _unsent(data, "problem")


@tells(MessageDelivered)
def _delivered(data: Mapping[str, Any]) -> Told:
    return _told(data, "good")


@tells(MessageBounced)
def _bounced(data: Mapping[str, Any]) -> Told:
    return _told(data, "problem", data.get("answer", ""))


@tells(MessageComplained)
def _complained(data: Mapping[str, Any]) -> Told:
    return _told(data, "problem")


@tells(MessageUnsubscribed)
def _unsubscribed(data: Mapping[str, Any]) -> Told:
    return _told(data, "attention")


@tells(MessageOpened)
def _opened(data: Mapping[str, Any]) -> Told:
    return _told(data, "neutral", str(gettext_lazy("by a machine")) if data.get("machine") else "")


@tells(MessageClicked)
def _clicked(data: Mapping[str, Any]) -> Told:
    return _told(data, "information", data.get("url", ""))


@tells(MessageReceived)
def _received(data: Mapping[str, Any]) -> Told:
    kinds: dict[str, Any] = dict(InboundMessage.Kind.choices)
    kind = data.get("kind", "")
    text = f"{data.get('subject', '')} · {kinds.get(kind, kind)}".removeprefix(" · ")
    return Told(
        text, "information" if kind == InboundMessage.Kind.REPLY else "neutral", ("reply", data.get("mail", ""))
    )


_CHANGES = {
    "connected": gettext_lazy("connected"), "changed": gettext_lazy("settings changed"),
    "chosen": gettext_lazy("chosen to send"), "relay": gettext_lazy("by the installation's relay again"),
    "disconnected": gettext_lazy("disconnected"),
}  # fmt: skip


@tells(SendingChanged)
def _sending_changed(data: Mapping[str, Any]) -> Told:
    change, key, connection = data.get("change", ""), data.get("provider", ""), data.get("connection", "")
    known = channels[data.get("channel", MAIL)].providers() if data.get("channel", MAIL) in channels else {}
    label = known[key].label if key in known else key
    text = f"{label} · {_CHANGES.get(change, change)}".removeprefix(" · ")
    return Told(text, "neutral", ("channel_connection", connection) if connection else None)


@tells(MessageFellBack)
def _fell_back(data: Mapping[str, Any]) -> Told:
    return _told(data, "attention", " → ".join(_channel(data.get(name, "")) for name in ("channel", "to")))


@tells(CallMade)
def _called(data: Mapping[str, Any]) -> Told:
    return _told(data, "good" if data.get("reached") else "attention", "" if data.get("reached") else str(_NOT_REACHED))


@tells(CallAnswered)
def _answered(data: Mapping[str, Any]) -> Told:
    digit = data.get("digit", "")
    return _told(data, "information", str(_DIGITS.get(digit, digit)))


_NOT_REACHED = gettext_lazy("not reached")
_DIGITS = {
    "1": gettext_lazy("heard"), "2": gettext_lazy("wants to be called back"), "9": gettext_lazy("wants no more calls"),
}  # fmt: skip


@tells(WayChanged)
def _way_changed(data: Mapping[str, Any]) -> Told:
    kind = type_label(data.get("message_type", "")) or str(gettext_lazy("Every message"))
    return Told(f"{kind}: {', '.join(map(_channel, data.get('channels', []))) or '—'}")


def _channel(key: str) -> str:
    return str(channels[key].label) if key in channels else key


@tells(DeviceAdded)
def _device_added(data: Mapping[str, Any]) -> Told:
    return Told(data.get("browser", ""), "good")


@tells(DeviceEnded)
def _device_ended(data: Mapping[str, Any]) -> Told:
    return Told(data.get("reason", ""), "neutral")


@tells(SuppressionLifted)
def _allowed(data: Mapping[str, Any]) -> Told:
    return Told(data.get("address", ""))


@tells(TemplatePublished)
def _published(data: Mapping[str, Any]) -> Told:
    note = data.get("note", "")
    return _of_template(data, f": {note}" if note else "")


@tells(TemplateDraftDiscarded)
def _discarded(data: Mapping[str, Any]) -> Told:
    return _of_template(data, "")


def _of_template(data: Mapping[str, Any], more: str) -> Told:
    key, locale = data.get("template", ""), data.get("locale", "")
    return Told(f"{type_label(key)} ({locale}){more}", "information")


def _told(data: Mapping[str, Any], tone: str, more: str = "") -> Told:
    label = type_label(data.get("message_type", ""))
    return Told(f"{label}: {more}" if more else label, tone, ("message", data.get("message", "")))


def _unsent(data: Mapping[str, Any], tone: str) -> Told:
    reasons: dict[str, Any] = dict(Reason.choices)
    reason = data.get("reason", "")
    text = f"{type_label(data.get('message_type', ''))}: {reasons.get(reason, reason)}"
    return Told(text, tone, ("message", data.get("message", "")))
