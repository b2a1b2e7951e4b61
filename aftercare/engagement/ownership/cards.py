"""What ownership shows on console pages that are not its own: on orders."""

from typing import Any

from django.http import HttpRequest

from aftercare.commerce.orders.overview import OrderDetail
from aftercare.engagement.ownership.queries import owned_of_order, services_of_order, uses_of_lines
from aftercare.foundation.web.panels import Panel, register_panel


def _of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any] | None:
    owned = owned_of_order(order_id=about.order.pk)
    if not owned:
        return None
    uses = uses_of_lines(line_ids=[one.line_id for one in owned])
    services = services_of_order(order_id=about.order.pk)
    return {"owned": [(one, uses.get(one.line_id, 0)) for one in owned], "services": services}


register_panel(Panel("console.order.main", "ownership", 40, "ownership/console/order.html", _of_order))
