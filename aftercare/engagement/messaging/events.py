"""What happens to messages."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class MessageEvent(Event):
    """The base: which message, of which type, on which channel."""

    message: str
    message_type: str
    channel: str


@event
@dataclass(frozen=True)
class MessageSent(MessageEvent):
    type: ClassVar = "message.sent"
    label: ClassVar = _("Message sent")
    icon: ClassVar = "mail-check"


@event
@dataclass(frozen=True)
class MessageDeferred(MessageEvent):
    """It waits, and why."""

    type: ClassVar = "message.deferred"
    label: ClassVar = _("Message waits")
    icon: ClassVar = "mail-warning"
    reason: str
    until: str


@event
@dataclass(frozen=True)
class MessageDropped(MessageEvent):
    """It will never be sent, and why."""

    type: ClassVar = "message.dropped"
    label: ClassVar = _("Message not sent")
    icon: ClassVar = "mail-x"
    reason: str


@event
@dataclass(frozen=True)
class MessageFailed(MessageEvent):
    """It was tried and could not be delivered."""

    type: ClassVar = "message.failed"
    label: ClassVar = _("Message could not be delivered")
    icon: ClassVar = "mail-x"
    reason: str
