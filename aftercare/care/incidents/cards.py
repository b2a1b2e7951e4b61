"""What incidents show on console pages that are not their own: on orders, on Today, and as a filter of orders."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aftercare.care.incidents.forms import OpenForm
from aftercare.care.incidents.models import UNSETTLED, Incident, MassIncident
from aftercare.care.incidents.queries import (
    IncidentFilter,
    count_alone,
    count_recovered,
    incidents_for_list,
    incidents_of_order,
    open_masses,
)
from aftercare.care.incidents.tones import TONES
from aftercare.care.incidents.vocabulary import IncidentKind
from aftercare.commerce.orders.overview import OrderDetail
from aftercare.commerce.orders.troubles import Trouble, register_trouble
from aftercare.commerce.shipments.looked_after import register_looked_after
from aftercare.commerce.shipments.queries import parcels_of_orders
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.today import (
    SHOWN_PER_KIND,
    Concern,
    Concerns,
    Deed,
    register_concerns,
    register_deeds,
)

_MOST = 100
_WEEK = timedelta(days=7)
_HURTS_MASS, _HURTS_OVERDUE, _HURTS = 100, 85, 75
# What a parcel that goes back, or could not be handed over, is as an incident.
_SHOWN_BY = [IncidentKind.RETURNED, IncidentKind.ATTEMPT_FAILED, IncidentKind.ADDRESS]


def _of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any]:
    order = about.order
    parcels = parcels_of_orders(order_ids=[order.pk]).get(order.pk, [])
    return {
        "incidents": incidents_of_order(order_id=order.pk), "order": order, "tones": TONES,
        "form": OpenForm(parcels=parcels),
    }  # fmt: skip


def _concerns(store: Store, now: datetime) -> Concerns:
    """Mass incidents first, each as one; then what stands alone and is due first."""
    found = incidents_for_list(narrowed=IncidentFilter(alone=True), limit=SHOWN_PER_KIND).rows
    masses = open_masses()
    shown = [_of_mass(store, mass) for mass in masses[:SHOWN_PER_KIND]]
    shown += [_concern(store, one, now) for one in found]
    alone = count_alone(most=_MOST) if len(found) == SHOWN_PER_KIND else len(found)
    total = len(masses) + alone
    more = max(0, total - len(shown))
    return Concerns(
        shown=shown, total=total, url=reverse("incidents", args=[store.slug]),
        label=ngettext("%(n)s more incident", "%(n)s more incidents", more) % {"n": number(more)},
    )  # fmt: skip


def _of_mass(store: Store, mass: MassIncident) -> Concern:
    held_up = ngettext("%(n)s parcel is held up", "%(n)s parcels are held up", mass.open_count)
    return Concern(
        hurts=_HURTS_MASS, icon="siren", tone="problem", title=str(mass), text=held_up % {"n": number(mass.open_count)},
        at=mass.opened_at, url=reverse("mass_incident", args=[store.slug, mass.public_id]), action=_("Look into it"),
    )  # fmt: skip


def _concern(store: Store, incident: Incident, now: datetime) -> Concern:
    parcel = incident.shipment
    words = [incident.order.number, (parcel.carrier_name or parcel.carrier) if parcel else "", incident.place]
    return Concern(
        hurts=_HURTS_OVERDUE if incident.due_at < now else _HURTS, icon="siren", tone=TONES[incident.state],
        title=str(incident.get_kind_display()), text=" · ".join(word for word in words if word),
        at=incident.opened_at, url=reverse("incident", args=[store.slug, incident.public_id]),
        action=_("Look into it"),
    )  # fmt: skip


def _recovered(store: Store, now: datetime) -> list[Deed]:
    count = count_recovered(since=now - _WEEK)
    text = ngettext(
        "%(n)s incident noticed and closed by itself", "%(n)s incidents noticed and closed by themselves", count
    )
    url = reverse("incidents", args=[store.slug]) + "?state=closed"
    return [Deed("siren", text % {"n": number(count)}, url)] if count else []


def _orders_with_incident(_store: Store, _now: datetime) -> Q:
    return Q(pk__in=Incident.objects.filter(UNSETTLED).values("order_id"))


def _is_incident() -> Exists:
    """Found by its order, for closed ones count too: what was settled is not to come back as a parcel in trouble."""
    return Exists(
        Incident.objects.filter(order_id=OuterRef("order_id"), shipment_id=OuterRef("pk"), kind__in=_SHOWN_BY)
    )


register_looked_after(_is_incident)
register_panel(Panel("console.order.main", "incidents", 8, "incidents/console/order.html", _of_order))
register_trouble(Trouble("incident", gettext_lazy("Incident open"), _orders_with_incident))
register_concerns(permission=Permission.ORDERS_READ, find=_concerns)
register_deeds(position=25, permission=Permission.ORDERS_READ, recount=_recovered)
