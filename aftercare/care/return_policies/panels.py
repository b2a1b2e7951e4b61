"""The way from an order's page to what can be returned of it."""

from typing import Any

from django.http import HttpRequest

from aftercare.commerce.orders.showing import ShownOrder
from aftercare.foundation.web.panels import Panel, register_panel


def _asked(about: ShownOrder, _request: HttpRequest) -> dict[str, Any] | None:
    return None if about.order.cancelled_at else {}


register_panel(Panel("portal.order.actions", "return_policies", 40, "return_policies/portal/action.html", _asked))
