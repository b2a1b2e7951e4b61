"""17TRACK."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
import pytest
from hypothesis import given, settings

from aftercare.commerce.shipments.carriers.track17 import Track17, Track17Form
from aftercare.commerce.shipments.errors import NotSigned, Unreadable
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from tests.commerce.shipments.carriers.pushing import BERLIN, NOW, nearly, said, taken_or_refused

KEY = "0123456789ABCDEF"
MESSAGE: dict[str, Any] = {
    "event": "TRACKING_UPDATED",
    "data": {
        "number": "RB123456785GB", "carrier": 11031, "param": None, "tag": "1042",
        "track_info": {
            "latest_status": {"status": "Delivered", "sub_status": "Delivered_Other", "sub_status_descr": None},
            "time_metrics": {
                "days_of_transit": 2,
                "estimated_delivery_date": {"source": "Official", "from": "2026-11-24T00:00:00+00:00", "to": None},
            },
            "tracking": {
                "providers_hash": 1,
                "providers": [{
                    "provider": {"key": 11031, "name": "Royal Mail", "country": "GB"}, "latest_sync_status": "Success",
                    "events": [
                        {
                            "time_iso": "2026-11-24T09:15:00+00:00", "time_utc": "2026-11-24T09:15:00Z",
                            "time_raw": {"date": "2026-11-24", "time": "09:15:00", "timezone": "+00:00"},
                            "description": "Delivered and signed", "location": "Leeds", "stage": "Delivered",
                            "sub_status": "Delivered_Other", "address": {"city": None, "country": None},
                        },
                        {
                            "time_iso": None, "time_utc": None,
                            "time_raw": {"date": "2026-11-23", "time": "08:00:00", "timezone": None},
                            "description": "Collected", "location": "", "stage": None,
                            "sub_status": "InTransit_PickedUp", "address": {"city": "York", "country": "GB"},
                        },
                    ],
                }],
            },
        },
    },
}  # fmt: skip


def parsed(message: Any, *, key: str = KEY) -> list[TrackingIn]:
    body = orjson.dumps(message)
    headers = {"sign": sha256(body + b"/" + key.encode()).hexdigest()}
    return Track17().parse_webhook(body=body, headers=headers, query={}, config={"secret": KEY}, zone=BERLIN, now=NOW)


def with_events(*events: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"number": "1", "track_info": {"tracking": {"providers": [{"events": list(events)}]}}}}


def test_a_message_is_translated() -> None:
    delivered = ScanIn(
        at=datetime(2026, 11, 24, 9, 15, tzinfo=UTC), status="delivered", code="Delivered_Other",
        text="Delivered and signed", place="Leeds",
    )  # fmt: skip
    collected = ScanIn(
        at=datetime(2026, 11, 23, 7, 0, tzinfo=UTC), status="picked_up", code="InTransit_PickedUp", text="Collected",
        place="York, GB", zone_known=False,
    )  # fmt: skip
    assert parsed(MESSAGE) == [
        TrackingIn(
            tracking_number="RB123456785GB", carried_by="Royal Mail", scans=(delivered, collected),
            expected_from=datetime(2026, 11, 23, 23, 0, tzinfo=UTC),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("Exception_Lost", ("on_hold", "carrier_parcel_lost")),
        ("InTransit_SomethingNew", ("in_transit", "")),
        ("Levitating_Other", ("unknown", "")),
        ("", ("unknown", "")),
    ],
)
def test_the_status_counts_where_the_sub_status_is_new(code: str, meant: tuple[str, str]) -> None:
    assert said(parsed(with_events({"time_utc": "2026-11-24T09:15:00Z", "sub_status": code}))) == [meant]


def test_an_event_that_happened_nobody_knows_when_is_passed_over() -> None:
    vague = {"time_raw": {"date": "soon", "time": "09:00"}, "sub_status": "Delivered_Other"}
    assert parsed(with_events(vague)) == []


def test_a_number_that_is_no_longer_asked_about_has_no_news() -> None:
    assert parsed({"event": "TRACKING_STOPPED", "data": {"number": "1", "carrier": 3011}}) == []


def test_what_is_not_signed_or_no_message_is_refused() -> None:
    with pytest.raises(NotSigned):
        parsed(MESSAGE, key="another key")
    with pytest.raises(Unreadable):
        parsed({"data": {}})


@given(nearly(MESSAGE))
@settings(max_examples=150)
def test_whatever_is_signed_is_taken_or_refused(message: Any) -> None:
    taken_or_refused(parsed, message)


def test_a_short_key_is_no_key() -> None:
    assert not Track17Form(data={"secret": "short"}).is_valid()
    assert Track17Form(data={"secret": KEY}).is_valid()
