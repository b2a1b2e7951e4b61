"""What shoppers see of incidents on their order's page: what happened, what we do, and that nothing is asked of them."""

from typing import Any

from django.http import HttpRequest

from aftercare.care.incidents.models import Incident
from aftercare.care.incidents.queries import incidents_of_order
from aftercare.care.incidents.wording import Words, said_of, said_of_mass
from aftercare.commerce.orders.page_rows import page_drawn_from
from aftercare.commerce.orders.showing import ShownOrder
from aftercare.foundation.web.panels import Panel, register_panel


def _shown(about: ShownOrder, _request: HttpRequest) -> dict[str, Any] | None:
    """The same words once, however many parcels they are true of."""
    said: dict[Words, Incident] = {}
    for incident in incidents_of_order(order_id=about.order.pk):
        words = _words(incident) if incident.is_open else None
        if words is not None:
            said.setdefault(words, incident)
    return {"incidents": [{"words": words, "incident": one} for words, one in said.items()]} if said else None


def _words(incident: Incident) -> Words | None:
    mass, parcel = incident.mass, incident.shipment
    if mass is not None and mass.closed_at is None and parcel is not None:
        # One carrier may go by several names; the shopper knows that of their parcel.
        return said_of_mass(carrier=parcel.carrier_name or mass.carrier, banner=mass.banner)
    return said_of(incident.kind, incident.blame)


page_drawn_from(
    "incidents_incident AS r WHERE r.order_id = o.id",
    "incidents_massincident AS r JOIN incidents_incident AS i ON i.mass_id = r.id WHERE i.order_id = o.id",
)
register_panel(Panel("portal.order.main", "incidents", 5, "incidents/portal/incidents.html", _shown))
