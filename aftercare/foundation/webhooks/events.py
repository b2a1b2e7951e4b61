"""What happens to endpoints."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class EndpointAdded(Event):
    type: ClassVar[str] = "webhook_endpoint.added"
    label = _("Webhook added")
    icon: ClassVar[str] = "webhook"

    endpoint: str
    url: str
    types: list[str]


@event
@dataclass(frozen=True)
class EndpointChanged(Event):
    """`before` and `after` hold what differs."""

    type: ClassVar[str] = "webhook_endpoint.changed"
    label = _("Webhook changed")
    icon: ClassVar[str] = "webhook"

    endpoint: str
    url: str
    before: dict[str, object]
    after: dict[str, object]


@event
@dataclass(frozen=True)
class EndpointSecretRotated(Event):
    type: ClassVar[str] = "webhook_endpoint.secret_rotated"
    label = _("Webhook secret changed")
    icon: ClassVar[str] = "key-round"

    endpoint: str
    url: str


@event
@dataclass(frozen=True)
class EndpointRemoved(Event):
    type: ClassVar[str] = "webhook_endpoint.removed"
    label = _("Webhook removed")
    icon: ClassVar[str] = "webhook"

    endpoint: str
    url: str


@event
@dataclass(frozen=True)
class EndpointDisabled(Event):
    """By the system: it said 410, or took nothing for days."""

    type: ClassVar[str] = "webhook_endpoint.disabled"
    label = _("Webhook switched off")
    icon: ClassVar[str] = "circle-alert"

    endpoint: str
    url: str
    reason: str
