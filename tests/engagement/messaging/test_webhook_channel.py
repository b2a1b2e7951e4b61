"""Messages to a system of the store's own: signed, repeated under one id, and arrived when it says so."""

from datetime import datetime

import orjson
import pytest
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook

from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.queries import settings_of
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.engagement.messaging.showing import as_sent
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.engagement.messaging.providers.gateway import Gateway

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
CHANNEL = "webhook"


@pytest.fixture
def ask(shop: Store, now: datetime, gateway: Gateway, settings: Settings):
    settings.PRIVATE_HOSTS_ALLOWED = ["127.0.0.1"]
    gateway.answer = (200, {}, {})
    with_templates(shop, now)
    order = make_order(make_customer(shop, now), now)

    def asked(key: str = "one") -> Message:
        request = MessageRequest(
            store_id=shop.pk, message_type="delivered", channel=CHANNEL, origin="test", dedupe_key=key,
            customer_id=order.customer_id, order_id=order.pk, caused_at=now,
        )  # fmt: skip
        request_messages(requests=[request], now=now)
        deliver_by_own_carriers(now, channel=CHANNEL)
        return Message.objects.select_related("brand").get(dedupe_key=key)

    return asked


@pytest.fixture
def secret(shop: Store, now: datetime) -> str:
    made = connect_provider(
        store_id=shop.pk, channel=CHANNEL, provider="endpoint", settings={"address": "https://app.shop.example/messages"},
        by="staff:usr_olga", now=now,
    )  # fmt: skip
    return str(settings_of(made)["secret"])


def test_it_arrives_signed_and_has_arrived(ask, secret: str, gateway: Gateway, now: datetime) -> None:
    message = ask()

    [call] = gateway.calls
    told = Webhook(secret).verify(call.body, call.headers)
    assert (message.state, message.delivery, message.recipient) == ("sent", "delivered", "app.shop.example")
    assert call.headers["webhook-id"] == message.public_id
    assert told["data"]["text"] == "Your parcel of order #1001 was delivered."
    assert told["data"]["url"].startswith("http")
    assert EventRow.objects.filter(type="message.delivered").count() == 1
    assert as_sent(message, now=now).is_exact


@pytest.mark.parametrize(("status", "state"), [(500, "queued"), (0, "queued"), (410, "failed"), (400, "failed")])
def test_what_an_answer_means(ask, secret: str, gateway: Gateway, settings: Settings, status: int, state: str) -> None:
    gateway.answer = (status, {}, None)
    if not status:
        settings.MAIL_GATEWAY = "http://127.0.0.1:1"

    assert ask().state == state


def test_without_an_address_nobody_is_reached(ask) -> None:
    assert ask().reason == "no_address"


def test_what_is_sent_says_the_same_whenever_it_is_looked_at(ask, secret: str, now: datetime) -> None:
    message = ask()

    assert orjson.loads(as_sent(message, now=now).raw) == orjson.loads(as_sent(message, now=now).raw)
