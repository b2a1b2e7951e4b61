"""What mail programs read beside the words."""

import re
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.messaging.actions.delivery import deliver_due
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.markup import FLAG, markup_of
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.showing import as_sent
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates

LOOK = {"name": "Juniper & Oak"}
ORDER: dict[str, Any] = {
    "number": "#1001", "currency": "EUR", "total": 8900, "placed_at": "2026-11-22T10:00:00+00:00", "url": "https://x/o",
    "lines": [{"title": "Linen throw", "variant": "Oat", "quantity": 2, "total": 8900, "image_url": ""}],
    "promised_by": None, "address": {"recipient": "Sam", "street": "Karl-Heine-Str. 61", "city": "Leipzig", "country": "DE"},
}  # fmt: skip
PARCEL = {
    "carrier": "DHL", "tracking_number": "0034", "tracking_url": "", "expected_from": None,
    "expected_by": "2026-11-24T18:00:00+00:00",
}  # fmt: skip


def document(script: str) -> Any:
    found = re.fullmatch(r'<script type="application/ld\+json">(.*)</script>', script, re.DOTALL)
    assert found
    return orjson.loads(found[1])


def test_an_order() -> None:
    told = document(markup_of(message_type="order_confirmed", context={FLAG: True, "order": ORDER}, look=LOOK))
    assert (told["@type"], told["orderNumber"], told["price"], told["priceCurrency"]) == (
        "Order",
        "#1001",
        "89.00",
        "EUR",
    )
    assert told["merchant"]["name"] == "Juniper & Oak"
    assert told["acceptedOffer"][0]["itemOffered"] == {"@type": "Product", "name": "Linen throw, Oat"}


def test_a_parcel_has_all_that_gmail_asks() -> None:
    context = {FLAG: True, "order": ORDER, "shipment": PARCEL}
    told = document(markup_of(message_type="on_its_way", context=context, look=LOOK))
    assert told["@type"] == "ParcelDelivery"
    assert told["carrier"]["name"] == "DHL"
    assert told["deliveryAddress"]["addressLocality"] == "Leipzig"
    assert told["itemShipped"][0]["name"] == "Linen throw, Oat"
    assert told["partOfOrder"]["orderStatus"] == "http://schema.org/OrderInTransit"
    assert (told["expectedArrivalUntil"], told["trackingNumber"]) == ("2026-11-24T18:00:00+00:00", "0034")
    assert "price" not in str(told)


def test_nothing_where_there_was_none_before() -> None:
    assert markup_of(message_type="order_confirmed", context={"order": ORDER}, look=LOOK) == ""
    assert markup_of(message_type="order_confirmed", context={FLAG: True}, look=LOOK) == ""


@given(st.text(max_size=60))
def test_no_word_ends_the_script(title: str) -> None:
    hostile = {**ORDER, "lines": [{**ORDER["lines"][0], "title": title + "</script><b>", "variant": ""}]}
    script = markup_of(message_type="order_confirmed", context={FLAG: True, "order": hostile}, look=LOOK)
    assert script.count("<") == 2
    assert document(script)["acceptedOffer"][0]["itemOffered"]["name"] == title + "</script><b>"


@pytest.mark.django_db
def test_it_stands_in_the_mail_and_the_mail_can_be_made_again(shop: Store, now: datetime) -> None:
    with_templates(shop, now)
    order = make_order(make_customer(shop, now), now)
    request_messages(requests=[request_for(order, now)], now=now)
    deliver_due(now)
    message = Message.objects.select_related("brand").get()
    shown = as_sent(message, now=now)
    assert shown.is_exact
    scripts = re.findall(r"<script[^>]*>.*?</script>", shown.html, re.DOTALL)
    assert [document(script)["orderNumber"] for script in scripts] == ["#1001"]
    assert shown.html.index("<script") < shown.html.index("</body>")
    assert max(len(line) for line in shown.raw.split(b"\r\n")) <= 78
    assert "ld+json" not in shown.text
    del message.context[FLAG]
    assert "ld+json" not in str(message_from_bytes(as_sent(message, now=now).raw, policy=default))
