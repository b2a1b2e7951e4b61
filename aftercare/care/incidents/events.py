"""What happens to incidents."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class IncidentEvent(Event):
    """The base. `tells` is true where the customer is to be told of it by a message."""

    number: str
    incident: str
    kind: str
    blame: str
    carrier: str = ""
    tells: bool = False


@event
@dataclass(frozen=True)
class IncidentOpened(IncidentEvent):
    type: ClassVar = "incident.opened"
    label: ClassVar = _("Incident opened")
    icon: ClassVar = "siren"


@event
@dataclass(frozen=True)
class IncidentEscalated(IncidentEvent):
    """The same trouble has got worse; `before` is the kind it was."""

    type: ClassVar = "incident.escalated"
    label: ClassVar = _("Incident escalated")
    icon: ClassVar = "trending-up"
    before: str = ""


@event
@dataclass(frozen=True)
class IncidentRecovered(IncidentEvent):
    """The parcel moves as it should again, or has arrived."""

    type: ClassVar = "incident.recovered"
    label: ClassVar = _("Incident recovered by itself")
    icon: ClassVar = "heart-pulse"


@event
@dataclass(frozen=True)
class IncidentClosed(IncidentEvent):
    type: ClassVar = "incident.closed"
    label: ClassVar = _("Incident closed")
    icon: ClassVar = "circle-check"
    outcome: str = ""


@event
@dataclass(frozen=True)
class IncidentAssigned(IncidentEvent):
    """Somebody looks into it; empty where nobody does any more."""

    type: ClassVar = "incident.assigned"
    label: ClassVar = _("Incident assigned")
    icon: ClassVar = "user-check"
    assignee: str = ""


@event
@dataclass(frozen=True)
class CompensationApproved(IncidentEvent):
    """What is to be paid, in minor units; paying it is the shop's, unless it is granted as store credit (`as_credit`)."""

    type: ClassVar = "incident.compensation_approved"
    label: ClassVar = _("Compensation approved")
    icon: ClassVar = "hand-coins"
    amount: int = 0
    currency: str = ""
    as_credit: bool = False


@event
@dataclass(frozen=True)
class CompensationDeclined(IncidentEvent):
    type: ClassVar = "incident.compensation_declined"
    label: ClassVar = _("Compensation declined")
    icon: ClassVar = "hand-coins"


@dataclass(frozen=True)
class MassEvent(Event):
    """The base of what happens to many at once."""

    mass: str
    carrier: str
    place: str = ""
    lane: str = ""


@event
@dataclass(frozen=True)
class MassIncidentOpened(MassEvent):
    type: ClassVar = "mass_incident.opened"
    label: ClassVar = _("Mass incident opened")
    icon: ClassVar = "siren"
    count: int = 0


@event
@dataclass(frozen=True)
class MassIncidentTold(MassEvent):
    """A customer is told of it: once, however many of their parcels it holds up."""

    type: ClassVar = "mass_incident.told"
    label: ClassVar = _("Customer told of a mass incident")
    icon: ClassVar = "megaphone"
    number: str = ""


@event
@dataclass(frozen=True)
class MassIncidentClosed(MassEvent):
    type: ClassVar = "mass_incident.closed"
    label: ClassVar = _("Mass incident closed")
    icon: ClassVar = "circle-check"
    closed: int = 0
