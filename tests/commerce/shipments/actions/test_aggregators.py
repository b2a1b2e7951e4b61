"""What tracking aggregators push, from the signed bytes to the parcel."""

import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from random import Random
from typing import Any, NamedTuple

import orjson
import pytest

from aftercare.commerce.shipments.actions import connect_carrier, receive_webhook
from aftercare.commerce.shipments.actions.results import Recorded
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import NOW, announce, hours, parcel, place_order, shipment, told

SECRET = "a secret of sixteen"
NUMBER = "PPP1DE"
Scan = tuple[str, str]
# When, and which of the steps below. Two scans of one step are one milestone.
STORY = [
    (2, "collected"),
    (5, "moving"),
    (6, "moving"),
    (9, "held"),
    (26, "out"),
    (29, "missed"),
    (50, "out"),
    (53, "there"),
]
MILESTONES = {"handed_over", "held", "out_for_delivery", "attempt_failed", "delivered"}


class Sender(NamedTuple):
    """How an aggregator words a story, and what it sends with the bytes."""

    words: Mapping[str, str]
    message: Callable[[Sequence[Scan]], dict[str, Any]]
    shows: Callable[[bytes], dict[str, str]]
    settings: Mapping[str, str]
    query: Mapping[str, str]


def by_token(shown: bytes) -> dict[str, str]:
    del shown
    return {}


def split(words: str) -> tuple[str, str]:
    status, _, finer = words.partition("/")
    return status, finer


SENDERS = {
    "aftership": Sender(
        {
            "collected": "InTransit_002", "moving": "InTransit_007", "held": "Exception_004", "out": "OutForDelivery_001",
            "missed": "AttemptFail_002", "there": "Delivered_001",
        },
        lambda scans: {"msg": {"tracking_number": NUMBER, "slug": "parcel-post", "checkpoints": [
            {"checkpoint_time": at, "subtag": said, "message": said} for at, said in scans
        ]}},
        lambda body: {
            "Aftership-Hmac-Sha256": b64encode(hmac.new(SECRET.encode(), body, "sha256").digest()).decode()
        },
        {"secret": SECRET}, {},
    ),
    "easypost": Sender(
        {
            "collected": "in_transit/received_at_origin_facility", "moving": "in_transit/departed_facility",
            "held": "in_transit/held", "out": "out_for_delivery/out_for_delivery",
            "missed": "failure/refused", "there": "delivered/arrived_at_destination",
        },
        lambda scans: {"description": "tracker.updated", "result": {"tracking_code": NUMBER, "tracking_details": [
            {"datetime": at, "status": split(said)[0], "status_detail": split(said)[1]} for at, said in scans
        ]}},
        lambda body: {"X-Hmac-Signature": "hmac-sha256-hex=" + hmac.new(SECRET.encode(), body, "sha256").hexdigest()},
        {"secret": SECRET}, {},
    ),
    "shippo": Sender(
        {
            "collected": "TRANSIT/package_accepted", "moving": "TRANSIT/package_departed", "held": "TRANSIT/package_held",
            "out": "TRANSIT/out_for_delivery", "missed": "TRANSIT/notice_left", "there": "DELIVERED/delivered",
        },
        lambda scans: {"event": "track_updated", "data": {"tracking_number": NUMBER, "tracking_history": [
            {"status_date": at, "status": split(said)[0], "substatus": {"code": split(said)[1]}} for at, said in scans
        ]}},
        by_token, {"token": SECRET}, {"token": SECRET},
    ),
    "track17": Sender(
        {
            "collected": "InTransit_PickedUp", "moving": "InTransit_Departure", "held": "Exception_Security",
            "out": "OutForDelivery_Other", "missed": "DeliveryFailure_NoBody", "there": "Delivered_Other",
        },
        lambda scans: {"data": {"number": NUMBER, "track_info": {"tracking": {"providers": [
            {"events": [{"time_utc": at, "sub_status": said} for at, said in scans]}
        ]}}}},
        lambda body: {"sign": sha256(body + b"/" + SECRET.encode()).hexdigest()},
        {"secret": SECRET}, {},
    ),
    "shipengine": Sender(
        {
            "collected": "PICKED_UP", "moving": "HUB_SCAN_OUT", "held": "PARCEL_DAMAGED", "out": "OUT_FOR_DELIVERY",
            "missed": "CUSTOMER_CARDED", "there": "DE",
        },
        lambda scans: {"resource_type": "API_TRACK", "data": {"tracking_number": NUMBER, "events": [
            {"occurred_at": at, "status_detail_code": said} for at, said in scans
        ]}},
        by_token, {"token": SECRET}, {"token": SECRET},
    ),
}  # fmt: skip
every_sender = pytest.mark.parametrize("key", SENDERS)


@pytest.fixture
def announced(shop: Store) -> Store:
    place_order(shop)
    announce(shop, shipment())
    for key, sender in SENDERS.items():
        connect_carrier(store_id=shop.pk, carrier_key=key, settings=sender.settings, now=NOW)
    return shop


def push(store: Store, key: str, story: Sequence[tuple[int, str]]) -> Recorded:
    sender = SENDERS[key]
    scans = [(hours(at).isoformat(), sender.words[step]) for at, step in story]
    body = orjson.dumps(sender.message(scans))
    with store_scope(store.pk):
        return receive_webhook(
            store=store, carrier_key=key, body=body, headers=sender.shows(body), query=sender.query, now=NOW
        )


@every_sender
def test_a_story_ends_the_same_however_it_arrives(announced: Store, key: str) -> None:
    """Pushed one by one, out of order and partly twice; AfterShip and the others send all of a parcel every time."""
    arriving = [*STORY, *STORY[::2]]
    Random(key).shuffle(arriving)
    for one in arriving:
        assert not push(announced, key, [one]).refused
    assert push(announced, key, list(reversed(STORY))).scans == 0
    kept = parcel(announced)
    assert (kept.status, kept.delivered_at, kept.scans.count()) == ("delivered", hours(53), len(STORY))
    milestones = [name.partition(".")[2] for name in told(announced) if name != "shipment.created"]
    assert sorted(milestones) == sorted(MILESTONES)
    assert {scan.source for scan in kept.scans.all()} == {key}


@every_sender
def test_the_same_message_again_changes_nothing(announced: Store, key: str) -> None:
    assert push(announced, key, STORY).scans == len(STORY)
    before = told(announced)
    assert push(announced, key, STORY).scans == 0
    assert told(announced) == before


def test_of_two_parcels_of_one_number_the_aggregator_s_carrier_decides(announced: Store) -> None:
    announce(announced, shipment("p2", carrier="Swift", tracking_number=NUMBER, created_at=hours(1)))
    push(announced, "aftership", [(5, "moving")])
    assert (parcel(announced, "p1").status, parcel(announced, "p2").status) == ("in_transit", "pending")
    push(announced, "easypost", [(5, "moving")])
    assert parcel(announced, "p2").status == "in_transit", "nobody said which, so the newest"
