"""The signed address of a shopper's credit."""

from django.urls import reverse

from aftercare.foundation.web.portal_edge import sign_link

CREDIT_LINK = "credit"


def credit_path(*, store_slug: str, store_id: int, order: str) -> str:
    """What the buyer of an order has: for whoever has the order's own link, which is all the proof."""
    return reverse("credit_page", args=[store_slug, sign_link(purpose=CREDIT_LINK, store_id=store_id, thing=order)])
