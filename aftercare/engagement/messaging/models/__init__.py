"""Messages, what they are made from, what was heard of them, and what keeps them from being sent."""

from aftercare.engagement.messaging.models.addresses import AddressHealth, Suppression
from aftercare.engagement.messaging.models.calls import CallTask, new_call_id
from aftercare.engagement.messaging.models.devices import Device, new_device_id
from aftercare.engagement.messaging.models.mail import (
    ChannelConnection,
    DomainCheck,
    Handover,
    InboundMessage,
    MessageNews,
    new_connection_id,
    new_inbound_id,
)
from aftercare.engagement.messaging.models.messages import (
    Brand,
    Hold,
    Message,
    OutboxEntry,
    new_message_id,
)
from aftercare.engagement.messaging.models.moment import (
    MessageDecision,
    ReadingHour,
    SendingRules,
    Spending,
    StoreReadingHour,
)
from aftercare.engagement.messaging.models.templates import TemplateDraft, TemplateVersion
from aftercare.engagement.messaging.models.ways import Chain, ChainLink, Way

__all__ = [
    "AddressHealth",
    "Brand",
    "CallTask",
    "Chain",
    "ChainLink",
    "ChannelConnection",
    "Device",
    "DomainCheck",
    "Handover",
    "Hold",
    "InboundMessage",
    "Message",
    "MessageDecision",
    "MessageNews",
    "OutboxEntry",
    "ReadingHour",
    "SendingRules",
    "Spending",
    "StoreReadingHour",
    "Suppression",
    "TemplateDraft",
    "TemplateVersion",
    "Way",
    "new_call_id",
    "new_connection_id",
    "new_device_id",
    "new_inbound_id",
    "new_message_id",
]
