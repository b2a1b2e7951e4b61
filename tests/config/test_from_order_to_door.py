"""One order from the shop's first word to the door, as the outside world tells it: over HTTP, signed, twice and shuffled."""

import hmac
import random
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

import orjson
import pytest
import time_machine
from django.test import Client

from aftercare.commerce.platforms.models import Connection
from aftercare.commerce.shipments.actions import connect_carrier
from aftercare.commerce.shipments.models import Shipment
from aftercare.config.prepare import equip_store
from aftercare.engagement.messaging.models import Message
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.events.runner import install_cursors
from aftercare.foundation.jobs.loops import all_loops
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.platforms.shops import connect, push, shopify_fulfilment, shopify_order
from tests.factories import make_store
from tests.settling import wait_until_settled

NUMBER = "00340434161094042557"
AFTERSHIP, EASYPOST = "a secret of aftership", "a secret of easypost"
_OTHERWISE = {"demo carrier", "the demo shop"}
# What was scanned, when, and how each of the two tells it.
SCANS = (
    ("2026-11-20T17:00:00Z", "InTransit", "InTransit_002", "in_transit"),
    ("2026-11-21T05:00:00Z", "InTransit", "InTransit_003", "in_transit"),
    ("2026-11-22T07:00:00Z", "OutForDelivery", "OutForDelivery_001", "out_for_delivery"),
    ("2026-11-22T11:00:00Z", "Delivered", "Delivered_001", "delivered"),
)
EVERY_STEP = ["order_confirmed", "on_its_way", "out_for_delivery", "delivered"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store() -> Store:
    made = make_store()
    equip_store(made)
    install_cursors(now=datetime(2026, 11, 20, tzinfo=UTC))
    with store_scope(made.pk):
        for carrier, secret in (("aftership", AFTERSHIP), ("easypost", EASYPOST)):
            connect_carrier(
                store_id=made.pk, carrier_key=carrier, settings={"secret": secret},
                now=datetime(2026, 11, 20, tzinfo=UTC),
            )  # fmt: skip
    return made


@pytest.fixture
def shop(store: Store) -> Connection:
    return connect(store)


def settle(at: str) -> None:
    """Every loop of a worker until nothing is left to do, at this time."""
    now = datetime.fromisoformat(at)
    wait_until_settled()
    loops = [loop for loop in all_loops() if loop.name not in _OTHERWISE]
    while sum(loop.work(now) for loop in loops):
        wait_until_settled()


def by_aftership(*scans: tuple[str, str, str, str]) -> Any:
    """What it tells of these scans."""
    checkpoints = [
        {"checkpoint_time": at, "tag": tag, "subtag": subtag, "message": tag, "slug": "dhl"}
        for at, tag, subtag, _ in scans
    ]  # fmt: skip
    body = orjson.dumps({
        "event": "tracking_update", "event_id": "1",
        "msg": {"tracking_number": NUMBER, "slug": "dhl", "tag": scans[-1][1], "checkpoints": checkpoints},
    })  # fmt: skip
    signed = b64encode(hmac.new(AFTERSHIP.encode(), body, "sha256").digest()).decode()
    return call("aftership", body, {"aftership-hmac-sha256": signed})


def by_easypost(*scans: tuple[str, str, str, str]) -> Any:
    """The same scans in its words."""
    details = [
        {"datetime": at, "status": status, "message": status, "object": "TrackingDetail"} for at, _, _, status in scans
    ]
    body = orjson.dumps({
        "id": "evt_1", "object": "Event", "description": "tracker.updated",
        "result": {"object": "Tracker", "tracking_code": NUMBER, "status": scans[-1][3], "carrier": "DHL",
                   "tracking_details": details},
    })  # fmt: skip
    key = normalize("NFKD", EASYPOST).encode()
    return call("easypost", body, {"x-hmac-signature": "hmac-sha256-hex=" + hmac.new(key, body, "sha256").hexdigest()})


def call(carrier: str, body: bytes, headers: dict[str, str]) -> Any:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/hooks/juniper/carriers/{carrier}", body, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def said(store: Store) -> list[str]:
    """Which messages were sent, in their order."""
    with store_scope(store.pk):
        sent = Message.objects.filter(state=Message.State.SENT).order_by("sent_at", "id")
        return list(sent.values_list("message_type", flat=True))


def order_and_parcel(store: Store, shop: Connection) -> None:
    """The shop places and sends, and says everything twice, once more than it happened."""
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False):
        for message_id in ("m-1", "m-1", "m-2"):
            assert push(shop, "orders/create", shopify_order(), message_id=message_id).status_code == 200
        settle("2026-11-20T09:00:00Z")
    assert said(store) == ["order_confirmed"]
    with time_machine.travel("2026-11-20T15:00:00Z", tick=False):
        sent = shopify_fulfilment(tracking_numbers=[NUMBER])
        push(shop, "fulfillments/create", sent, message_id="m-3")
        push(shop, "orders/fulfilled", shopify_order(fulfillments=[sent]), message_id="m-4")
        push(shop, "fulfillments/create", sent, message_id="m-3")
        settle("2026-11-20T15:00:00Z")


def test_every_step_is_told_once_as_it_happens_though_two_tell_it_and_each_twice(
    store: Store, shop: Connection
) -> None:
    order_and_parcel(store, shop)
    for place, scan in enumerate(SCANS):
        with time_machine.travel(scan[0], tick=False):
            for tell in (by_easypost, by_aftership, by_aftership, by_easypost):
                tell(*SCANS[: place + 1])
            settle(scan[0])
    assert said(store) == EVERY_STEP
    with store_scope(store.pk):
        assert Shipment.objects.get().status == "delivered"
        assert EventRow.objects.filter(type="shipment.delivered").count() == 1
        assert EventRow.objects.filter(type="order.delivered").count() == 1


@pytest.mark.parametrize("seed", range(6))
def test_scans_that_arrive_shuffled_and_twice_are_told_in_the_order_of_truth(
    store: Store, shop: Connection, seed: int
) -> None:
    order_and_parcel(store, shop)
    chance = random.Random(seed)
    calls = [(tell, scan) for scan in SCANS for tell in (by_easypost, by_aftership)] * 2
    chance.shuffle(calls)
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        for tell, scan in calls:
            tell(scan)
            if chance.random() < 0.3:
                settle("2026-11-22T12:00:00Z")
        settle("2026-11-22T12:00:00Z")
    told = said(store)
    assert len(told) == len(set(told)), "no step is told twice"
    assert [step for step in EVERY_STEP if step in told] == told, "no step is told after a later one"
    assert {"order_confirmed", "delivered"} <= set(told)
    with store_scope(store.pk):
        assert Shipment.objects.get().status == "delivered"
        assert Shipment.objects.get().scans.count() == len(SCANS) * 2
