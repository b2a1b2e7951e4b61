"""Signed addresses of the shopper's pages of messaging."""

from django.urls import reverse

from aftercare.foundation.web.portal_edge import sign_link

INBOX_LINK, DEVICES_LINK, PREFERENCES_LINK = "inbox", "push", "preferences"


def inbox_path(*, store_slug: str, store_id: int, thing: str) -> str:
    """The inbox of a customer, or of one order for whoever has only that order's link."""
    return reverse("inbox", args=[store_slug, sign_link(purpose=INBOX_LINK, store_id=store_id, thing=thing)])


def preferences_path(*, store_slug: str, store_id: int, thing: str) -> str:
    """What one hears, through a message one got or an order one placed."""
    token = sign_link(purpose=PREFERENCES_LINK, store_id=store_id, thing=thing)
    return reverse("preferences", args=[store_slug, token])


def devices_path(*, store_slug: str, store_id: int, order: str) -> str:
    """Where a browser says that it wants notifications about an order."""
    return reverse("push_device", args=[store_slug, sign_link(purpose=DEVICES_LINK, store_id=store_id, thing=order)])
