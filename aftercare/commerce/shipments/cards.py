"""What parcels show on console pages that are not their own: on orders, customers and Today, and in the search."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aftercare.commerce.customers.people import Person
from aftercare.commerce.orders.overview import OrderDetail
from aftercare.commerce.orders.troubles import Trouble, register_trouble
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.overview import (
    count_announced,
    count_parcels_in_trouble,
    delivered_per_day,
    orders_with_parcel_trouble,
    parcels_in_trouble,
    parcels_numbered,
    parcels_of_customers,
)
from aftercare.commerce.shipments.queries import parcels_of_orders
from aftercare.commerce.shipments.tones import TONES
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.search import Hit, Searchable, register_search
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.today import (
    SHOWN_PER_KIND,
    Concern,
    Concerns,
    Deed,
    register_concerns,
    register_deeds,
    register_tile,
)
from aftercare.foundation.web.week import count_tile, fortnight

_MOST = 100
_ON_CUSTOMER = 5
_HURTS = {Status.RETURN_TO_SENDER: 90, Status.DELIVERY_FAILED: 80, Status.ON_HOLD: 70}


def _of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any] | None:
    parcels = parcels_of_orders(order_ids=[about.order.pk]).get(about.order.pk, [])
    return {"parcels": parcels} if parcels else None


def _of_customer(about: Person, _request: HttpRequest) -> dict[str, Any] | None:
    parcels = parcels_of_customers(customer_ids=about.ids, limit=_ON_CUSTOMER)
    return {"parcels": parcels} if parcels else None


def _find(store: Store, words: str, limit: int) -> Sequence[Hit]:
    return [
        Hit(
            url=reverse("shipment", args=[store.slug, parcel.public_id]),
            title=str(parcel),
            text=f"{parcel.carrier_name or parcel.carrier} · {parcel.order.number}",
            tone=TONES[parcel.status],
            state=str(Status(parcel.status).label),
        )
        for parcel in parcels_numbered(words=words, limit=limit)
    ]


def _concerns(store: Store, now: datetime) -> Concerns:
    worst = parcels_in_trouble(now=now, limit=SHOWN_PER_KIND)
    total = count_parcels_in_trouble(now=now, most=_MOST) if len(worst) == SHOWN_PER_KIND else len(worst)
    more = total - len(worst)
    return Concerns(
        shown=[_concern(store, parcel) for parcel in worst],
        total=total,
        url=reverse("orders", args=[store.slug]) + "?trouble=parcel",
        label=ngettext("%(n)s more parcel in trouble", "%(n)s more parcels in trouble", more) % {"n": number(more)},
    )


def _concern(store: Store, parcel: Shipment) -> Concern:
    titles = {
        Status.RETURN_TO_SENDER: _("A parcel of %(order)s is coming back"),
        Status.DELIVERY_FAILED: _("A parcel of %(order)s could not be delivered twice"),
        Status.ON_HOLD: _("A parcel of %(order)s is held"),
    }
    status = Status(parcel.status)
    words = [parcel.carrier_name or parcel.carrier, parcel.status_text, parcel.status_place]
    return Concern(
        hurts=_HURTS[status],
        icon="package",
        tone=TONES[status],
        title=titles[status] % {"order": parcel.order.number},
        text=" · ".join(word for word in words if word),
        at=parcel.status_at,
        url=reverse("shipment", args=[store.slug, parcel.public_id]),
        action=_("Look into it"),
    )


def _deliveries(store: Store, now: datetime) -> dict[str, Any]:
    days, since = fortnight(store, now)
    url = reverse("shipments", args=[store.slug]) + "?status=delivered"
    return count_tile(_("Parcels delivered"), delivered_per_day(store=store, since=since), days, url=url)


def _followed(store: Store, now: datetime) -> Sequence[Deed]:
    count = count_announced(since=now - timedelta(days=7))
    text = ngettext("%(n)s parcel followed", "%(n)s parcels followed", count) % {"n": number(count)}
    return [Deed("truck", text, reverse("shipments", args=[store.slug]))] if count else []


register_panel(
    Panel("console.order.main", "parcels", position=10, template="shipments/console/parcels.html", context=_of_order)
)
register_panel(
    Panel(
        "console.customer.main",
        "parcels",
        position=20,
        template="shipments/console/parcels_brief.html",
        context=_of_customer,
    )
)
register_trouble(
    Trouble("parcel", gettext_lazy("Parcel in trouble"), lambda _store, now: orders_with_parcel_trouble(now))
)
register_search(Searchable(30, gettext_lazy("Parcels"), icon="truck", permission=Permission.SHIPMENTS_READ, find=_find))
register_concerns(permission=Permission.SHIPMENTS_READ, find=_concerns)
register_tile(position=40, permission=Permission.SHIPMENTS_READ, measure=_deliveries)
register_deeds(position=30, permission=Permission.SHIPMENTS_READ, recount=_followed)
