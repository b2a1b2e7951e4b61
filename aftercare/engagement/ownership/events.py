"""What happens with what customers own. `line` is always its id at the shop."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class UsageRecorded(Event):
    """A sign of use was reported; number and line are empty where it is not known whose."""

    type: ClassVar = "usage.recorded"
    label: ClassVar = _("Used")
    icon: ClassVar = "activity"
    usage: str
    kind: str
    uses: int
    number: str
    line: str
    product: str
    serial: str


@dataclass(frozen=True)
class OwnedEvent(Event):
    """The base of what happens to one owned line; `title` is that of the line, `product` the product's id or empty."""

    number: str
    line: str
    title: str
    product: str


@event
@dataclass(frozen=True)
class UsageBegan(OwnedEvent):
    """The first sign of use of a line; `sign` says what it is concluded from."""

    type: ClassVar = "usage.began"
    label: ClassVar = _("First used")
    icon: ClassVar = "play"
    sign: str


@event
@dataclass(frozen=True)
class NeverUsed(OwnedEvent):
    """Nothing shows any use, so many days after it arrived. Told once."""

    type: ClassVar = "usage.never_used"
    label: ClassVar = _("Never used")
    icon: ClassVar = "package"
    days: int


@event
@dataclass(frozen=True)
class UsageRulesChanged(Event):
    """After how many days something counts as never used."""

    type: ClassVar = "usage.rules_changed"
    label: ClassVar = _("When something counts as never used changed")
    icon: ClassVar = "settings"
    about: str
    days: int


@event
@dataclass(frozen=True)
class ServiceScheduled(Event):
    """A maintenance schedule was set up; `lines` are owned already."""

    type: ClassVar = "service.scheduled"
    label: ClassVar = _("Maintenance schedule set up")
    icon: ClassVar = "calendar-clock"
    schedule: str
    title: str
    every: int
    unit: str
    lines: int


@event
@dataclass(frozen=True)
class ServiceScheduleEnded(Event):
    type: ClassVar = "service.schedule_ended"
    label: ClassVar = _("Maintenance schedule ended")
    icon: ClassVar = "calendar-x"
    schedule: str
    title: str


@dataclass(frozen=True)
class ServiceEvent(OwnedEvent):
    """The base. `what` is what is to be done, `guide` the address of the guide that says how, or empty."""

    service: str
    schedule: str
    what: str
    text: str
    guide: str


@event
@dataclass(frozen=True)
class ServiceDue(ServiceEvent):
    """It is time; `due_at` in ISO 8601. Once per due date."""

    type: ClassVar = "service.due"
    label: ClassVar = _("Service due")
    icon: ClassVar = "bell"
    due_at: str


@event
@dataclass(frozen=True)
class ServiceDone(ServiceEvent):
    type: ClassVar = "service.done"
    label: ClassVar = _("Service done")
    icon: ClassVar = "circle-check"


@event
@dataclass(frozen=True)
class ServiceSnoozed(ServiceEvent):
    """Put off; `until` in ISO 8601."""

    type: ClassVar = "service.snoozed"
    label: ClassVar = _("Service put off")
    icon: ClassVar = "clock"
    until: str
