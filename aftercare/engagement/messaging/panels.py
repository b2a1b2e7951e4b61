"""What shoppers see of messaging on their order's page: the way to the inbox, and the question whether to be notified."""

from typing import Any, cast

from django.http import HttpRequest

from aftercare.commerce.orders.page_rows import page_drawn_from
from aftercare.commerce.orders.showing import ShownOrder
from aftercare.engagement.messaging.channels import PUSH
from aftercare.engagement.messaging.links import devices_path, inbox_path, preferences_path
from aftercare.engagement.messaging.preferences import PURPOSES
from aftercare.engagement.messaging.push.own_keys import PRIVATE_KEY
from aftercare.engagement.messaging.push.vapid import public_key
from aftercare.engagement.messaging.queries import carriers, unread_about
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.portal_edge import PortalRequest

_UNREAD = "messaging.unread"


def _place(request: HttpRequest) -> dict[str, Any]:
    store = cast(PortalRequest, request).store
    return {"store_slug": store.slug, "store_id": store.pk}


def _bell(shown: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:
    """Only the buyer's: a gift's recipient is told by mail."""
    if shown.for_recipient:
        return None
    return {
        "unread": _unread(shown),
        "inbox_url": inbox_path(**_place(request), thing=shown.order.public_id),
    }


def _news(shown: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:
    return _bell(shown, request) if not shown.for_recipient and _unread(shown) else None


def _unread(shown: ShownOrder) -> int:
    if _UNREAD not in shown.shared:
        shown.shared[_UNREAD] = unread_about(order_id=shown.order.pk)
    return int(shown.shared[_UNREAD])


def _choices(shown: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:
    """Asking to be notified, where the store has its keys; and the way to all other choices."""
    if shown.for_recipient or shown.order.customer_id is None:
        return None
    place = _place(request)
    keys = carriers(channel=PUSH, store_ids=[place["store_id"]]).get(place["store_id"])
    return {
        "push_key": public_key(keys.settings[PRIVATE_KEY]) if keys else "",
        "push_url": devices_path(**place, order=shown.order.public_id),
        "purposes": [purpose for purpose in PURPOSES if purpose.unless_asked],
        "preferences_url": preferences_path(**place, thing=shown.order.public_id),
    }


register_panel(Panel("portal.order.head", "messaging.bell", 10, "messaging/portal/bell.html", _bell))
register_panel(Panel("portal.order.main", "messaging.unread", 5, "messaging/portal/unread.html", _news))
register_panel(Panel("portal.order.main", "messaging.choices", 70, "messaging/portal/choices.html", _choices))
page_drawn_from(
    "messaging_message AS r WHERE r.order_id = o.id AND r.channel = 'inbox'",
    "messaging_channelconnection AS r WHERE r.store_id = o.store_id AND r.channel = 'push'",
)
