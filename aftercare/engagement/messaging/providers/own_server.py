"""A mail server that posts what arrives for our addresses: one message as it is, with what the envelope said beside it.

With Postfix: `curl --data-binary @- -H 'Content-Type: message/rfc822' "$ADDRESS?recipient=${recipient}"`.
"""

import hashlib
from typing import ClassVar

from anymail.inbound import AnymailInboundMessage  # type: ignore[import-untyped]
from anymail.signals import AnymailInboundEvent, EventType, inbound  # type: ignore[import-untyped]
from anymail.webhooks.base import AnymailBaseWebhookView  # type: ignore[import-untyped]
from django.http import HttpRequest


class RawMailView(AnymailBaseWebhookView):  # type: ignore[misc]  # anymail is not typed
    """Reads a message as it came over SMTP (RFC 5322)."""

    esp_name: ClassVar = "Own mail server"
    signal: ClassVar = inbound

    def parse_events(self, request: HttpRequest) -> list[AnymailInboundEvent]:
        message = AnymailInboundMessage.parse_raw_mime_bytes(request.body)
        message.envelope_sender = request.GET.get("sender", "")
        message.envelope_recipient = request.GET.get("recipient", "")
        digest = hashlib.blake2b(request.body, digest_size=16).hexdigest()
        return [AnymailInboundEvent(event_type=EventType.INBOUND, timestamp=None, event_id=digest, message=message)]
