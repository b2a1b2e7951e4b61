"""Shippo."""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings

from aftercare.commerce.shipments.carriers.shippo import Shippo, ShippoForm
from aftercare.commerce.shipments.errors import NotSigned, Unreadable
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from tests.commerce.shipments.carriers.pushing import BERLIN, NOW, nearly, said, taken_or_refused

SECRET = "hmac-secret"
TOKEN = "a-token-of-our-own"
LAST = {
    "object_id": "s2", "status": "DELIVERED", "status_date": "2026-11-24T09:15:00Z", "status_details": "Delivered.",
    "substatus": {"code": "delivered", "text": "Delivered.", "action_required": False},
    "location": {"city": "Austin", "state": "TX", "zip": "78701", "country": "US"},
}  # fmt: skip
FIRST = {
    "object_id": "s1", "status": "TRANSIT", "status_date": "2026-11-23T09:15:00", "status_details": "",
    "substatus": {"code": "package_accepted", "text": "Accepted."}, "location": None,
}  # fmt: skip
MESSAGE: dict[str, Any] = {
    "event": "track_updated", "test": False, "carrier": "usps", "metadata": "Order 1042",
    "data": {
        "carrier": "usps", "tracking_number": "9205590164917312751089", "eta": "2026-11-24T00:00:00Z",
        "original_eta": "2026-11-23T00:00:00Z", "tracking_status": LAST, "tracking_history": [FIRST, LAST],
    },
}  # fmt: skip


def by_token(message: Any, token: str = TOKEN) -> list[TrackingIn]:
    return Shippo().parse_webhook(
        body=orjson.dumps(message), headers={}, query={"token": token}, config={"token": TOKEN}, zone=BERLIN, now=NOW
    )


def by_signature(
    message: Any = MESSAGE, *, secret: str = SECRET, at: datetime = NOW, **headers: str
) -> list[TrackingIn]:
    body, timestamp = orjson.dumps(message), str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()
    return Shippo().parse_webhook(
        body=body, headers={"shippo-auth-signature": f"t={timestamp},v1={digest}", **headers}, query={"token": TOKEN},
        config={"secret": SECRET, "token": TOKEN}, zone=BERLIN, now=NOW,
    )  # fmt: skip


def test_a_message_is_translated() -> None:
    accepted = ScanIn(
        at=datetime(2026, 11, 23, 8, 15, tzinfo=UTC), status="picked_up", code="TRANSIT/package_accepted",
        text="Accepted.", zone_known=False,
    )  # fmt: skip
    delivered = ScanIn(
        at=datetime(2026, 11, 24, 9, 15, tzinfo=UTC), status="delivered", code="DELIVERED/delivered", text="Delivered.",
        place="Austin, TX, US",
    )  # fmt: skip
    expected = TrackingIn(
        tracking_number="9205590164917312751089", carried_by="usps", expected_by=datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC),
        scans=(accepted, delivered),
    )  # fmt: skip
    assert by_token(MESSAGE) == by_signature() == [expected]


def test_without_a_history_the_latest_scan_is_told() -> None:
    assert said(by_token({"data": {"tracking_number": "1", "tracking_status": LAST}})) == [("delivered", "")]


@pytest.mark.parametrize(
    ("status", "finer", "meant"),
    [
        ("TRANSIT", "address_issue", ("on_hold", "consignee_incorrect_address")),
        ("FAILURE", "package_lost", ("on_hold", "carrier_parcel_lost")),
        ("DELIVERED", "information_received", ("delivered", "")),
        ("LEVITATING", "", ("unknown", "")),
    ],
)
def test_the_substatus_counts_where_it_says_more(status: str, finer: str, meant: tuple[str, str]) -> None:
    scan = {"status": status, "substatus": {"code": finer}, "status_date": "2026-11-24T09:15:00Z"}
    assert said(by_token({"data": {"tracking_number": "1", "tracking_history": [scan]}})) == [meant]


def test_other_events_are_no_news_of_parcels() -> None:
    assert by_token({"event": "transaction_created", "data": {"object_id": "x"}}) == []


def test_what_is_no_track_is_refused() -> None:
    with pytest.raises(Unreadable):
        by_token({"event": "track_updated", "data": {}})


@pytest.mark.parametrize("token", ["", "another token", "é"])
def test_another_token_is_refused(token: str) -> None:
    with pytest.raises(NotSigned):
        by_token(MESSAGE, token)


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "another secret"},
        {"at": NOW - timedelta(minutes=6)},
        {"at": NOW + timedelta(minutes=6)},
        {"shippo-auth-signature": ""},
        {"shippo-auth-signature": "t=1795514400,v1=é"},
    ],
)
def test_where_a_secret_is_known_only_a_fresh_signature_counts(forged: dict[str, Any]) -> None:
    with pytest.raises(NotSigned):
        by_signature(**forged)


@pytest.mark.parametrize("timestamp", ["", "soon", "9" * 30, "٣"])
def test_a_signed_time_that_is_none_is_refused(timestamp: str) -> None:
    body = orjson.dumps(MESSAGE)
    digest = hmac.new(SECRET.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()
    headers = {"shippo-auth-signature": f"t={timestamp},v1={digest}"}
    with pytest.raises(NotSigned):
        Shippo().parse_webhook(body=body, headers=headers, query={}, config={"secret": SECRET}, zone=BERLIN, now=NOW)


@given(nearly(MESSAGE))
@settings(max_examples=150)
def test_whatever_is_theirs_is_taken_or_refused(message: Any) -> None:
    taken_or_refused(by_token, message)


def test_a_token_or_a_secret_is_needed() -> None:
    assert not ShippoForm(data={}).is_valid()
    assert not ShippoForm(data={"token": "short"}).is_valid()
    assert ShippoForm(data={"token": TOKEN}).is_valid()
    assert ShippoForm(data={"secret": SECRET}).is_valid()
