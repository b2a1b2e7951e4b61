"""What shoppers see of notices on their order's page: a banner above everything else, until it is acknowledged."""

from typing import Any

from django.http import HttpRequest

from aftercare.commerce.orders.page_rows import page_drawn_from
from aftercare.commerce.orders.showing import ShownOrder
from aftercare.engagement.notices.queries import notices_of_order
from aftercare.foundation.web.panels import Panel, register_panel


def _banner(about: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:  # noqa: ARG001 -- every panel's signature
    found = notices_of_order(order_id=about.order.pk)
    return {"addressed": found} if found else None


page_drawn_from(
    "notices_addressee AS r WHERE r.order_id = o.id",
    "notices_addressee AS a JOIN notices_notice AS r ON r.id = a.notice_id WHERE a.order_id = o.id",
)
register_panel(Panel("portal.order.main", "notices", 1, "notices/portal/banner.html", _banner))
