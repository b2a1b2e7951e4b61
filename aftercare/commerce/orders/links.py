"""The signed address of an order's own page."""

from functools import cache

from django.conf import settings
from django.urls import reverse

from aftercare.foundation.web.portal_edge import sign_link

PURPOSE = "order"
_PLACE = "0" * 8


def order_page_url(*, store_slug: str, store_id: int, order_public_id: str) -> str:
    """The full address of the order page, for messages; whoever has it may read, so it goes to the customer only."""
    token = sign_link(purpose=PURPOSE, store_id=store_id, thing=order_public_id)
    return _pattern(store_slug).replace(_PLACE, token)


@cache
def _pattern(store_slug: str) -> str:
    """`reverse` costs more than the signature; the address differs by the token alone."""
    return str(settings.SITE_URL + reverse("order_page", args=[store_slug, _PLACE]))
