"""Karrio's details in our words: what is believed, what is not, and what is nobody's business."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.shipments.carriers import Fetched
from aftercare.commerce.shipments.carriers.karrio.reading import read_answers
from aftercare.commerce.shipments.errors import CarrierTroubled, TurnedAway
from aftercare.commerce.shipments.schemas import TrackingIn

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
VIENNA = ZoneInfo("Europe/Vienna")


def answer(*details: Any, numbers: tuple[str, ...] = ("N1",), **said: Any) -> dict[str, Any]:
    return {"numbers": numbers, "details": details, "messages": [], "error": "", "calls": [[200, "", ""]], **said}


def details(*events: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"tracking_number": "N1", "events": events, "delivered": None, "status": None, **said}


def event(**said: Any) -> dict[str, Any]:
    return {"date": "2026-11-20", "time": "07:13 AM", "timestamp": "2026-11-20T07:13:00.000Z", **said}


def read(*answers: dict[str, Any], connector: str = "bpost") -> Fetched:
    return read_answers(answers, connector=connector, zone=VIENNA, now=NOW)


def only(*events: dict[str, Any], connector: str = "bpost", **said: Any) -> TrackingIn:
    return read(answer(details(*events, **said)), connector=connector).updates["N1"]


class TestTimes:
    def test_a_z_that_karrio_made_up_is_no_zone(self):
        scan = only(event(status="in_transit")).scans[0]
        assert scan.at == datetime(2026, 11, 20, 7, 13, tzinfo=VIENNA)
        assert not scan.zone_known

    @pytest.mark.parametrize(
        ("said", "at"),
        [
            ({"timestamp": "", "time": "07:13 PM"}, (19, 13)),
            ({"timestamp": None, "time": "19:13"}, (19, 13)),
            ({"timestamp": None, "time": None}, (0, 0)),
            ({"timestamp": "soon", "time": "at noon"}, (0, 0)),
        ],
    )
    def test_without_one_the_date_and_its_time_do(self, said, at):
        scan = only(event(status="in_transit", **said)).scans[0]
        assert scan.at == datetime(2026, 11, 20, *at, tzinfo=VIENNA)

    def test_what_cannot_be_placed_in_time_is_passed_over(self):
        told = only(event(timestamp=None, date=None, status="in_transit"), event(status="picked_up"))
        assert [scan.status for scan in told.scans] == ["picked_up"]


class TestMeanings:
    def test_an_arrival_that_no_scan_tells_of_is_the_latest_scan(self):
        arrived = only(
            event(code="B", timestamp="2026-11-20T09:00:00.000Z"), event(code="C", timestamp="2026-11-21T09:00:00.000Z"),
            event(code="A", timestamp="2026-11-19T09:00:00.000Z"), delivered=True,
        )  # fmt: skip
        assert [(scan.code, scan.status) for scan in arrived.scans] == [
            ("B", "unknown"), ("C", "delivered"), ("A", "unknown"),
        ]  # fmt: skip
        told = only(event(status="delivered", code="B"), event(code="C"), delivered=True)
        assert [scan.status for scan in told.scans] == ["delivered", "unknown"]

    def test_no_scan_is_made_up_where_there_is_none(self):
        assert read(answer(details(delivered=True, status="delivered"))).updates == {}

    def test_a_reason_karrio_found_goes_before_the_usual_one(self):
        on_hold = only(event(status="on_hold", reason="customs_delay"), event(status="on_hold", reason="strange"))
        assert [scan.reason for scan in on_hold.scans] == ["customs_delay", "unknown"]

    def test_a_scan_without_trouble_has_no_reason(self):
        assert only(event(status="in_transit", code="AR", reason="consignee_access_restricted")).scans[0].reason == ""

    def test_the_finer_code_of_a_carrier_goes_before_karrio_s_status(self):
        assert only(event(status="in_transit", code="OT"), connector="ups").scans[0].status == "out_for_delivery"
        assert only(event(status="delivery_delayed", code="unknown"), connector="dhl_universal").scans[0].status == (
            "unknown"
        )

    def test_a_status_karrio_may_invent_one_day_is_unknown(self):
        assert only(event(status="teleported")).scans[0].status == "unknown"


class TestWhose:
    def test_among_several_an_answer_about_no_number_asked_is_passed_over(self):
        told = read(answer(details(event(), tracking_number="X9"), numbers=("N1", "N2")))
        assert not told.updates
        assert set(told.quiet) == {"N1", "N2"}

    def test_a_number_is_known_however_it_is_written(self):
        told = read(answer(details(event(), tracking_number=" n 1"), numbers=("N1", "N2")))
        assert list(told.updates) == ["N1"]
        assert told.quiet == {"N2": "The carrier knows nothing of this number yet."}

    def test_only_a_proof_that_is_an_address_is_kept(self):
        kept = only(event(), images={"delivery_image": "https://carrier.example/1.jpg"}, info={"signed_by": "Weber"})
        assert (kept.proof_url, kept.signed_by) == ("https://carrier.example/1.jpg", "Weber")
        assert only(event(), images={"delivery_image": "iVBORw0KGgo"}).proof_url == ""
        assert only(event(), images={"signature_image": "http://carrier.example/1.jpg"}).proof_url == ""


class TestHindrances:
    @pytest.mark.parametrize(
        ("said", "wait"),
        [
            ("90", timedelta(seconds=90)),
            ("Sun, 22 Nov 2026 11:00:00 GMT", timedelta(hours=1)),
            ("Sun, 22 Nov 2020 11:00:00 GMT", timedelta(seconds=1)),
            ("", timedelta(minutes=5)),
            ("99999999999999999999", timedelta(minutes=5)),
            ("9999999", timedelta(days=1)),
        ],
    )
    def test_how_long_a_carrier_wants_to_be_left_alone(self, said, wait):
        assert read(answer(calls=[[429, said, "Too Many Requests"]])).wait == wait

    def test_what_was_answered_before_counts(self):
        told = read(answer(details(event())), answer(numbers=("N2",), calls=[[503, "60", "Busy"]]))
        assert list(told.updates) == ["N1"]
        assert told.wait == timedelta(minutes=1)
        assert not told.quiet

    def test_no_token_means_that_the_keys_do_not_fit(self):
        refused = answer(error="ParsedMessagesError: ", messages=[{"code": "10400", "message": "Invalid client"}])
        trouble = read(refused).trouble
        assert isinstance(trouble, TurnedAway)
        assert "10400 Invalid client" in trouble.sentence

    def test_a_carrier_that_cannot_be_reached(self):
        trouble = read(answer(calls=[[0, "", "timed out"]])).trouble
        assert isinstance(trouble, CarrierTroubled)
        assert "timed out" in trouble.sentence


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
some_event = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("date", "time", "timestamp", "status", "reason", "code", "location"), anything)
)
some_details = st.fixed_dictionaries({}, optional={
    "tracking_number": st.just("N1") | anything, "events": st.lists(some_event, max_size=3) | anything,
    "images": anything, "info": anything, "delivered": anything, "estimated_delivery": anything, "status": anything,
})  # fmt: skip


@given(told=st.lists(some_details | st.none(), max_size=3), messages=st.lists(st.none() | st.dictionaries(
    st.sampled_from(["code", "message"]), anything), max_size=2))  # fmt: skip
def test_whatever_comes_is_understood_or_told_of(told: list[Any], messages: list[Any]) -> None:
    fetched = read(answer(*told, messages=messages))
    assert {*fetched.updates, *fetched.quiet} == {"N1"}
