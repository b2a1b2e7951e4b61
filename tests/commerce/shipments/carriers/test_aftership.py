"""AfterShip."""

import hmac
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings

from aftercare.commerce.shipments.carriers.aftership import Aftership, AftershipForm
from aftercare.commerce.shipments.errors import NotSigned, Unreadable
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from tests.commerce.shipments.carriers.pushing import BERLIN, NOW, nearly, said, taken_or_refused

SECRET = "ein-geheimnis-für-aftership"
MESSAGE: dict[str, Any] = {
    "ts": 1795514400,
    "event": "tracking_update",
    "event_id": "0f1a2b3c-0000-4000-8000-000000000001",
    "is_tracking_first_tag": True,
    "msg": {
        "id": "t1", "tracking_number": "00340434161094042557", "slug": "dhl-germany", "active": True, "tag": "Delivered",
        "subtag": "Delivered_003", "expected_delivery": "2026-11-25", "signed_by": "S. Weber",
        "courier_estimated_delivery_date": {
            "estimated_delivery_date": None, "estimated_delivery_date_min": "2026-11-24T08:00:00+01:00",
            "estimated_delivery_date_max": "2026-11-24T12:00:00+01:00",
        },
        "proof_of_delivery": [{"type": "image", "url": "https://pod.example/1.jpg"}],
        "checkpoints": [
            {
                "slug": "dhl-germany", "checkpoint_time": "2026-11-23T09:15:00", "tag": "InTransit",
                "subtag": "InTransit_002", "raw_tag": "PCKDU", "message": "Abgeholt", "location": None, "city": "Köln",
                "state": None, "country_name": "DEU",
            },
            {
                "slug": "dhl-germany", "checkpoint_time": "2026-11-24T10:15:00+01:00", "tag": "Delivered",
                "subtag": "Delivered_003", "raw_tag": "", "message": "Zugestellt", "location": "Berlin, DEU",
            },
            {"slug": "dhl-germany", "checkpoint_time": None, "message": "undated"},
        ],
    },
}  # fmt: skip


def parsed(message: Any, *, secret: str = SECRET, **headers: str) -> list[TrackingIn]:
    body = message if isinstance(message, bytes) else orjson.dumps(message)
    signature = b64encode(hmac.new(secret.encode(), body, "sha256").digest()).decode()
    return Aftership().parse_webhook(
        body=body, headers={"aftership-hmac-sha256": signature, **headers}, query={}, config={"secret": SECRET},
        zone=BERLIN, now=NOW,
    )  # fmt: skip


def of(subtag: str, tag: str = "") -> tuple[str, str]:
    checkpoint = {"checkpoint_time": "2026-11-24T10:15:00Z", "tag": tag, "subtag": subtag}
    return said(parsed({"msg": {"tracking_number": "1", "checkpoints": [checkpoint]}}))[0]


def test_a_message_is_translated() -> None:
    collected = ScanIn(
        at=datetime(2026, 11, 23, 8, 15, tzinfo=UTC), status="picked_up", code="InTransit_002 PCKDU", text="Abgeholt",
        place="Köln, DEU", zone_known=False,
    )  # fmt: skip
    delivered = ScanIn(
        at=datetime(2026, 11, 24, 9, 15, tzinfo=UTC), status="delivered", code="Delivered_003", text="Zugestellt",
        place="Berlin, DEU",
    )  # fmt: skip
    assert parsed(MESSAGE) == [
        TrackingIn(
            tracking_number="00340434161094042557", carried_by="dhl-germany", signed_by="S. Weber",
            expected_from=datetime(2026, 11, 24, 7, 0, tzinfo=UTC), expected_by=datetime(2026, 11, 24, 11, 0, tzinfo=UTC),
            proof_url="https://pod.example/1.jpg", scans=(collected, delivered),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("subtag", "tag", "meant"),
    [
        ("InTransit_007", "InTransit", ("in_transit", "")),
        ("Exception_004", "Exception", ("on_hold", "customs_delay")),
        ("Exception_011", "Exception", ("return_to_sender", "")),
        ("Delivered_999", "Delivered", ("delivered", "")),
        ("Levitating_001", "Levitating", ("unknown", "")),
        ("", "", ("unknown", "")),
    ],
)
def test_the_finest_word_that_is_known_counts(subtag: str, tag: str, meant: tuple[str, str]) -> None:
    assert of(subtag, tag) == meant


def test_a_parcel_without_checkpoints_has_no_news() -> None:
    assert parsed({"msg": {"tracking_number": "1", "tag": "Pending", "checkpoints": []}}) == []


def test_words_longer_than_we_keep_are_cut() -> None:
    checkpoint = {"checkpoint_time": "2026-11-24T10:15:00Z", "tag": "InTransit", "message": "lang " * 200}
    (update,) = parsed({"msg": {"tracking_number": "1", "checkpoints": [checkpoint]}})
    assert len(update.scans[0].text) >= 299


@pytest.mark.parametrize("forged", [{"secret": "another secret"}, {"aftership-hmac-sha256": "é"}])
def test_what_is_not_signed_is_refused(forged: dict[str, str]) -> None:
    with pytest.raises(NotSigned):
        parsed(MESSAGE, **forged)


def test_a_mistake_is_named() -> None:
    with pytest.raises(Unreadable) as refused:
        parsed({"msg": {"checkpoints": []}})
    assert refused.value.field == "msg.tracking_number"


@given(nearly(MESSAGE))
@settings(max_examples=150)
def test_whatever_is_signed_is_taken_or_refused(message: Any) -> None:
    taken_or_refused(parsed, message)


def test_a_short_secret_is_no_secret() -> None:
    assert not AftershipForm(data={"secret": "short"}).is_valid()
    assert AftershipForm(data={"secret": SECRET}).is_valid()
