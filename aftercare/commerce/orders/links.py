"""The signed addresses of an order's own page: one for the buyer, one for whoever is given it as a present."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import Http404

from aftercare.foundation.web.portal_edge import read_link, sign_link

PURPOSE = "order"
GIFT_PURPOSE = "order-gift"


@dataclass(frozen=True, slots=True)
class OrderLink:
    """What a link opens, and whether as a gift's recipient, who must not learn what it cost."""

    public_id: str
    for_recipient: bool


def order_page_url(*, store_slug: str, store_id: int, order_public_id: str, for_recipient: bool = False) -> str:
    """The full address of the order page, for messages; whoever has it may read, so it goes to that person only."""
    path = order_page_path(
        store_slug=store_slug, store_id=store_id, order_public_id=order_public_id, for_recipient=for_recipient
    )
    return str(settings.SITE_URL + path)


def order_page_path(*, store_slug: str, store_id: int, order_public_id: str, for_recipient: bool = False) -> str:
    """The same within this site."""
    purpose = GIFT_PURPOSE if for_recipient else PURPOSE
    token = sign_link(purpose=purpose, store_id=store_id, thing=order_public_id)
    # Written out rather than reversed: workers make thousands, and would import every view for it.
    return f"/s/{store_slug}/o/{token}/"


def read_order_link(*, store_id: int, token: str, still: timedelta = timedelta(0)) -> OrderLink:
    """What a token opens (for `still` longer at least); raises Http404 where it is forged, expired or of another store."""
    try:
        return OrderLink(read_link(purpose=PURPOSE, store_id=store_id, token=token, still=still), for_recipient=False)
    except Http404:
        found = read_link(purpose=GIFT_PURPOSE, store_id=store_id, token=token, still=still)
        return OrderLink(found, for_recipient=True)


def lasts(*, store_id: int, token: str, still: timedelta) -> bool:
    """Whether the link opens what it opens for so much longer."""
    try:
        read_order_link(store_id=store_id, token=token, still=still)
    except Http404:
        return False
    return True
