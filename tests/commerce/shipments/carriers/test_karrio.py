"""Carriers asked through karrio: from our question, through its own process and a real socket, to our words."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.commerce.shipments.carriers import Fetched, Fetches, find, registry
from aftercare.commerce.shipments.carriers.karrio import Karrio
from aftercare.commerce.shipments.carriers.karrio.interpreter import THE_INTERPRETER, Interpreter, Question
from aftercare.commerce.shipments.errors import CarrierTroubled, LibraryMissing, TurnedAway
from tests.commerce.shipments.carriers.answering import (
    ARRIVED,
    KEYS,
    UNDER_WAY,
    FakeCarrier,
    fake_carrier,
    fedex_answer,
    parcel,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
FIRST, SECOND = "1Z999AA10123456784", "1Z999AA10123456775"


@pytest.fixture
def ups(settings) -> Iterator[FakeCarrier]:
    with fake_carrier() as carrier:
        settings.CARRIER_GATEWAY = carrier.address
        yield carrier


@pytest.fixture(scope="module", autouse=True)
def left_alone() -> Iterator[None]:
    yield
    THE_INTERPRETER.stop()


def ask(*numbers: str, key: str = "ups", **config: object) -> Fetched:
    carrier = registry[key]
    assert isinstance(carrier, Fetches)
    return carrier.fetch(numbers=numbers, config={**KEYS, **config}, zone=NEW_YORK, now=NOW)


class TestAsking:
    def test_what_a_carrier_says_comes_in_our_words(self, ups: FakeCarrier):
        ups.parcels[FIRST] = parcel(FIRST, ARRIVED, deliveryInformation={"receivedBy": "WEBER"})
        told = ask(FIRST).updates[FIRST]
        assert [(scan.status, scan.code) for scan in told.scans] == [
            ("delivered", "FS"), ("out_for_delivery", "OT"), ("in_transit", "AR"), ("pending", "MP"),
        ]  # fmt: skip
        arrived = told.scans[0]
        assert arrived.at == datetime(2026, 11, 21, 14, 15, tzinfo=NEW_YORK)
        assert not arrived.zone_known
        assert (arrived.text, arrived.place) == ("DELIVERED", "Louisville, KY, 40214, US")
        assert told.signed_by == "WEBER"
        assert told.expected_by == datetime(2026, 11, 23, 23, 59, 59, tzinfo=NEW_YORK)

    def test_the_questions_go_to_the_carrier_with_the_store_s_keys_and_one_token(self, ups: FakeCarrier):
        ups.parcels |= {number: parcel(number, UNDER_WAY) for number in (FIRST, SECOND)}
        ask(FIRST, SECOND, client_secret="another")
        assert {asked.host for asked in ups.asked} == {"onlinetools.ups.com"}
        assert [asked.path for asked in ups.asked].count("/security/v1/oauth/token") == 1
        assert ups.numbers == [FIRST, SECOND]
        assert ups.asked[-1].authorization == "Bearer opened"

    def test_a_number_the_carrier_does_not_know_is_told_in_its_words(self, ups: FakeCarrier):
        ups.parcels[SECOND] = parcel(SECOND, UNDER_WAY)
        told = ask(FIRST, SECOND)
        assert told.quiet == {FIRST: "TW0001 Tracking Information Not Found"}
        assert list(told.updates) == [SECOND]
        assert told.trouble is None

    def test_an_answer_nobody_can_read_spoils_no_other(self, ups: FakeCarrier):
        ups.parcels[FIRST] = {"trackResponse": {"shipment": [{"package": [{"activity": []}]}]}}
        ups.parcels[SECOND] = parcel(SECOND, UNDER_WAY)
        told = ask(FIRST, SECOND)
        assert "could not be read" in told.quiet[FIRST]
        assert list(told.updates) == [SECOND]

    def test_an_answer_to_one_question_is_its_answer_whatever_number_it_bears(self, ups: FakeCarrier):
        ups.parcels[FIRST] = parcel("92419900000033499522966220", UNDER_WAY)
        assert list(ask(FIRST).updates) == [FIRST]

    def test_a_carrier_that_takes_many_numbers_is_asked_once(self, ups: FakeCarrier):
        ups.parcels["trackingnumbers"] = fedex_answer("111111111111", "333333333333")
        told = ask("111111111111", "222222222222", "333333333333", key="fedex", track_api_key="a", track_secret_key="b")
        assert list(told.updates) == ["111111111111", "333333333333"]
        assert list(told.quiet) == ["222222222222"]
        assert [asked.path for asked in ups.asked] == ["/oauth/token", "/track/v1/trackingnumbers"]
        assert told.updates["111111111111"].scans[0].status == "out_for_delivery"

    @given(data=st.data())
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_an_answer_that_is_spoilt_is_taken_or_told_of(self, ups: FakeCarrier, data: st.DataObject):
        body = parcel(FIRST, [dict(one) for one in ARRIVED])
        package = body["trackResponse"]["shipment"][0]["package"][0]
        for holder in (package, *package["activity"]):
            key = data.draw(st.sampled_from(sorted(holder)))
            holder[key] = data.draw(st.sampled_from([None, "", 0, [], {}, "9" * 90, [None], holder[key]]))
        ups.parcels[FIRST] = body
        told = ask(FIRST)
        assert {*told.updates, *told.quiet} == {FIRST}
        assert told.trouble is None


class TestTrouble:
    def test_a_carrier_that_throttles_is_asked_no_further_and_left_alone_as_long_as_it_wants(self, ups: FakeCarrier):
        ups.status, ups.headers = 429, {"Retry-After": "120"}
        told = ask(FIRST, SECOND, client_secret="throttled")
        assert told.wait == timedelta(seconds=120)
        assert isinstance(told.trouble, CarrierTroubled)
        assert not told.updates
        assert not told.quiet
        assert len(ups.asked) == 1

    def test_keys_that_do_not_fit(self, ups: FakeCarrier):
        ups.status = 401
        told = ask(FIRST, client_secret="wrong")
        assert isinstance(told.trouble, TurnedAway)
        assert "Not now" in told.trouble.sentence
        assert told.trouble.remedy

    def test_an_error_of_the_carrier_s_own(self, ups: FakeCarrier):
        ups.status = 500
        told = ask(FIRST, client_secret="troubled")
        assert isinstance(told.trouble, CarrierTroubled)
        assert told.wait is None

    def test_nobody_there(self, settings):
        settings.CARRIER_GATEWAY = "http://127.0.0.1:9"
        told = ask(FIRST, client_secret="nobody")
        assert isinstance(told.trouble, CarrierTroubled)
        assert "cannot be reached" in told.trouble.sentence

    def test_a_carrier_that_does_not_answer_is_not_waited_for(self, ups: FakeCarrier):
        ups.delay = 2.0
        hasty = Interpreter(per_call=0.2)
        try:
            ((answer),) = hasty.ask(Question("ups", KEYS, [FIRST], 1, ups.address))
        finally:
            hasty.stop()
        assert "timed out" in answer["calls"][0][2]

    def test_a_child_that_dies_is_replaced(self, ups: FakeCarrier):
        ups.parcels[FIRST] = parcel(FIRST, UNDER_WAY)
        assert ask(FIRST).updates
        child = THE_INTERPRETER._child
        assert child is not None
        child.kill()
        child.wait()
        assert ask(FIRST).updates

    def test_without_the_library_a_sentence_says_what_is_missing(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(sys, "path", [])
        with pytest.raises(LibraryMissing, match="not installed"):
            ask(FIRST)


class TestApart:
    def test_nothing_of_karrio_is_imported_where_the_carriers_are(self):
        code = (
            "import django; django.setup(); import ssl, sys; checks = ssl._create_default_https_context;"
            "from aftercare.commerce.shipments.carriers import registry; registry['ups'].ConfigForm(data={}).is_valid();"
            "assert not any(name.split('.')[0] == 'karrio' for name in sys.modules), 'imported';"
            "assert ssl._create_default_https_context is checks"
        )
        subprocess.run([sys.executable, "-c", code], check=True, cwd=Path.cwd())

    def test_each_connector_serves_somebody_and_has_its_plugin(self):
        kinds = [carrier for carrier in registry if isinstance(carrier, Karrio)]
        assert len(kinds) >= 25
        for kind in kinds:
            assert kind.serves
            assert kind.per_hour({}) > 0

    def test_a_parcel_is_named_after_its_carrier_and_not_after_an_interface_of_it(self):
        known = find("dhl_express")
        assert known is not None
        assert "XML" in str(known.label)
        assert known.tracking_url("1234567890").startswith("https://www.dhl.com/")
