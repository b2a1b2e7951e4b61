"""ShipEngine."""

from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings

from aftercare.commerce.shipments.carriers.shipengine import Shipengine, ShipengineForm
from aftercare.commerce.shipments.errors import NotSigned, Unreadable
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from tests.commerce.shipments.carriers.pushing import BERLIN, NOW, nearly, said, taken_or_refused

TOKEN = "a-token-of-our-own"
OURS, STRANGERS = (generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
MESSAGE: dict[str, Any] = {
    "resource_url": "https://api.shipengine.com/v1/tracking?carrier_code=usps&tracking_number=9400111202555842332669",
    "resource_type": "API_TRACK",
    "data": {
        "label_url": None, "tracking_number": "9400111202555842332669", "status_code": "DE",
        "status_description": "Delivered", "carrier_status_code": "01", "shipped_date": None,
        "estimated_delivery_date": "2026-11-24T00:00:00Z", "actual_delivery_date": "2026-11-24T09:15:00Z",
        "events": [
            {
                "occurred_at": "2026-11-24T09:15:00Z", "carrier_occurred_at": "2026-11-24T03:15:00",
                "description": "Delivered, in mailbox", "city_locality": "AUSTIN", "state_province": "TX",
                "country_code": "", "signer": "S WEBER", "event_code": "01",
            },
            {
                "occurred_at": None, "carrier_occurred_at": "2026-11-23T08:00:00", "description": "Accepted",
                "city_locality": "DALLAS", "state_province": "TX", "country_code": "US", "signer": None,
                "event_code": "03", "status_code": "AC", "status_detail_code": "DROPPED_OFF",
            },
        ],
    },
}  # fmt: skip


def encoded(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode().rstrip("=")


def key_set(key: RSAPrivateKey) -> dict[str, Any]:
    public = key.public_key().public_numbers()
    return {"keys": [{"kty": "EC", "kid": "k0"}, {"kty": "RSA", "kid": "k1", "n": encoded(public.n), "e": "AQAB"}]}


def by_token(message: Any, token: str = TOKEN) -> list[TrackingIn]:
    return Shipengine().parse_webhook(
        body=orjson.dumps(message), headers={}, query={"token": token}, config={"token": TOKEN}, zone=BERLIN, now=NOW
    )


def by_signature(
    *, key: RSAPrivateKey = OURS, timestamp: str = NOW.isoformat(), signed: bytes | None = None, **headers: str
) -> list[TrackingIn]:
    body = orjson.dumps(MESSAGE)
    signature = key.sign(timestamp.encode() + b"." + (signed or body), PKCS1v15(), SHA256())
    said_headers = {
        "x-shipengine-rsa-sha256-key-id": "k1", "x-shipengine-timestamp": timestamp,
        "x-shipengine-rsa-sha256-signature": b64encode(signature).decode(), **headers,
    }  # fmt: skip
    return Shipengine().parse_webhook(
        body=body, headers=said_headers, query={"token": TOKEN}, config={"keys": key_set(OURS), "token": TOKEN},
        zone=BERLIN, now=NOW,
    )  # fmt: skip


def test_a_message_is_translated() -> None:
    delivered = ScanIn(
        at=datetime(2026, 11, 24, 9, 15, tzinfo=UTC), status="delivered", code="DE 01", text="Delivered, in mailbox",
        place="AUSTIN, TX",
    )  # fmt: skip
    dropped = ScanIn(
        at=datetime(2026, 11, 23, 7, 0, tzinfo=UTC), status="picked_up", code="DROPPED_OFF 03", text="Accepted",
        place="DALLAS, TX, US", zone_known=False,
    )  # fmt: skip
    expected = TrackingIn(
        tracking_number="9400111202555842332669", carried_by="usps", signed_by="S WEBER",
        expected_by=datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC), scans=(delivered, dropped),
    )  # fmt: skip
    assert by_token(MESSAGE) == by_signature() == [expected]


def test_an_older_event_without_a_code_is_not_taken_for_the_latest() -> None:
    events = [
        {"carrier_occurred_at": "2026-11-23T09:15:00", "description": "older"},
        {"occurred_at": "2026-11-24T09:15:00Z", "description": "newest"},
    ]
    data = {"tracking_number": "1", "status_code": "DE", "events": events}
    assert said(by_token({"resource_type": "API_TRACK", "data": data})) == [("unknown", ""), ("delivered", "")]


@pytest.mark.parametrize(
    ("code", "finer", "meant"),
    [
        ("EX", "PARCEL_LOST", ("on_hold", "carrier_parcel_lost")),
        ("AT", "SOMETHING_NEW", ("delivery_failed", "unknown")),
        ("SP", "", ("ready_for_pickup", "")),
        ("XX", "", ("unknown", "")),
    ],
)
def test_the_detail_counts_where_it_is_known(code: str, finer: str, meant: tuple[str, str]) -> None:
    event = {"occurred_at": "2026-11-24T09:15:00Z", "status_code": code, "status_detail_code": finer}
    data = {"tracking_number": "1", "events": [event]}
    assert said(by_token({"resource_type": "API_TRACK", "data": data})) == [meant]


def test_other_messages_are_no_news_of_parcels() -> None:
    assert by_token({"resource_type": "API_BATCH", "data": {}}) == []


@pytest.mark.parametrize("message", [{}, [], {"resource_type": "API_TRACK", "data": {"events": []}}])
def test_what_is_no_message_is_refused(message: Any) -> None:
    with pytest.raises(Unreadable):
        by_token(message)


@pytest.mark.parametrize(
    "forged",
    [
        {"key": STRANGERS},
        {"signed": b"something else"},
        {"timestamp": (NOW - timedelta(minutes=6)).isoformat()},
        {"timestamp": "soon"},
        {"x-shipengine-rsa-sha256-key-id": "k0"},
        {"x-shipengine-rsa-sha256-signature": "é"},
    ],
)
def test_where_keys_are_known_only_a_fresh_signature_counts(forged: dict[str, Any]) -> None:
    with pytest.raises(NotSigned):
        by_signature(**forged)


def test_another_token_is_refused() -> None:
    with pytest.raises(NotSigned):
        by_token(MESSAGE, "another token")


@given(nearly(MESSAGE))
@settings(max_examples=150)
def test_whatever_is_theirs_is_taken_or_refused(message: Any) -> None:
    taken_or_refused(by_token, message)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"token": "short"},
        {"keys": "no json"},
        {"keys": {"keys": [{"kid": "k1", "n": 7, "e": "AQAB"}]}},
        {"keys": [1]},
    ],
)
def test_keys_or_a_token_are_needed(settings: dict[str, Any]) -> None:
    assert not ShipengineForm(data=settings).is_valid()


def test_what_is_enough() -> None:
    assert ShipengineForm(data={"token": TOKEN}).is_valid()
    assert ShipengineForm(data={"keys": key_set(OURS)}).is_valid()
