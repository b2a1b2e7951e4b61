"""The signed address of an order's own page."""

from django.conf import settings

from aftercare.foundation.web.portal_edge import sign_link

PURPOSE = "order"
GIFT_PURPOSE = "order-gift"


def order_page_url(*, store_slug: str, store_id: int, order_public_id: str, purpose: str = PURPOSE) -> str:
    """The full address of the order page, for messages; whoever has it may read, so it goes to the customer only.

    Written out rather than reversed: workers make thousands a second and need no views for it. A test holds it against
    the route `order_page`.
    """
    token = sign_link(purpose=purpose, store_id=store_id, thing=order_public_id)
    return f"{settings.SITE_URL}/s/{store_slug}/o/{token}/"
