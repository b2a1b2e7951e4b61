"""What carriers push, over HTTP: signed, bounded, harmless when repeated."""

from typing import Any

import orjson
import pytest
from django.http import HttpResponse
from django.test import Client

from aftercare.commerce.orders.api.examples import ORDER
from aftercare.commerce.shipments.actions import connect_carrier
from aftercare.commerce.shipments.api.examples import SCAN, SHIPMENT
from aftercare.commerce.shipments.messages import sign
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.models import Bucket
from tests.calling import Caller, caller_for
from tests.factories import NOW, make_store

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = "/hooks/juniper/carriers/generic"
NEWS = {"updates": [{"tracking_number": SHIPMENT["tracking_number"], "scans": [SCAN]}]}


@pytest.fixture
def shop_system(store: Store) -> Caller:
    """A shop with a parcel under way and a carrier that may call."""
    with store_scope(store.pk):
        connect_carrier(store_id=store.pk, carrier_key="generic", settings={"secret": SECRET}, now=NOW)
    caller = caller_for(store)
    caller.put("/orders/from/shop/1042", ORDER)
    caller.put("/shipments/from/shop/P-1042", SHIPMENT)
    return caller


def push(message: Any, *, address: str = HOOK, secret: str = SECRET) -> Any:
    """A signed call; the client checks CSRF, as for any browser."""
    body = message if isinstance(message, bytes) else orjson.dumps(message)
    headers = sign(body=body, secret=secret, message_id="m1", now=clock.now())
    client = Client(enforce_csrf_checks=True)
    return client.post(address, body, content_type="application/json", headers=headers)


def outcome(response: HttpResponse) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, orjson.loads(response.content)["code"]


def test_scans_arrive_once(shop_system: Caller) -> None:
    assert push(NEWS).json() == {"scans": 1, "refused": []}
    assert push(NEWS).json() == {"scans": 0, "refused": []}
    assert shop_system.get("/shipments/from/shop/P-1042").body["status"] == SCAN["status"]


def test_an_unknown_parcel_is_told_and_no_error(shop_system: Caller) -> None:
    response = push({"updates": [{"tracking_number": "?", "scans": [SCAN]}]})
    assert (response.status_code, response.json()["refused"][0]["code"]) == (200, "unknown_parcel")


def test_what_is_not_signed_changes_nothing(shop_system: Caller) -> None:
    forged = push(NEWS, secret="whsec_" + "A" * 32)
    assert outcome(forged) == (401, "webhook_not_signed")
    assert "WWW-Authenticate" not in forged
    assert shop_system.get("/shipments/from/shop/P-1042").body["scans"] == []


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("/hooks/nobody/carriers/generic", (404, "not_found")),
        ("/hooks/juniper/carriers/unheard-of", (404, "carrier_not_connected")),
        ("/hooks/mallory/carriers/generic", (404, "carrier_not_connected")),
    ],
)
def test_a_carrier_is_connected_to_one_store(shop_system: Caller, address: str, refusal: tuple[int, str]) -> None:
    make_store("mallory")
    assert outcome(push(NEWS, address=address)) == refusal


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"updates": []}', b"[" * 5000])
def test_what_cannot_be_read_is_refused(shop_system: Caller, body: bytes) -> None:
    assert outcome(push(body)) == (422, "webhook_unreadable")


def test_bytes_that_are_no_text_cannot_be_signed(shop_system: Caller) -> None:
    headers = sign(body=b"{}", secret=SECRET, message_id="m1", now=clock.now())
    response = Client().post(HOOK, b"\xff", content_type="application/json", headers=headers)
    assert outcome(response) == (401, "webhook_not_signed")


@pytest.mark.parametrize("size", [1_000_001, 3_000_000])
def test_large_bodies_are_refused(shop_system: Caller, size: int) -> None:
    assert outcome(push(b" " * size)) == (413, "body_too_large")


def test_a_sender_that_cannot_sign_shows_a_token_in_the_address(shop_system: Caller, store: Store) -> None:
    with store_scope(store.pk):
        connect_carrier(store_id=store.pk, carrier_key="shippo", settings={"token": "t" * 16}, now=NOW)
    scan = {"status": "TRANSIT", "status_date": "2026-11-03T06:12:00Z"}
    track = {"data": {"tracking_number": SHIPMENT["tracking_number"], "tracking_history": [scan]}}
    address = "/hooks/juniper/carriers/shippo"
    assert push(track, address=f"{address}?token={'t' * 16}").json() == {"scans": 1, "refused": []}
    assert outcome(push(track, address=f"{address}?token=guessed")) == (401, "webhook_not_signed")


def test_only_post(shop_system: Caller) -> None:
    assert Client().get(HOOK).status_code == 405


def test_a_flood_is_slowed_down(shop_system: Caller) -> None:
    assert push(NEWS).status_code == 200
    Bucket.objects.update(tokens=-1000)  # so few that none comes back meanwhile
    refused = push(NEWS)
    assert outcome(refused) == (429, "too_many_requests")
    assert int(refused["Retry-After"]) >= 1
