"""What shoppers see of their credit on their order's page: how much, and the way to all of it."""

from typing import Any, cast

from django.http import HttpRequest

from aftercare.commerce.orders.page_rows import page_drawn_from
from aftercare.commerce.orders.showing import ShownOrder
from aftercare.engagement.credit.links import credit_path
from aftercare.engagement.credit.queries.wallets import balances_of
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.portal_edge import PortalRequest


def _credit(about: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:
    """Only the buyer's: whoever gets a present has another wallet."""
    buyer = about.order.customer
    if about.for_recipient or buyer is None:
        return None
    store = cast(PortalRequest, request).store
    found = balances_of(customer_ids=[one for one in (buyer.pk, buyer.merged_into_id) if one])
    if not found:
        return None
    url = credit_path(store_slug=store.slug, store_id=store.pk, order=about.order.public_id)
    return {"balances": found, "credit_url": url}


page_drawn_from(
    "credit_account AS r WHERE r.customer_id = o.customer_id",
    "credit_account AS r JOIN customers_customer AS c ON c.merged_into_id = r.customer_id WHERE c.id = o.customer_id",
)
register_panel(Panel("portal.order.main", "credit", 65, "credit/portal/order.html", _credit))
