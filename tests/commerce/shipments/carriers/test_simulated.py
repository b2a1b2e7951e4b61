"""The simulated carrier: believable, deterministic, and as badly behaved as it is told to be."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.commerce.shipments.carriers.simulated import (
    Simulated,
    SimulatedForm,
    consignment_of,
    history,
    new_number,
    push,
    scans_due,
)
from aftercare.commerce.shipments.carriers.simulated.life import Consignment, Habits
from aftercare.commerce.shipments.carriers.simulated.world import CODES, COUNTRIES
from aftercare.commerce.shipments.messages import sign
from aftercare.commerce.shipments.policy import ParcelState, fold, seen
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.commerce.shipments.vocabulary import Reason, Status
from aftercare.foundation.kit.errors import Refusal

FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
MUCH_LATER = FRIDAY + timedelta(days=60)
BERLIN = ZoneInfo("Europe/Berlin")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WELL_BEHAVED = {"secret": SECRET, "seed": 7, **dict.fromkeys(Habits.names(), 0.0)}
LANES = [*(("DE", country) for country in ("DE", "AT", "FR", "NL", "GB", "ES", "US")), ("US", "US"), ("GB", "??")]


def parcel(
    serial: int = 1, *, origin: str = "DE", destination: str = "FR", announced_at: datetime = FRIDAY
) -> Consignment:
    return consignment_of(
        number=new_number(serial), origin={"city": "Berlin", "country": origin},
        destination={"city": "Lyon", "country": destination}, announced_at=announced_at, service="standard",
    )  # fmt: skip


def told(consignment: Consignment, **habits: float) -> TrackingIn:
    tracking = history(consignment, until=MUCH_LATER, config={**WELL_BEHAVED, **habits}, zone=BERLIN)
    assert tracking is not None
    return tracking


def state_of(scans: Sequence[ScanIn]) -> ParcelState:
    return fold(seen(at=scan.at, status=scan.status, reason=scan.reason, text=scan.text) for scan in scans)


def codes(tracking: TrackingIn) -> list[str]:
    return [scan.code for scan in tracking.scans]


class TestWorld:
    def test_every_code_is_in_our_words_and_in_every_language_spoken(self):
        languages = {country.language for country in COUNTRIES.values()}
        for code in CODES.values():
            assert code.status in Status.values
            assert code.reason in {"", *Reason}
            assert languages <= set(code.texts)

    def test_every_country_has_a_way_through_it(self):
        for country in COUNTRIES.values():
            assert country.hubs
            assert 1 <= country.nights[0] <= country.nights[1]


class TestLife:
    @pytest.mark.parametrize(("origin", "destination"), LANES)
    def test_a_parcel_without_mishap_goes_from_door_to_door_in_order(self, origin: str, destination: str):
        tracking = told(parcel(origin=origin, destination=destination))
        assert codes(tracking)[:4] == ["ANN", "PUP", "ARR", "DEP"]
        assert codes(tracking)[-4:-1] == ["DPT", "OFD", "INF"]
        assert state_of(tracking.scans).status == "delivered"
        times = [scan.at for scan in tracking.scans]
        assert times == sorted(times)
        assert ("CUS" in codes(tracking)) == ((origin, destination) in {("DE", "GB"), ("DE", "US"), ("GB", "??")})

    def test_it_arrives_when_it_was_promised(self):
        for serial in range(40):
            tracking = told(parcel(serial, destination="DE"))
            assert tracking.expected_from <= state_of(tracking.scans).delivered_at <= tracking.expected_by

    def test_it_speaks_the_recipient_s_language(self):
        assert told(parcel(destination="FR")).scans[0].text == "Colis annoncé, en attente de prise en charge"
        assert told(parcel(destination="NL")).scans[0].text == "Zending aangemeld, pakket nog niet ontvangen"

    def test_nothing_is_delivered_on_a_sunday(self):
        for serial in range(40):
            delivered_at = state_of(told(parcel(serial)).scans).delivered_at
            assert delivered_at.astimezone(ZoneInfo("Europe/Paris")).weekday() != 6

    @given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), st.integers(0, 999))  # noqa: DTZ001 -- hypothesis adds the zone
    @settings(max_examples=60)
    def test_it_never_runs_backwards_whenever_it_begins(self, announced_at: datetime, serial: int):
        consignment = parcel(serial, destination="US", announced_at=announced_at)
        due = scans_due(consignment, since=None, until=announced_at + timedelta(days=60), config=WELL_BEHAVED)
        times = [report.at.astimezone(UTC) for report in due]
        assert times == sorted(times)
        assert times[0] == announced_at


class TestMishaps:
    def test_a_failed_attempt_ends_well(self):
        tracking = told(parcel(), failed_attempt=1)
        assert "NAH" in codes(tracking)
        assert state_of(tracking.scans).status == "delivered"

    def test_a_pick_up_point(self):
        assert codes(told(parcel(), pickup_point=1))[-2:] == ["PPT", "COL"]

    def test_back_to_the_sender(self):
        tracking = told(parcel(), return_to_sender=1)
        assert codes(tracking)[-2:] == ["RTS", "RTD"]
        assert state_of(tracking.scans).status == "return_to_sender"
        assert tracking.scans[-1].place == "Berlin, DE"

    def test_lost_for_ever(self):
        tracking = told(parcel(), lost=1)
        assert codes(tracking)[-1] == "ARR"
        assert state_of(tracking.scans).status == "in_transit"

    def test_an_overloaded_hub_says_so_and_promises_anew(self):
        usual, late = told(parcel()), told(parcel(), hub_delay=1)
        assert "DLH" in codes(late)
        assert late.expected_by > usual.expected_by

    def test_silence_for_days(self):
        times = [scan.at for scan in told(parcel(), silence=1).scans]
        longest = max(after - before for before, after in pairwise(times))
        assert longest > timedelta(days=3)

    def test_customs_hold_a_parcel(self):
        tracking = told(parcel(destination="US"), customs_hold=1)
        held = codes(tracking).index("CUX")
        assert codes(tracking)[held + 1] == "CUC"
        assert tracking.scans[held].reason == "customs_documentation"


class TestReporting:
    def test_shuffled(self):
        orders = [told(parcel(serial), shuffled=1) for serial in range(10)]
        assert any([scan.at for scan in one.scans] != sorted(scan.at for scan in one.scans) for one in orders)
        assert all(state_of(one.scans) == state_of(told(parcel(serial)).scans) for serial, one in enumerate(orders))

    def test_duplicated(self):
        tracking = told(parcel(), duplicated=1)
        assert len(set(tracking.scans)) < len(tracking.scans)
        assert set(tracking.scans) == set(told(parcel()).scans)

    def test_without_zone(self):
        tracking = told(parcel(destination="US"), zone_missing=1)
        assert not all(scan.zone_known for scan in tracking.scans)
        # Where the place is named its own zone is taken, so the time is right all the same.
        usual = {(scan.code, scan.place): scan.at for scan in told(parcel(destination="US")).scans}
        named = [scan for scan in tracking.scans if "," in scan.place]
        assert all(scan.at == usual[scan.code, scan.place] for scan in named)

    def test_without_zone_and_country_the_store_s_clock_has_to_do(self):
        placeless = 0
        for serial in range(6):
            tracking = told(parcel(serial, destination="US"), zone_missing=1)
            usual = {(scan.code, scan.place): scan.at for scan in told(parcel(serial, destination="US")).scans}
            for scan in tracking.scans:
                there = next(
                    (at, place) for (code, place), at in usual.items() if code == scan.code and scan.place in place
                )
                if "," not in scan.place:
                    placeless += 1
                    local = there[0].astimezone(COUNTRIES[there[1][-2:]].zone)
                    assert scan.at == local.replace(tzinfo=BERLIN)
        assert placeless

    def test_backwards(self):
        tracking = told(parcel(), backwards=1)
        assert tracking.scans[-1].status in {"in_transit", "picked_up"}
        assert state_of(tracking.scans).status == "delivered"

    @pytest.mark.parametrize("serial", range(30))
    def test_every_parcel_that_reached_its_door_ends_as_delivered_however_it_is_told(self, serial: int):
        habits = {"shuffled": 1, "duplicated": 1, "zone_missing": 1, "backwards": 1, "failed_attempt": 1}
        assert state_of(told(parcel(serial), **habits).scans).status == "delivered"


class TestDue:
    def test_the_same_parcel_and_seed_give_the_same_life(self):
        assert told(parcel(5)) == told(parcel(5))
        assert told(parcel(5)) != told(parcel(5), seed=8)

    def test_spans_join_without_gap_or_overlap(self):
        config = {**WELL_BEHAVED, "shuffled": 1, "duplicated": 1}
        whole = scans_due(parcel(), since=None, until=MUCH_LATER, config=config)
        pieces = []
        since = None
        for hours in range(0, 24 * 20, 7):
            until = FRIDAY + timedelta(hours=hours)
            pieces += scans_due(parcel(), since=since, until=until, config=config)
            since = until
        assert pieces == whole

    def test_nothing_is_due_before_it_begins(self):
        assert scans_due(parcel(), since=None, until=FRIDAY - timedelta(days=1), config=WELL_BEHAVED) == []
        assert history(parcel(), until=FRIDAY - timedelta(days=1), config=WELL_BEHAVED, zone=BERLIN) is None


class TestWebhook:
    def parsed(self, body: bytes, headers: dict[str, str]) -> list[TrackingIn]:
        return Simulated().parse_webhook(
            body=body, headers=headers, query={}, config=WELL_BEHAVED, zone=BERLIN, now=MUCH_LATER
        )

    def test_what_is_pushed_is_what_happened(self):
        parcels = parcel(1), parcel(2)
        due = [(one, scans_due(one, since=None, until=MUCH_LATER, config=WELL_BEHAVED)) for one in parcels]
        body, headers = push(due, config=WELL_BEHAVED, now=MUCH_LATER)
        assert self.parsed(body, headers) == [told(parcel(1)), told(parcel(2))]

    @given(st.data())
    @settings(max_examples=150)
    def test_a_mangled_push_is_translated_or_refused(self, data: st.DataObject):
        due = [(parcel(), scans_due(parcel(), since=None, until=MUCH_LATER, config=WELL_BEHAVED))]
        whole, _ = push(due, config=WELL_BEHAVED, now=MUCH_LATER)
        start, end = sorted(data.draw(st.tuples(st.integers(0, len(whole)), st.integers(0, len(whole)))))
        mangled = whole[:start] + data.draw(st.text(max_size=6)).encode() + whole[end:]
        headers = push_headers(mangled)
        with suppress(Refusal):
            assert all(update.scans for update in self.parsed(mangled, headers))


def push_headers(body: bytes) -> dict[str, str]:
    try:
        return sign(body=body, secret=SECRET, message_id="m", now=MUCH_LATER)
    except UnicodeDecodeError:
        return {}


class TestNumbers:
    @given(st.integers(0, 999_999_999))
    def test_its_own_are_recognised(self, serial: int):
        assert Simulated().recognises(new_number(serial)) == 1.0

    @given(st.integers(0, 999_999_999), st.integers(3, 11), st.integers(1, 9))
    def test_one_mistyped_digit_is_noticed(self, serial: int, place: int, step: int):
        number = new_number(serial)
        mistyped = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
        assert Simulated().recognises(mistyped) == 0.0


class TestForm:
    def test_it_asks_for_every_habit(self):
        form = SimulatedForm(data={"secret": SECRET, "seed": 3, "lost": 0.5})
        assert form.is_valid()
        outage = {"silent_hub", "silent_from", "silent_until"}
        assert set(form.fields) == {"secret", "seed", *outage, *Habits.names()}
        assert form.cleaned_data["lost"] == 0.5

    @pytest.mark.parametrize("wrong", [{"secret": "!"}, {"seed": "x"}, {"lost": 2}, {"silence": -1}])
    def test_it_names_what_is_wrong(self, wrong: dict[str, object]):
        form = SimulatedForm(data={"secret": SECRET, "seed": 3, **wrong})
        assert list(form.errors) == list(wrong)


def test_a_sorting_centre_that_stands_still_is_silent_until_it_goes_on() -> None:
    consignment = parcel()
    usual = scans_due(consignment, since=None, until=MUCH_LATER, config=WELL_BEHAVED)
    hub = next(report for report in usual if report.code == "ARR").place.city
    since, until = usual[0].arrives_at, usual[-1].arrives_at + timedelta(days=2)
    outage = {"silent_hub": hub, "silent_from": since.isoformat(), "silent_until": until.isoformat()}
    held = scans_due(consignment, since=None, until=MUCH_LATER, config={**WELL_BEHAVED, **outage})
    assert [report.at for report in held] == [report.at for report in usual]
    arrivals = [report.arrives_at for report in held]
    came = next(index for index, report in enumerate(usual) if report.place.city == hub)
    assert arrivals[: came + 1] == [report.arrives_at for report in usual[: came + 1]]
    assert set(arrivals[came + 1 :]) == {until}
    elsewhere = {**WELL_BEHAVED, **outage, "silent_hub": "Nowhere"}
    assert scans_due(consignment, since=None, until=MUCH_LATER, config=elsewhere) == usual


@pytest.mark.parametrize("text", ["soon", "2026-11-22T08:00:00"])
def test_an_outage_is_told_as_an_instant(text: str) -> None:
    assert "silent_from" in SimulatedForm({"secret": SECRET, "seed": 1, "silent_from": text}).errors
