"""What happens to tasks of the staff."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class StaffTaskEvent(Event):
    """The base: which task, and what is to be done."""

    task: str
    title: str


@event
@dataclass(frozen=True)
class StaffTaskOpened(StaffTaskEvent):
    type: ClassVar = "staff_task.opened"
    label: ClassVar = _("Task for staff")
    icon: ClassVar = "clipboard-list"


@event
@dataclass(frozen=True)
class StaffTaskAssigned(StaffTaskEvent):
    """Who sees to it, as the log names people; empty: nobody any more."""

    type: ClassVar = "staff_task.assigned"
    label: ClassVar = _("Task assigned")
    icon: ClassVar = "user-check"
    assignee: str


@event
@dataclass(frozen=True)
class StaffTaskDone(StaffTaskEvent):
    type: ClassVar = "staff_task.done"
    label: ClassVar = _("Task done")
    icon: ClassVar = "clipboard-check"
    note: str = ""
