"""What shoppers see of their services on their order's page: what waits, what is next, and how it is done."""

from typing import Any

from django.http import HttpRequest

from aftercare.commerce.orders.page_rows import page_drawn_from
from aftercare.commerce.orders.showing import ShownOrder
from aftercare.engagement.ownership.queries import services_of_order
from aftercare.engagement.ownership.vocabulary import Unit
from aftercare.foundation.web.panels import Panel, register_panel


def _services(about: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:  # noqa: ARG001 -- every panel's signature
    # Asked for only once something has arrived: most pages are read before.
    if about.order.cancelled_at or not any(line.delivered_at for line in about.order.lines.all()):
        return None
    found = services_of_order(order_id=about.order.pk)
    shown = [one for one in found if one.due_at or one.next_at or one.schedule.unit == Unit.USES]
    titles = {one.line.title for one in shown}
    return {"services": shown, "several": len(titles) > 1} if shown else None


page_drawn_from(
    "ownership_service AS r WHERE r.order_id = o.id",
    "ownership_service AS v JOIN ownership_schedule AS r ON r.id = v.schedule_id WHERE v.order_id = o.id",
)
register_panel(Panel("portal.order.main", "ownership.services", 55, "ownership/portal/services.html", _services))
