"""What happens to customers."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class CustomerCreated(Event):
    type: ClassVar = "customer.created"
    label: ClassVar = _("Customer seen for the first time")
    icon: ClassVar = "user-plus"
    source: str


@event
@dataclass(frozen=True)
class CustomerUpdated(Event):
    type: ClassVar = "customer.updated"
    label: ClassVar = _("Customer details changed")
    icon: ClassVar = "user-pen"
    changed: list[str]


@event
@dataclass(frozen=True)
class CustomerMerged(Event):
    type: ClassVar = "customer.merged"
    label: ClassVar = _("Merged with another customer")
    icon: ClassVar = "merge"
    absorbed: str


@event
@dataclass(frozen=True)
class CustomerUnmerged(Event):
    type: ClassVar = "customer.unmerged"
    label: ClassVar = _("Separated again from another customer")
    icon: ClassVar = "split"
    absorbed: str
    merged_at: str = ""


@event
@dataclass(frozen=True)
class ConsentChanged(Event):
    """The proof of a consent: what was said, where, and in which words."""

    type: ClassVar = "customer.consent_changed"
    label: ClassVar = _("Consent changed")
    icon: ClassVar = "shield-check"
    purpose: str
    channel: str
    granted: bool
    source: str
    wording: str = ""
