"""What happens around visits, beyond what their orders tell."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class VisitComingUp(Event):
    """A visit is near: `notice` says how near. Times are ISO 8601; `ends_at` is empty where nobody said."""

    type: ClassVar = "visit.coming_up"
    label: ClassVar = _("Visit coming up")
    icon: ClassVar = "calendar-clock"

    number: str
    fulfilment: str
    notice: str
    starts_at: str
    ends_at: str
