"""Links to an order's page: two kinds, neither of which opens the other's door."""

import pytest
from django.http import Http404

from aftercare.commerce.orders.links import OrderLink, order_page_url, read_order_link


def token_of(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


@pytest.mark.parametrize("for_recipient", [False, True])
def test_a_link_opens_its_order_for_whom_it_was_made(for_recipient):
    url = order_page_url(store_slug="juniper", store_id=1, order_public_id="ord_1", for_recipient=for_recipient)

    assert "/s/juniper/o/" in url
    assert read_order_link(store_id=1, token=token_of(url)) == OrderLink("ord_1", for_recipient)


def test_a_link_opens_nothing_in_another_store():
    token = token_of(order_page_url(store_slug="juniper", store_id=1, order_public_id="ord_1"))

    with pytest.raises(Http404):
        read_order_link(store_id=2, token=token)


def test_a_recipient_cannot_turn_their_link_into_the_buyers():
    gift, own = (
        token_of(order_page_url(store_slug="j", store_id=1, order_public_id="ord_1", for_recipient=for_recipient))
        for for_recipient in (True, False)
    )
    assert gift != own

    with pytest.raises(Http404):
        read_order_link(store_id=1, token=f"{own.rpartition(':')[0]}:{gift.rpartition(':')[2]}x")
