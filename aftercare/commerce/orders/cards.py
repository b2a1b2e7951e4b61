"""What orders show on console pages that are not their own: on customers and Today, and in the search."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aftercare.commerce.customers.people import Person
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.overview import (
    count_unfulfilled,
    on_time_per_day,
    orders_named,
    orders_of_customers,
    orders_per_day,
    unfulfilled_orders,
)
from aftercare.commerce.orders.tones import PROGRESS_TONES
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.search import Hit, Searchable, register_search
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.today import SHOWN_PER_KIND, Concern, Concerns, register_concerns, register_tile
from aftercare.foundation.web.week import count_tile, fortnight, share_tile

_MOST = 1000


def _of_customer(about: Person, _request: HttpRequest) -> dict[str, Any]:
    return {"orders": orders_of_customers(customer_ids=about.ids)}


def _find(store: Store, words: str, limit: int) -> Sequence[Hit]:
    return [
        Hit(
            url=reverse("order", args=[store.slug, order.public_id]),
            title=order.number,
            text=str(order.customer or order.email),
            tone=PROGRESS_TONES[order.progress],
            state=str(Order.Progress(order.progress).label),
        )
        for order in orders_named(words=words, limit=limit)
    ]


def _concerns(store: Store, now: datetime) -> Concerns:
    waiting = unfulfilled_orders(store=store, now=now, limit=SHOWN_PER_KIND)
    total = count_unfulfilled(store=store, now=now, most=_MOST) if len(waiting) == SHOWN_PER_KIND else len(waiting)
    more = total - len(waiting)
    return Concerns(
        shown=[_concern(store, order) for order in waiting],
        total=total,
        url=reverse("orders", args=[store.slug]) + "?trouble=unfulfilled&sort=placed_at",
        label=ngettext("%(n)s more order is not packed yet", "%(n)s more orders are not packed yet", more)
        % {"n": f"{number(more)}+" if total == _MOST else number(more)},
    )


def _concern(store: Store, order: Order) -> Concern:
    return Concern(
        hurts=60,
        icon="package",
        tone="attention",
        title=_("%(order)s has not been packed for three working days") % {"order": order.number},
        text=str(order.customer or order.email),
        at=order.placed_at,
        url=reverse("order", args=[store.slug, order.public_id]),
        action=_("See the order"),
    )


def _placed(store: Store, now: datetime) -> dict[str, Any]:
    days, since = fortnight(store, now)
    per_day = orders_per_day(store=store, since=since)
    return count_tile(_("Orders"), per_day, days, url=reverse("orders", args=[store.slug]), more_is="good")


def _on_time(store: Store, now: datetime) -> dict[str, Any]:
    days, since = fortnight(store, now)
    per_day = on_time_per_day(store=store, since=since)
    return share_tile(
        _("Arrived as promised"), per_day, days, url=reverse("orders", args=[store.slug]) + "?trouble=late"
    )


register_panel(
    Panel(
        "console.customer.main", "orders", position=10, template="orders/console/of_customer.html", context=_of_customer
    )
)
register_search(
    Searchable(10, gettext_lazy("Orders"), icon="shopping-bag", permission=Permission.ORDERS_READ, find=_find)
)
register_concerns(permission=Permission.ORDERS_READ, find=_concerns)
register_tile(position=10, permission=Permission.ORDERS_READ, measure=_placed)
register_tile(position=20, permission=Permission.ORDERS_READ, measure=_on_time)
