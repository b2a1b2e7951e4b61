"""A shopper's browser without scripts: Django's test client, and what one reads on a page."""

import re
from html import unescape

from django.test import Client

from aftercare.commerce.orders.links import order_page_path
from aftercare.commerce.orders.models import Order
from aftercare.foundation.stores.models import Store


def visitor(**given: object) -> Client:
    """Somebody nobody knows."""
    return Client(**given)


def words_of(html: str) -> str:
    """The words of a page's main part, each space once."""
    main = html.partition("<main")[2].partition(">")[2].partition("</main>")[0] or html
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split()).replace(" ,", ",")


def title_of(html: str) -> str:
    """The first line of a page."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    assert found, "a page answers in its first line"
    return words_of(found[1])


def path_of(order: Order, store: Store, *, for_recipient: bool = False) -> str:
    """The path of an order's page."""
    return order_page_path(
        store_slug=store.slug, store_id=store.pk, order_public_id=order.public_id, for_recipient=for_recipient
    )
