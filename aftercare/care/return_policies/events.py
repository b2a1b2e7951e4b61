"""What happens to return policies."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class PolicyPublished(Event):
    """A new version of the store's return policy is in force."""

    type: ClassVar = "return_policy.published"
    label: ClassVar = _("Return policy published")
    icon: ClassVar = "undo-2"
    version: int
    rules: int
    note: str = ""
