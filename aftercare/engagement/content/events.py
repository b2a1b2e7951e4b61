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
