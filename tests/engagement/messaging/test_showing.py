"""Messages shown again: the very bytes, or the word that they are not."""

from datetime import datetime

import pytest

from aftercare.engagement.messaging.actions.delivery import deliver_due
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.showing import as_sent
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates


@pytest.fixture
def message(shop: Store, now: datetime) -> Message:
    with_templates(shop, now)
    order = make_order(make_customer(shop, now), now)
    request_messages(requests=[request_for(order, now)], now=now)
    return Message.objects.get()


def sent(message: Message, now: datetime) -> Message:
    deliver_due(now)
    return Message.objects.select_related("brand").get(pk=message.pk)


def test_the_same_bytes_as_were_sent(message: Message, now: datetime) -> None:
    shown = as_sent(sent(message, now), now=now)
    assert shown.is_exact is True
    assert shown.subject == "We have your order #1001"
    assert ("Subject", "We have your order #1001") in shown.headers
    assert "Linen throw" in shown.html
    assert "Linen throw" in shown.text


def test_changed_data_are_not_passed_off_as_what_was_sent(message: Message, now: datetime) -> None:
    message = sent(message, now)
    message.context["order"]["number"] = "#6666"
    assert as_sent(message, now=now).is_exact is False


def test_what_was_not_sent_is_shown_as_it_would_look(message: Message, now: datetime) -> None:
    shown = as_sent(message, now=now)
    assert shown.is_exact is None
    assert "Linen throw" in shown.html


def test_what_cannot_be_rendered_says_so(message: Message, now: datetime) -> None:
    message.template_id = None
    shown = as_sent(message, now=now)
    assert (shown.raw, shown.problem) == (b"", "There is no template for it")


def test_dots_doubled_on_the_way_are_single_again(message: Message, now: datetime) -> None:
    message.context["customer"]["first_name"] = "x" * 70 + "." * 40
    shown = as_sent(message, now=now)
    assert b"\r\n.." not in shown.raw
    assert "x" * 70 + "." * 40 in shown.html
