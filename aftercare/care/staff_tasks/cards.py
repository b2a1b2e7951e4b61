"""What tasks show on console pages that are not their own: on orders, customers and Today."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercare.care.staff_tasks.models import StaffTask
from aftercare.care.staff_tasks.queries import count_open, most_urgent, open_tasks_about
from aftercare.commerce.customers.people import Person
from aftercare.commerce.orders.overview import OrderDetail
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.today import SHOWN_PER_KIND, Concern, Concerns, register_concerns

_MOST = 100
_HURTS_OVERDUE, _HURTS = 70, 45


def _of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any] | None:
    return _shown(open_tasks_about(order_ids=[about.order.pk]))


def _of_customer(about: Person, _request: HttpRequest) -> dict[str, Any] | None:
    return _shown(open_tasks_about(customer_ids=about.ids))


def _shown(tasks: list[StaffTask]) -> dict[str, Any] | None:
    return {"tasks": tasks} if tasks else None


def _concerns(store: Store, now: datetime) -> Concerns:
    found = most_urgent(limit=SHOWN_PER_KIND)
    total = count_open(most=_MOST) if len(found) == SHOWN_PER_KIND else len(found)
    more = total - len(found)
    return Concerns(
        shown=[_concern(store, task, now) for task in found], total=total, url=reverse("staff_tasks", args=[store.slug]),
        label=ngettext("%(n)s more task", "%(n)s more tasks", more) % {"n": number(more)},
    )  # fmt: skip


def _concern(store: Store, task: StaffTask, now: datetime) -> Concern:
    about = [str(subject) for subject in (task.order, task.customer) if subject]
    is_late = task.due_at < now
    return Concern(
        hurts=_HURTS_OVERDUE if is_late else _HURTS, icon="clipboard-list", tone="problem" if is_late else "attention",
        title=task.title, text=" · ".join([*about, task.role_label]).strip(" ·"), at=task.opened_at,
        url=reverse("staff_tasks", args=[store.slug]) + f"#{task.public_id}", action=_("See to it"),
    )  # fmt: skip


register_panel(Panel("console.order.side", "staff_tasks", 5, "staff_tasks/console/brief.html", _of_order))
register_panel(Panel("console.customer.side", "staff_tasks", 5, "staff_tasks/console/brief.html", _of_customer))
register_concerns(permission=Permission.ORDERS_READ, find=_concerns)
