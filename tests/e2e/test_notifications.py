"""A notification of ours in a real browser: asked for by a button, sent by our own code, shown by the page's worker.

What is not Chromium's here is its push service: that is Google's, on the net. Its two ends are stood in for: subscribing
answers a subscription with keys of `Browser`, whose endpoint our push code finds on 127.0.0.1; and what that reads is
handed to the worker by the debugging protocol (`ServiceWorker.deliverPushMessage`). Permission, button, worker,
notification, click target and receipt are the browser's and ours.
"""

import json

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.channels import PUSH
from aftercare.engagement.messaging.models import Device, Message
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.scope import store_scope
from tests.e2e.site import Site
from tests.engagement.messaging.cast import with_templates
from tests.engagement.messaging.providers.gateway import running_gateway
from tests.engagement.messaging.push.browser import Browser
from tests.factories import line_in, make_order, make_product
from tests.visiting import path_of

READY = "() => navigator.serviceWorker.controller !== null"
STAND_IN = """
    const made = %s;
    let current = null;
    const subscription = { ...made, toJSON: () => made, unsubscribe: async () => (current = null) };
    PushManager.prototype.subscribe = async (options) => {
      if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error("refused");
      return (current = subscription);
    };
    PushManager.prototype.getSubscription = async () => current;
"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map((one) => [one.title, one.body, one.data.url])"""

UNTIL_SHOWN = f"""async () => {{
    for (let tries = 0; tries < 100; tries++) {{
      const shown = await ({SHOWN})();
      if (shown.length) return shown;
      await new Promise((resume) => setTimeout(resume, 50));
    }}
    return [];
}}"""


@pytest.fixture
def order(shop):
    with store_scope(shop.pk):
        with_templates(shop, clock.now())
        make_product(shop)
        connect_provider(store_id=shop.pk, channel=PUSH, provider="webpush", settings={}, by="t", now=clock.now())
        return make_order(shop, lines=[line_in(product="jug")])


def deliver(page: Page, text: bytes) -> None:
    """As a browser does when its push service brings something."""
    session = page.context.new_cdp_session(page)
    known: list[dict] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    origin = page.evaluate("location.origin")
    session.send("ServiceWorker.deliverPushMessage", {
        "origin": origin, "registrationId": known[0]["registrationId"], "data": text.decode(),
    })  # fmt: skip


def send(shop, order) -> Message:
    now = clock.now()
    with store_scope(shop.pk):
        request = MessageRequest(
            store_id=shop.pk, message_type="delivered", channel=PUSH, origin="test", dedupe_key="one",
            customer_id=order.customer_id, order_id=order.pk, caused_at=now,
        )  # fmt: skip
        with transaction.atomic():
            request_messages(requests=[request], now=now)
        deliver_by_own_carriers(now, channel=PUSH)
        return Message.objects.get(dedupe_key="one")


def heard_of(page: Page, shop, message: Message) -> bool:
    """Whether the worker's report has come, soon enough."""
    for _ in range(100):
        with store_scope(shop.pk):
            if Message.objects.get(pk=message.pk).delivery == Message.Delivery.DELIVERED:
                return True
        page.wait_for_timeout(100)
    return False


def test_a_browser_shows_what_we_pushed_and_says_so(order, shop, visit, site: Site, settings: Settings):
    settings.PRIVATE_HOSTS_ALLOWED, settings.SITE_URL = ["127.0.0.1"], site.url
    with running_gateway() as gateway:
        gateway.answer, settings.MAIL_GATEWAY = (201, {}, None), gateway.url
        browser = Browser("https://93.184.215.14/send/1")  # nobody is called there: the gateway stands before it
        context = visit()
        context.grant_permissions(["notifications"])
        page = context.new_page()
        page.add_init_script(STAND_IN % json.dumps(browser.subscription))
        page.goto(path_of(order, shop))
        page.wait_for_function(READY)
        assert page.evaluate(SHOWN) == [], "nothing is asked or shown on arrival"
        page.get_by_role("button", name="Notify me here").click()
        expect(page.get_by_text("This browser tells you when there is news.")).to_be_visible()
        with store_scope(shop.pk):
            assert Device.objects.get().customer_id == order.customer_id

        message = send(shop, order)
        assert message.state == "sent", (message.reason, message.reply)
        deliver(page, browser.read(gateway.calls[0].body))

        [[title, body, url]] = page.evaluate(UNTIL_SHOWN)
        assert (title, body) == (shop.name, f"Your parcel of order {order.number} was delivered.")
        assert heard_of(page, shop, message)
        page.goto(url)
        expect(page.get_by_text(f"Order {order.number}").first).to_be_visible()
