"""The contract that every channel keeps."""

from dataclasses import replace
from datetime import datetime

import pytest

from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.channels import Channel, Claimed, channels
from aftercare.engagement.messaging.models import Message
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list(channels), ids=lambda channel: channel.key)
def channel(request: pytest.FixtureRequest) -> Channel:
    found: Channel = request.param
    return found


@pytest.fixture
def claimed(shop: Store, now: datetime) -> Claimed:
    with_templates(shop, now)
    order = make_order(make_customer(shop, now), now)
    request_messages(requests=[request_for(order, now)], now=now)
    message = Message.objects.select_related("brand").get()
    assert message.brand is not None
    return Claimed(
        id=message.pk, public_id=message.public_id, store_id=shop.pk, customer_id=message.customer_id,
        order_id=message.order_id, shipment_id=None, message_type=message.message_type,
        legal_class=message.legal_class, origin="test", template_id=message.template_id, recipient=message.recipient,
        recipient_name=message.recipient_name, context=message.context, look=message.brand.look, attempts=1, sent_at=now,
    )  # fmt: skip


def test_says_what_it_is(channel: Channel) -> None:
    assert channel.key
    assert str(channel.label)
    assert channel.icon
    assert channel.__doc__


def test_makes_the_same_of_the_same(channel: Channel, claimed: Claimed) -> None:
    (first,), (second,) = channel.prepare([claimed]), channel.prepare([claimed])
    assert first == second
    assert first.payload
    assert len(first.digest) == 16


def test_says_what_is_wrong_instead_of_raising(channel: Channel, claimed: Claimed) -> None:
    (nothing,) = channel.prepare([replace(claimed, template_id=None)])
    assert nothing.problem
