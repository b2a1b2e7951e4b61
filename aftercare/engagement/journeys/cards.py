"""What journeys show on console pages that are not their own: on orders, customers and Today."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from aftercare.commerce.customers.people import Person
from aftercare.commerce.orders.overview import OrderDetail
from aftercare.engagement.journeys.overview import count_entered, enrolments_about, journeys_that_send
from aftercare.engagement.messaging.types import MessageType
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.today import Deed, register_deeds

_ON_CUSTOMER = 8


def _of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any] | None:
    enrolments = enrolments_about(order_ids=[about.order.pk])
    return {"enrolments": enrolments} if enrolments else None


def _of_customer(about: Person, _request: HttpRequest) -> dict[str, Any] | None:
    enrolments = enrolments_about(customer_ids=about.ids, limit=_ON_CUSTOMER)
    return {"enrolments": enrolments} if enrolments else None


def _of_template(about: MessageType, _request: HttpRequest) -> dict[str, Any]:
    return {"journeys": journeys_that_send(message=about.key)}


def _begun(store: Store, now: datetime) -> Sequence[Deed]:
    count = count_entered(since=now - timedelta(days=7))
    text = ngettext("%(n)s journey begun", "%(n)s journeys begun", count) % {"n": number(count)}
    return [Deed("route", text, reverse("journeys", args=[store.slug]))] if count else []


register_panel(
    Panel("console.order.side", "journeys", position=20, template="journeys/console/brief.html", context=_of_order)
)
register_panel(
    Panel(
        "console.customer.side", "journeys", position=20, template="journeys/console/brief.html", context=_of_customer
    )
)
register_panel(
    Panel("console.template.side", "journeys", position=10, template="journeys/console/uses.html", context=_of_template)
)
register_deeds(position=20, permission=Permission.JOURNEYS_READ, recount=_begun)
