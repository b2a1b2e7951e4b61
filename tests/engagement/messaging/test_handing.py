"""A provider that asks to slow down: the rest of a batch waits as long as it asked, and that costs nobody an attempt."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django.fixtures import Settings

from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.models import OutboxEntry
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.engagement.messaging.providers.gateway import Gateway

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
MANY = 40
ENDPOINT = ("webhook", "endpoint", {"address": "https://app.shop.example/m"}, {})
MAILS = ("email", "postmark", {"server_token": "t"}, {"ErrorCode": 0, "Message": "OK", "MessageID": "m"})


@pytest.mark.parametrize("way", [ENDPOINT, MAILS], ids=["webhook", "mail"])
@pytest.mark.parametrize("status", [429, 503])
def test_being_throttled_for_hours_loses_nothing(
    shop: Store, now: datetime, gateway: Gateway, settings: Settings, way: tuple[str, str, dict[str, str], Any], status: int
) -> None:  # fmt: skip
    channel, provider, told, taken = way
    settings.PRIVATE_HOSTS_ALLOWED = ["127.0.0.1"]
    with_templates(shop, now)
    connect_provider(
        store_id=shop.pk, channel=channel, provider=provider, settings=told, by="test", now=now,
    )  # fmt: skip
    order = make_order(make_customer(shop, now), now)
    request_messages(
        requests=[
            MessageRequest(
                store_id=shop.pk, message_type="delivered", channel=channel, origin="test", dedupe_key=str(number),
                customer_id=order.customer_id, order_id=order.pk, caused_at=now,
            )
            for number in range(MANY)
        ], now=now,
    )  # fmt: skip
    gateway.answer = (status, {"Retry-After": "90"}, None)
    deliver_by_own_carriers(now, channel=channel)
    assert set(OutboxEntry.objects.values_list("due_at", flat=True)) == {now + timedelta(seconds=90)}
    asked = len(gateway.calls)
    assert asked < MANY / 2
    # Not even of those that met it: a message that is throttled all day would be given up.
    assert set(OutboxEntry.objects.values_list("attempts", flat=True)) == {0}

    gateway.answer = (200, {}, taken)
    later = now + timedelta(seconds=90)
    with time_machine.travel(later, tick=False):
        deliver_by_own_carriers(later, channel=channel)
    assert not OutboxEntry.objects.exists()
    assert len(gateway.calls) == asked + MANY
