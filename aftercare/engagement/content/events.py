"""What happens to guides."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class GuideWritten(Event):
    """A guide was written, or written anew."""

    type: ClassVar = "guide.written"
    label: ClassVar = _("Guide written")
    icon: ClassVar = "book-open"
    guide: str
    slug: str
    locale: str
    kind: str
    title: str


@event
@dataclass(frozen=True)
class GuideRemoved(Event):
    """A guide was taken away in one of its languages."""

    type: ClassVar = "guide.removed"
    label: ClassVar = _("Guide removed")
    icon: ClassVar = "book-open"
    slug: str
    locale: str
    title: str


@dataclass(frozen=True)
class FollowedEvent(Event):
    """The base of what the owner of a line does with a guide. `line` is its id at the shop."""

    guide: str
    title: str
    kind: str
    number: str
    line: str


@event
@dataclass(frozen=True)
class GuideOpened(FollowedEvent):
    """A guide was opened from an order for the first time."""

    type: ClassVar = "guide.opened"
    label: ClassVar = _("Guide opened")
    icon: ClassVar = "book-open"


@event
@dataclass(frozen=True)
class ChecklistStepDone(FollowedEvent):
    """`step` is its place, from 1; `done` of `steps` are ticked now."""

    type: ClassVar = "checklist.step_done"
    label: ClassVar = _("Step of a checklist done")
    icon: ClassVar = "square-check"
    step: int
    done: int
    steps: int


@event
@dataclass(frozen=True)
class ChecklistStepUndone(FollowedEvent):
    """A tick was taken back."""

    type: ClassVar = "checklist.step_undone"
    label: ClassVar = _("Tick of a checklist taken back")
    icon: ClassVar = "square"
    step: int
    done: int
    steps: int


@event
@dataclass(frozen=True)
class ChecklistCompleted(FollowedEvent):
    """All steps are ticked, for the first time."""

    type: ClassVar = "checklist.completed"
    label: ClassVar = _("Checklist completed")
    icon: ClassVar = "list-checks"
    steps: int
