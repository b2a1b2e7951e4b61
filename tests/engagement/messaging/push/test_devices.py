"""Browsers that ask for notifications: kept, written to over a socket, heard of, and forgotten when they are gone."""

from datetime import datetime
from typing import Any

import orjson
import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from aftercare.commerce.customers.models import Consent, Customer
from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.channels import PUSH
from aftercare.engagement.messaging.links import devices_path
from aftercare.engagement.messaging.models import Device, Message
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.engagement.messaging.providers.gateway import Gateway
from tests.engagement.messaging.push.browser import Browser
from tests.factories import make_store
from tests.visiting import visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)


class PushingShop:
    """Juniper & Oak with its keys, and Sam on an order's page."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        with store_scope(store.pk):
            with_templates(store, now)
            self.sam: Customer = make_customer(store, now)
            self.order = make_order(self.sam, now)
            connect_provider(
                store_id=store.pk, channel=PUSH, provider="webpush", settings={}, by="staff:usr_olga", now=now
            )  # fmt: skip
        self.path = devices_path(store_slug=store.slug, store_id=store.pk, order=self.order.public_id)

    def asks(self, told: dict[str, Any], *, path: str = "", method: str = "POST") -> int:
        """A browser sends what its page's script sends."""
        answer = Client().generic(
            method, path or self.path, orjson.dumps(told), "application/json", headers={"User-Agent": CHROME}
        )
        return answer.status_code

    def tell(self, key: str = "one") -> Message:
        """A message by notification, which goes out if it may."""
        with store_scope(self.store.pk):
            request = MessageRequest(
                store_id=self.store.pk, message_type="delivered", channel=PUSH, origin="test", dedupe_key=key,
                customer_id=self.sam.pk, order_id=self.order.pk, caused_at=self.now,
            )  # fmt: skip
            request_messages(requests=[request], now=self.now)
            deliver_by_own_carriers(self.now, channel=PUSH)
            return Message.objects.get(dedupe_key=key)

    def devices(self) -> list[Device]:
        with store_scope(self.store.pk):
            return list(Device.objects.order_by("pk"))


@pytest.fixture
def shop(store: Store, now: datetime, settings: Settings, gateway: Gateway) -> PushingShop:
    settings.PRIVATE_HOSTS_ALLOWED, settings.MAIL_GATEWAY = ["127.0.0.1"], ""
    gateway.answer = (201, {"Location": "https://push.example/m/1"}, None)
    return PushingShop(store, now)


@pytest.fixture
def browser(gateway: Gateway) -> Browser:
    return Browser(f"{gateway.url}/send/1")


def asked(browser: Browser, *purposes: str) -> dict[str, Any]:
    return {**browser.subscription, "purposes": list(purposes)}


def test_a_browser_that_asks_is_kept_with_what_it_asked_for(shop: PushingShop, browser: Browser) -> None:
    assert [shop.asks(asked(browser, "delivery", "orders")) for _ in range(2)] == [201, 201]

    [device] = shop.devices()
    assert (device.customer_id, device.browser) == (shop.sam.pk, "Chrome, Android")
    with store_scope(shop.store.pk):
        said = Consent.objects.filter(channel=PUSH).values_list("purpose", "granted", "source")
        assert sorted(said) == [("delivery", True, "order page"), ("orders", True, "order page")]
        proof = EventRow.objects.filter(type="customer.consent_changed").order_by("seq")[0]
    assert proof.data["wording"].startswith("Your orders (Notification): ")


def test_what_is_told_reaches_that_browser_and_no_push_service_reads_it(
    shop: PushingShop, browser: Browser, gateway: Gateway
) -> None:  # fmt: skip
    shop.asks(asked(browser, "delivery"))

    message = shop.tell()

    [call] = gateway.calls
    told = orjson.loads(browser.read(call.body))
    assert message.state == "sent"
    assert b"delivered" not in call.body
    assert (told["title"], told["body"]) == ("Juniper & Oak", "Your parcel of order #1001 was delivered.")
    assert told["url"].startswith("http")
    assert call.headers["content-encoding"] == "aes128gcm"
    assert (call.headers["ttl"], call.headers["urgency"]) == ("86400", "high")
    assert call.headers["authorization"].startswith("vapid t=")
    assert len(call.headers["topic"]) == 32


def test_shown_and_clicked_come_back(shop: PushingShop, browser: Browser, gateway: Gateway) -> None:
    shop.asks(asked(browser, "delivery"))
    message = shop.tell()
    told = orjson.loads(browser.read(gateway.calls[0].body))
    here = "/s/" + told["seen"].partition("/s/")[2]

    assert [Client().post(here).status_code for _ in range(2)] == [204, 204]
    followed = visitor().get("/s/" + told["url"].partition("/s/")[2], headers={"User-Agent": CHROME})

    assert followed.status_code == 302
    assert f"/s/{shop.store.slug}/o/" in followed["Location"]
    with store_scope(shop.store.pk):
        assert Message.objects.get(pk=message.pk).delivery == "delivered"
        heard = EventRow.objects.filter(type__in=["message.delivered", "message.clicked"]).values_list(
            "type", flat=True
        )
        assert sorted(heard) == ["message.clicked", "message.delivered"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    shop: PushingShop, browser: Browser, gateway: Gateway, status: int
) -> None:
    shop.asks(asked(browser, "delivery"))
    gateway.answer = (status, {}, None)

    assert shop.tell().state == "failed"
    assert shop.devices()[0].ended_at == shop.now
    assert shop.tell("two").reason == "no_address"
    with store_scope(shop.store.pk):
        assert EventRow.objects.filter(type="push.device_ended").count() == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_push_service_in_trouble_is_asked_again(
    shop: PushingShop, browser: Browser, gateway: Gateway, status: int
) -> None:  # fmt: skip
    shop.asks(asked(browser, "delivery"))
    gateway.answer = (status, {}, None)

    assert shop.tell().state == "queued"
    assert shop.devices()[0].ended_at is None


def test_one_of_two_browsers_is_enough(shop: PushingShop, browser: Browser, gateway: Gateway) -> None:
    shop.asks(asked(browser, "delivery"))
    shop.asks(asked(Browser("http://127.0.0.1:1/nobody"), "delivery"))

    assert shop.tell().state == "sent"
    assert [device.taken_at for device in shop.devices()] == [shop.now, None]


def test_whoever_wants_no_more_is_let_go(shop: PushingShop, browser: Browser) -> None:
    shop.asks(asked(browser, "delivery"))

    assert shop.asks({"endpoint": browser.endpoint}, method="DELETE") == 204
    assert shop.tell().reason == "no_address"


@pytest.mark.parametrize(
    "changed",
    [
        {"endpoint": "http://192.168.0.1/internal"}, {"endpoint": "ftp://push.example"}, {"keys": {"p256dh": "", "auth": ""}},
        {"keys": {"p256dh": "a" * 87, "auth": "a" * 22}}, {"keys": None}, {"purposes": ["a"] * 9},
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused(shop: PushingShop, browser: Browser, changed: dict[str, Any]) -> None:
    assert shop.asks(asked(browser) | changed) == 422
    assert shop.devices() == []


def test_a_link_of_another_store_asks_for_nothing(shop: PushingShop, browser: Browser) -> None:
    make_store("mallory")

    assert shop.asks(asked(browser), path=shop.path.replace("juniper", "mallory")) == 404
