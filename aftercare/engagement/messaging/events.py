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
class MessageMerged(MessageEvent):
    """It goes out in a digest, with others that were too much by themselves."""

    type: ClassVar = "message.merged"
    label: ClassVar = _("Message merged into a digest")
    icon: ClassVar = "mail-check"
    digest: str


@event
@dataclass(frozen=True)
class MessageFailed(MessageEvent):
    """It was tried and could not be delivered."""

    type: ClassVar = "message.failed"
    label: ClassVar = _("Message could not be delivered")
    icon: ClassVar = "mail-x"
    reason: str


@event
@dataclass(frozen=True)
class MessageDelivered(MessageEvent):
    """The receiving server took it."""

    type: ClassVar = "message.delivered"
    label: ClassVar = _("Message delivered")
    icon: ClassVar = "mail-check"


@event
@dataclass(frozen=True)
class MessageBounced(MessageEvent):
    """The receiving server sent it back, or the provider refused to send it; `severity` is hard or soft."""

    type: ClassVar = "message.bounced"
    label: ClassVar = _("Message bounced")
    icon: ClassVar = "mail-x"
    severity: str
    answer: str


@event
@dataclass(frozen=True)
class MessageComplained(MessageEvent):
    """The customer reported it as spam."""

    type: ClassVar = "message.complained"
    label: ClassVar = _("Message reported as spam")
    icon: ClassVar = "mail-warning"


@event
@dataclass(frozen=True)
class MessageUnsubscribed(MessageEvent):
    """The customer unsubscribed at the provider, or by mail."""

    type: ClassVar = "message.unsubscribed"
    label: ClassVar = _("Unsubscribed by a message")
    icon: ClassVar = "mail-x"


@event
@dataclass(frozen=True)
class MessageOpened(MessageEvent):
    """Its pictures were fetched, by a person or (`machine`) by a proxy ahead of any."""

    type: ClassVar = "message.opened"
    label: ClassVar = _("Message opened")
    icon: ClassVar = "eye"
    machine: bool


@event
@dataclass(frozen=True)
class MessageClicked(MessageEvent):
    """A link in it was followed."""

    type: ClassVar = "message.clicked"
    label: ClassVar = _("Link in a message followed")
    icon: ClassVar = "link"
    url: str


@event
@dataclass(frozen=True)
class MessageFellBack(MessageEvent):
    """It did not arrive by this channel, and goes by another; `to` is that one."""

    type: ClassVar = "message.fell_back"
    label: ClassVar = _("Message goes by another channel")
    icon: ClassVar = "route"
    to: str


@event
@dataclass(frozen=True)
class CallMade(MessageEvent):
    """Staff called: `reached` says whether anybody heard it."""

    type: ClassVar = "message.called"
    label: ClassVar = _("Customer called")
    icon: ClassVar = "phone"
    reached: bool
    tries: int


@event
@dataclass(frozen=True)
class CallAnswered(MessageEvent):
    """Whoever was called pressed a key: 1 heard, 2 call back, 9 no more calls."""

    type: ClassVar = "message.answered"
    label: ClassVar = _("Call answered by a key")
    icon: ClassVar = "phone"
    digit: str


@event
@dataclass(frozen=True)
class WayChanged(Event):
    """Staff decided by which channels messages of a type go; of every type where it names none."""

    type: ClassVar = "message_way.changed"
    label: ClassVar = _("Channels of messages changed")
    icon: ClassVar = "route"
    message_type: str
    channels: list[str]


@event
@dataclass(frozen=True)
class MessageReceived(Event):
    """Something came in; `kind` is a kind of inbound message, `message` what it answers, if that is known."""

    type: ClassVar = "message.received"
    label: ClassVar = _("Message received")
    icon: ClassVar = "mail"
    mail: str
    kind: str
    subject: str
    message: str
    channel: str = "email"


@event
@dataclass(frozen=True)
class SendingChanged(Event):
    """Staff decided by whom a channel's messages are sent; `change` is connected, changed, chosen, relay or disconnected."""

    type: ClassVar = "mail.sending_changed"
    label: ClassVar = _("How messages are sent was changed")
    icon: ClassVar = "send"
    change: str
    provider: str
    connection: str
    channel: str = "email"


@event
@dataclass(frozen=True)
class DeviceAdded(Event):
    """A browser asked for notifications."""

    type: ClassVar = "push.device_added"
    label: ClassVar = _("Notifications switched on")
    icon: ClassVar = "bell"
    device: str
    browser: str


@event
@dataclass(frozen=True)
class DeviceEnded(Event):
    """A browser takes no more notifications, and why."""

    type: ClassVar = "push.device_ended"
    label: ClassVar = _("Notifications ended")
    icon: ClassVar = "bell-off"
    device: str
    reason: str


@event
@dataclass(frozen=True)
class SuppressionLifted(Event):
    """Staff allowed an address again."""

    type: ClassVar = "mail.address_allowed"
    label: ClassVar = _("Address may be written to again")
    icon: ClassVar = "mail-check"
    address: str
    cause: str


@dataclass(frozen=True)
class TemplateEvent(Event):
    """The base of what staff do to templates; who did it is the event's actor."""

    template: str
    locale: str


@event
@dataclass(frozen=True)
class TemplatePublished(TemplateEvent):
    type: ClassVar = "message_template.published"
    label: ClassVar = _("Template published")
    icon: ClassVar = "rocket"
    version: int
    note: str = ""


@event
@dataclass(frozen=True)
class TemplateDraftDiscarded(TemplateEvent):
    type: ClassVar = "message_template.draft_discarded"
    label: ClassVar = _("Draft of a template discarded")
    icon: ClassVar = "trash-2"


@dataclass(frozen=True)
class HoldEvent(Event):
    """The base: whose hold it is, by their own name for it, and why nothing that can wait is said."""

    key: str
    reason: str
    placed_by: str


@event
@dataclass(frozen=True)
class HoldPlaced(HoldEvent):
    """Offers, surveys and reviews wait, until then at most (ISO 8601); placed again where it is made longer."""

    type: ClassVar = "hold.placed"
    label: ClassVar = _("Messages wait")
    icon: ClassVar = "circle-pause"
    until: str = ""


@event
@dataclass(frozen=True)
class HoldReleased(HoldEvent):
    type: ClassVar = "hold.released"
    label: ClassVar = _("Messages wait no longer")
    icon: ClassVar = "circle-play"
    by_itself: bool = False


@event
@dataclass(frozen=True)
class SendingRulesChanged(Event):
    """The rules of how much, when, and to whom."""

    type: ClassVar = "messaging.rules_changed"
    label: ClassVar = _("Sending rules changed")
    icon: ClassVar = "sliders-horizontal"
    version: int
    changed: list[str]
