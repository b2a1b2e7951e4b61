"""What happens to segments, and to customers in them."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class SegmentEvent(Event):
    """The base: the segment's public id, and what it is called."""

    segment: str
    name: str


@event
@dataclass(frozen=True)
class SegmentEntered(SegmentEvent):
    type: ClassVar = "segment.entered"
    label: ClassVar = _("Came into a segment")
    icon: ClassVar = "log-in"


@event
@dataclass(frozen=True)
class SegmentLeft(SegmentEvent):
    type: ClassVar = "segment.left"
    label: ClassVar = _("Left a segment")
    icon: ClassVar = "log-out"


@event
@dataclass(frozen=True)
class SegmentCreated(SegmentEvent):
    type: ClassVar = "segment.created"
    label: ClassVar = _("Segment made")
    icon: ClassVar = "shapes"


@event
@dataclass(frozen=True)
class SegmentChanged(SegmentEvent):
    """Who is in it is computed anew, without anybody entering or leaving by it."""

    type: ClassVar = "segment.changed"
    label: ClassVar = _("Segment changed")
    icon: ClassVar = "pencil"


@event
@dataclass(frozen=True)
class SegmentArchived(SegmentEvent):
    type: ClassVar = "segment.archived"
    label: ClassVar = _("Segment archived")
    icon: ClassVar = "archive"
