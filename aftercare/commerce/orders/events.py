"""What happens to orders and their fulfilments."""

from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class OrderPlaced(Event):
    type: ClassVar = "order.placed"
    label: ClassVar = _("Order placed")
    icon: ClassVar = "shopping-bag"
    number: str
    total: int
    currency: str
    lines: int


@event
@dataclass(frozen=True)
class OrderPaid(Event):
    """Payment arrived later than the order."""

    type: ClassVar = "order.paid"
    label: ClassVar = _("Payment received")
    icon: ClassVar = "credit-card"
    number: str


@event
@dataclass(frozen=True)
class OrderEdited(Event):
    type: ClassVar = "order.edited"
    label: ClassVar = _("Order changed")
    icon: ClassVar = "pencil"
    number: str
    changed: list[str]


@event
@dataclass(frozen=True)
class OrderCancelled(Event):
    """`lines` are the external ids of the cancelled ones; `whole` says whether nothing of the order is left."""

    type: ClassVar = "order.cancelled"
    label: ClassVar = _("Order cancelled")
    icon: ClassVar = "circle-x"
    number: str
    whole: bool
    reason: str = ""
    lines: list[str] = field(default_factory=list)


@event
@dataclass(frozen=True)
class OrderRefunded(Event):
    type: ClassVar = "order.refunded"
    label: ClassVar = _("Refund made")
    icon: ClassVar = "banknote"
    number: str
    refund: str
    amount: int
    currency: str
    reason: str = ""


@event
@dataclass(frozen=True)
class OrderDelivered(Event):
    """Every line that can arrive has arrived: what follows a delivery is anchored here."""

    type: ClassVar = "order.delivered"
    label: ClassVar = _("Order complete at the customer's")
    icon: ClassVar = "package-check"
    number: str


@dataclass(frozen=True)
class FulfilmentEvent(Event):
    """The base of what happens to one fulfilment; `kind` is shipment, pickup, digital or service_visit."""

    number: str
    fulfilment: str
    kind: str


@event
@dataclass(frozen=True)
class FulfilmentBackOrdered(FulfilmentEvent):
    type: ClassVar = "fulfilment.back_ordered"
    label: ClassVar = _("Back-ordered")
    icon: ClassVar = "hourglass"


@event
@dataclass(frozen=True)
class FulfilmentPacked(FulfilmentEvent):
    type: ClassVar = "fulfilment.packed"
    label: ClassVar = _("Packed")
    icon: ClassVar = "package"


@event
@dataclass(frozen=True)
class FulfilmentReady(FulfilmentEvent):
    type: ClassVar = "fulfilment.ready"
    label: ClassVar = _("Ready for pick-up")
    icon: ClassVar = "store"


@event
@dataclass(frozen=True)
class FulfilmentUnderWay(FulfilmentEvent):
    type: ClassVar = "fulfilment.under_way"
    label: ClassVar = _("On its way")
    icon: ClassVar = "truck"


@event
@dataclass(frozen=True)
class FulfilmentCompleted(FulfilmentEvent):
    """Delivered, picked up, downloaded or done, for the lines it carried."""

    type: ClassVar = "fulfilment.completed"
    label: ClassVar = _("Fulfilled")
    icon: ClassVar = "circle-check"


@event
@dataclass(frozen=True)
class FulfilmentCancelled(FulfilmentEvent):
    type: ClassVar = "fulfilment.cancelled"
    label: ClassVar = _("Fulfilment cancelled")
    icon: ClassVar = "circle-x"


@event
@dataclass(frozen=True)
class FulfilmentMissed(FulfilmentEvent):
    """Nobody was there for the visit, or nobody came to pick up."""

    type: ClassVar = "fulfilment.missed"
    label: ClassVar = _("Missed")
    icon: ClassVar = "calendar-x"


@dataclass(frozen=True)
class AppointmentEvent(FulfilmentEvent):
    """The base of what happens to the date of a visit. Times are ISO 8601; `ends_at` is empty where nobody said."""

    starts_at: str
    ends_at: str


@event
@dataclass(frozen=True)
class FulfilmentScheduled(AppointmentEvent):
    type: ClassVar = "fulfilment.scheduled"
    label: ClassVar = _("Date agreed")
    icon: ClassVar = "calendar-check"


@event
@dataclass(frozen=True)
class FulfilmentMoved(AppointmentEvent):
    """Another date than was agreed before, after a missed visit too."""

    type: ClassVar = "fulfilment.moved"
    label: ClassVar = _("Date moved")
    icon: ClassVar = "calendar-days"
    before: str
