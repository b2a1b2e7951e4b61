"""What happens to notices."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class NoticeEvent(Event):
    """The base; `severity` is update, safety or recall."""

    notice: str
    severity: str
    title: str


@event
@dataclass(frozen=True)
class NoticePublished(NoticeEvent):
    """So many orders it is for."""

    type: ClassVar = "notice.published"
    label: ClassVar = _("Product notice published")
    icon: ClassVar = "megaphone"
    audience: int


@event
@dataclass(frozen=True)
class NoticeEnded(NoticeEvent):
    type: ClassVar = "notice.ended"
    label: ClassVar = _("Product notice ended")
    icon: ClassVar = "circle-x"


@dataclass(frozen=True)
class AddresseeEvent(NoticeEvent):
    """The base of what happens with one whom it is for."""

    number: str


@event
@dataclass(frozen=True)
class NoticeSent(AddresseeEvent):
    """Messaging was asked to say it; `verdict` is what became of that. `round` 2 is the first reminder."""

    type: ClassVar = "notice.sent"
    label: ClassVar = _("Product notice sent")
    icon: ClassVar = "send"
    round: int
    verdict: str


@event
@dataclass(frozen=True)
class NoticeRead(AddresseeEvent):
    type: ClassVar = "notice.read"
    label: ClassVar = _("Product notice read")
    icon: ClassVar = "eye"
    by: str


@event
@dataclass(frozen=True)
class NoticeAcknowledged(AddresseeEvent):
    """Somebody said that they have read it."""

    type: ClassVar = "notice.acknowledged"
    label: ClassVar = _("Product notice acknowledged")
    icon: ClassVar = "circle-check"
    by: str
