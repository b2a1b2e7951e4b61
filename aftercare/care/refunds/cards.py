"""What refunds show on console pages that are not their own: on orders and on Today."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercare.care.refunds.models import AskedRefund
from aftercare.care.refunds.queries import count_waiting, refunds_of_order, waiting_for_somebody
from aftercare.care.refunds.tones import TONES
from aftercare.care.refunds.vocabulary import RefundState
from aftercare.commerce.orders.overview import OrderDetail
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.today import SHOWN_PER_KIND, Concern, Concerns, register_concerns

_MOST = 100
_HURTS_FAILED, _HURTS = 80, 55


def _of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any] | None:
    found = refunds_of_order(order_id=about.order.pk)
    return {"refunds": found, "tones": TONES} if found else None


def _concerns(store: Store, _now: datetime) -> Concerns:
    found = waiting_for_somebody(limit=SHOWN_PER_KIND)
    total = count_waiting(most=_MOST) if len(found) == SHOWN_PER_KIND else len(found)
    more = total - len(found)
    url = reverse("refunds", args=[store.slug])
    return Concerns(
        shown=[_concern(url, one) for one in found], total=total, url=url,
        label=ngettext("%(n)s more refund", "%(n)s more refunds", more) % {"n": number(more)},
    )  # fmt: skip


def _concern(url: str, refund: AskedRefund) -> Concern:
    has_failed = refund.state == RefundState.FAILED
    return Concern(
        hurts=_HURTS_FAILED if has_failed else _HURTS, icon="banknote", tone=TONES[refund.state],
        title=f"{refund.money.format('en')} · {refund.order.number}",
        text=" · ".join(filter(None, [refund.get_state_display(), refund.reason, refund.trouble])), at=refund.asked_at,
        url=f"{url}#{refund.public_id}", action=_("See to it"),
    )  # fmt: skip


register_panel(Panel("console.order.side", "refunds", 15, "refunds/console/brief.html", _of_order))
register_concerns(permission=Permission.ORDERS_READ, find=_concerns)
