"""EasyPost."""

import hmac
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

import orjson
import pytest
from hypothesis import given, settings

from aftercare.commerce.shipments.carriers.easypost import Easypost, EasypostForm
from aftercare.commerce.shipments.errors import NotSigned, Unreadable
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from tests.commerce.shipments.carriers.pushing import BERLIN, NOW, nearly, said, taken_or_refused

SECRET = "sécret"
MESSAGE: dict[str, Any] = {
    "id": "evt_1", "object": "Event", "mode": "production", "description": "tracker.updated",
    "created_at": "2026-11-24T09:20:00Z", "previous_attributes": {"status": "in_transit"}, "pending_urls": [],
    "result": {
        "id": "trk_1", "object": "Tracker", "tracking_code": "9400111202555842332669", "status": "delivered",
        "status_detail": "arrived_at_destination", "signed_by": "S WEBER", "carrier": "USPS",
        "est_delivery_date": "2026-11-24T00:00:00Z",
        "tracking_details": [
            {
                "object": "TrackingDetail", "message": "Arrived at facility", "description": "", "status": "in_transit",
                "status_detail": "arrived_at_facility", "datetime": "2026-11-23T06:00:00Z", "source": "USPS",
                "carrier_code": "10",
                "tracking_location": {"object": "TrackingLocation", "city": "AUSTIN", "state": "TX", "country": None},
            },
            {
                "object": "TrackingDetail", "message": "", "description": "Delivered, mailbox", "status": "delivered",
                "status_detail": "arrived_at_destination", "datetime": "2026-11-24T09:15:00Z", "source": "USPS",
                "carrier_code": None, "tracking_location": None,
            },
        ],
    },
}  # fmt: skip


def parsed(message: Any, *, secret: str = SECRET) -> list[TrackingIn]:
    body = orjson.dumps(message)
    key = normalize("NFKD", secret).encode()
    headers = {"x-hmac-signature": "hmac-sha256-hex=" + hmac.new(key, body, "sha256").hexdigest()}
    return Easypost().parse_webhook(
        body=body, headers=headers, query={}, config={"secret": SECRET}, zone=BERLIN, now=NOW
    )


def test_a_message_is_translated() -> None:
    arrived = ScanIn(
        at=datetime(2026, 11, 23, 6, 0, tzinfo=UTC), status="in_transit", code="in_transit/arrived_at_facility 10",
        text="Arrived at facility", place="AUSTIN, TX",
    )  # fmt: skip
    delivered = ScanIn(
        at=datetime(2026, 11, 24, 9, 15, tzinfo=UTC), status="delivered", code="delivered/arrived_at_destination",
        text="Delivered, mailbox",
    )  # fmt: skip
    assert parsed(MESSAGE) == [
        TrackingIn(
            tracking_number="9400111202555842332669", carried_by="USPS", signed_by="S WEBER",
            expected_by=datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC), scans=(arrived, delivered),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "detail", "meant"),
    [
        ("in_transit", "weather_delay", ("delivery_delayed", "weather_delay")),
        ("failure", "lost", ("on_hold", "carrier_parcel_lost")),
        ("return_to_sender", "refused", ("return_to_sender", "consignee_refused")),
        ("delivered", "unheard_of", ("delivered", "")),
        ("levitating", "", ("unknown", "")),
    ],
)
def test_the_detail_counts_where_it_says_more(status: str, detail: str, meant: tuple[str, str]) -> None:
    scan = {"status": status, "status_detail": detail, "datetime": "2026-11-24T09:15:00Z"}
    result = {"tracking_code": "1", "tracking_details": [scan]}
    assert said(parsed({"description": "tracker.updated", "result": result})) == [meant]


def test_other_events_are_no_news_of_parcels() -> None:
    assert parsed({"object": "Event", "description": "batch.updated", "result": {"object": "Batch"}}) == []


@pytest.mark.parametrize("message", [{}, {"description": "tracker.updated", "result": {}}, []])
def test_what_is_no_event_is_refused(message: Any) -> None:
    with pytest.raises(Unreadable):
        parsed(message)


def test_what_is_not_signed_is_refused() -> None:
    with pytest.raises(NotSigned):
        parsed(MESSAGE, secret="secret")


@given(nearly(MESSAGE))
@settings(max_examples=150)
def test_whatever_is_signed_is_taken_or_refused(message: Any) -> None:
    taken_or_refused(parsed, message)


def test_the_secret_is_kept_as_it_was_given() -> None:
    form = EasypostForm(data={"secret": " a secret "})
    assert form.is_valid()
    assert form.cleaned_data == {"secret": " a secret "}
