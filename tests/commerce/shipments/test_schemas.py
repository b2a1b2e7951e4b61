"""What parcels and scans must look like at every door."""

import pytest
from pydantic import ValidationError

from aftercare.commerce.shipments.schemas import ScanIn, ShipmentIn, TrackingIn
from tests.commerce.shipments.parcels import MONDAY, scan


@pytest.mark.parametrize("url", ["https://track.example/1", "HTTP://track.example/1", ""])
def test_a_tracking_link_is_a_web_address(url: str):
    assert ShipmentIn(id="1", order="1", tracking_url=url).tracking_url == url


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "track.example/1", "//track.example"])
def test_nothing_else_is_a_tracking_link(url: str):
    with pytest.raises(ValidationError, match="no web address"):
        ShipmentIn(id="1", order="1", tracking_url=url)


def test_a_reason_is_one_of_ours():
    assert ScanIn(at=MONDAY, status="on_hold", reason="customs_delay").reason == "customs_delay"
    with pytest.raises(ValidationError, match="consignee_not_home"):
        ScanIn(at=MONDAY, status="on_hold", reason="mood")


@pytest.mark.parametrize("at", ["2026-11-16T08:00:00", "1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z"])
def test_a_time_has_a_zone_and_is_plausible(at: str):
    with pytest.raises(ValidationError):
        ScanIn.model_validate({"at": at, "status": "delivered"})


def test_an_update_brings_at_least_one_scan():
    with pytest.raises(ValidationError):
        TrackingIn(tracking_number="1", scans=())
    assert TrackingIn(tracking_number="1", scans=(scan(1, "delivered"),)).scans[0].zone_known


def test_a_name_is_no_longer_than_what_keeps_it():
    with pytest.raises(ValidationError, match="at most 120"):
        TrackingIn(tracking_number="1", signed_by="S" * 121, scans=(scan(1, "delivered"),))
