"""Opening what an order's link leads to; not as often as somebody who guesses links would like."""

from django.http import Http404

from aftercare.commerce.orders.links import OrderLink, read_order_link
from aftercare.foundation.kit import clock
from aftercare.foundation.web.portal_edge import PortalRequest
from aftercare.foundation.web.ratelimit import Limit, caller, take


def link_of(request: PortalRequest, token: str, *, dead: Limit) -> OrderLink:
    """What a token opens. Raises Http404 where it opens nothing, which counts towards `dead`, and TooMany."""
    try:
        return read_order_link(store_id=request.store.pk, token=token)
    except Http404:
        take(limit=dead, who=caller(request), now=clock.now())
        raise
