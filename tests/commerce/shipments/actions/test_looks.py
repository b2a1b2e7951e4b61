"""Asking carriers: which parcels are due, what becomes of the answers, how fast, and what a killed worker leaves behind."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.commerce.shipments.actions import (
    change_settings,
    connect_carrier,
    correct_carrier,
    disconnect_carrier,
    look_due,
    look_now,
    pause_carrier,
    want_test,
)
from aftercare.commerce.shipments.carriers.karrio.interpreter import THE_INTERPRETER
from aftercare.commerce.shipments.errors import LookedJustNow, NobodyToAsk
from aftercare.commerce.shipments.models import CarrierAccount, Look, Shipment
from aftercare.commerce.shipments.queries import asking_of, carrier_account
from aftercare.foundation.kit.sealing import unseal
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope
from tests import factories
from tests.commerce.shipments.carriers.answering import ARRIVED, KEYS, UNDER_WAY, FakeCarrier, fake_carrier
from tests.commerce.shipments.carriers.answering import parcel as answer
from tests.commerce.shipments.parcels import NOW, announce, parcel, place_order, report, scan, shipment, told, tracking

NUMBERS = ("1Z999AA10123456784", "1Z999AA10123456775", "1Z999AA10123456793")
LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module", autouse=True)
def left_alone() -> Iterator[None]:
    yield
    THE_INTERPRETER.stop()


@pytest.fixture
def ups(settings) -> Iterator[FakeCarrier]:
    with fake_carrier() as carrier:
        settings.CARRIER_GATEWAY = carrier.address
        yield carrier


@pytest.fixture
def connected(shop: Store, ups: FakeCarrier) -> Store:
    place_order(shop)
    connect(shop, client_secret=ups.address)
    return shop


def connect(store: Store, key: str = "ups", **settings: object) -> CarrierAccount:
    return connect_carrier(store_id=store.pk, carrier_key=key, settings={**KEYS, **settings}, now=NOW)


def announced(store: Store, *numbers: str, **said: object) -> None:
    announce(store, *(
        shipment(f"p{place}", carrier="ups", tracking_number=number, **said) for place, number in enumerate(numbers, 1)
    ))  # fmt: skip


def look(store: Store, parcel_id: str = "p1") -> Look:
    return Look.objects.get(shipment=parcel(store, parcel_id))


def account(store: Store, key: str = "ups") -> CarrierAccount:
    return carrier_account(store_id=store.pk, carrier_key=key)


def made_due(at: datetime = NOW) -> None:
    Look.objects.update(due_at=at)
    CarrierAccount.objects.update(free_at=None)


class TestPlanning:
    def test_a_new_parcel_is_asked_about_once_it_may_have_been_scanned(self, connected: Store):
        announced(connected, NUMBERS[0], created_at=NOW)
        assert look(connected).due_at == NOW + timedelta(hours=4)

    def test_a_carrier_nobody_connected_is_not_asked(self, connected: Store):
        announce(connected, shipment(carrier="dpd"))
        assert not Look.objects.exists()

    def test_a_connection_made_later_knows_the_parcels_under_way(self, shop: Store):
        place_order(shop)
        announced(shop, *NUMBERS[:2])
        announce(shop, shipment("p9", carrier="ups", tracking_number=NUMBERS[2], scans=[scan(30, "delivered")]))
        connect(shop)
        assert Look.objects.count() == 2
        assert look(shop).due_at == NOW

    def test_of_two_connections_the_carrier_s_own_is_asked_and_the_other_takes_over(self, shop: Store):
        place_order(shop)
        for key in ("dhl_universal", "mydhl"):
            settings = {"consumer_key": "a", "consumer_secret": "b", "username": "c", "password": "d"}
            connect_carrier(store_id=shop.pk, carrier_key=key, settings=settings, now=NOW)
        announce(shop, shipment(carrier="dhl_express"))
        assert look(shop).account.carrier == "mydhl"
        disconnect_carrier(store_id=shop.pk, carrier_key="mydhl", now=NOW)
        assert look(shop).account.carrier == "dhl_universal"

    def test_a_corrected_carrier_is_the_one_that_is_asked(self, connected: Store):
        announce(connected, shipment(carrier="dpd", tracking_number=NUMBERS[0]))
        correct_carrier(shipment=parcel(connected), carrier="UPS", tracking_url="", by="olga", now=NOW)
        assert look(connected).account.carrier == "ups"

    def test_thousands_of_parcels_are_planned_in_as_many_statements_as_one(self, connected: Store):
        announced(connected, NUMBERS[0])
        with CaptureQueriesContext(connection) as one:
            announce(connected, shipment("q1", carrier="ups", tracking_number="1ZA"))
        with CaptureQueriesContext(connection) as many:
            announce(connected, *(
                shipment(f"r{n}", carrier="ups", tracking_number=f"1ZB{n}") for n in range(40)
            ))  # fmt: skip
        assert len(one) == len(many)
        assert Look.objects.count() == 42


class TestLooking:
    def test_what_the_carrier_says_is_taken_in_and_the_next_look_set(self, connected: Store, ups: FakeCarrier):
        announced(connected, NUMBERS[0])
        ups.parcels[NUMBERS[0]] = answer(NUMBERS[0], UNDER_WAY)
        made_due()
        assert look_due(NOW) == 1
        found = parcel(connected)
        assert found.status == "out_for_delivery"
        assert [one.source for one in found.scans.all()] == ["ups"] * 3
        known = look(connected)
        assert known.looked_at == NOW
        assert timedelta(minutes=25) < known.due_at - NOW < timedelta(hours=2)
        assert account(connected).looked == 1

    def test_again_it_changes_nothing_that_is_known(self, connected: Store, ups: FakeCarrier):
        announced(connected, NUMBERS[0])
        ups.parcels[NUMBERS[0]] = answer(NUMBERS[0], UNDER_WAY)
        for at in (NOW, LATER):
            made_due(at)
            look_due(at)
        assert len(parcel(connected).scans.all()) == 3
        assert told(connected).count("shipment.out_for_delivery") == 1

    def test_a_parcel_that_has_arrived_is_asked_about_no_more(self, connected: Store, ups: FakeCarrier):
        announced(connected, NUMBERS[0])
        ups.parcels[NUMBERS[0]] = answer(NUMBERS[0], ARRIVED)
        made_due()
        look_due(NOW)
        assert (look(connected).due_at, look(connected).stopped) == (None, "delivered")
        assert told(connected).count("shipment.delivered") == 1

    def test_a_parcel_of_which_others_told_is_left_to_them_until_they_are_late(
        self, connected: Store, ups: FakeCarrier
    ):
        announced(connected, NUMBERS[0])
        report(connected, tracking("p1", scan(140, "in_transit")), now=NOW)
        made_due()
        look_due(NOW)
        assert not ups.asked
        assert look(connected).due_at == NOW + timedelta(hours=24)
        assert look(connected).looked_at is None

    def test_an_arrival_that_others_told_of_costs_no_question(self, connected: Store, ups: FakeCarrier):
        announced(connected, NUMBERS[0])
        report(connected, tracking("p1", scan(140, "delivered")))
        made_due()
        look_due(NOW)
        assert not ups.asked
        assert look(connected).stopped == "delivered"

    def test_what_the_carrier_does_not_know_is_said_and_asked_again(self, connected: Store):
        announced(connected, NUMBERS[0])
        made_due()
        look_due(NOW)
        assert "Tracking Information Not Found" in look(connected).problem
        assert look(connected).due_at > NOW
        assert account(connected).failures == 0

    def test_a_parcel_given_to_another_carrier_is_not_asked_of_this_one(self, connected: Store, ups: FakeCarrier):
        announced(connected, NUMBERS[0])
        Shipment.objects.update(carrier="dpd")
        made_due()
        look_due(NOW)
        assert not ups.asked
        assert look(connected).stopped == "not_asked"

    def test_a_scan_from_the_future_is_refused_and_the_rest_goes_on(self, connected: Store, ups: FakeCarrier):
        announced(connected, *NUMBERS[:2])
        ahead = {**UNDER_WAY[0], "date": "20270101"}
        ups.parcels = {NUMBERS[0]: answer(NUMBERS[0], [ahead]), NUMBERS[1]: answer(NUMBERS[1], UNDER_WAY)}
        made_due()
        look_due(NOW)
        assert "still to come" in look(connected, "p1").problem
        assert not parcel(connected, "p1").scans.all()
        assert parcel(connected, "p2").status == "out_for_delivery"


class TestRate:
    def test_no_more_than_the_carrier_allows(self, connected: Store):
        change_settings(account=account(connected), settings={"per_hour": 60}, by="olga", now=NOW)
        announced(connected, *NUMBERS)
        made_due()
        assert look_due(NOW) == 3
        assert account(connected).free_at == NOW + timedelta(minutes=3)
        Look.objects.update(due_at=NOW)
        assert look_due(NOW + timedelta(minutes=2)) == 0
        assert look_due(NOW + timedelta(minutes=3)) == 3

    def test_a_carrier_that_wants_to_be_left_alone_is(self, connected: Store, ups: FakeCarrier):
        announced(connected, NUMBERS[0])
        ups.status, ups.headers = 429, {"Retry-After": "900"}
        made_due()
        look_due(NOW)
        assert account(connected).free_at == NOW + timedelta(minutes=15)
        assert account(connected).failures == 0
        assert look(connected).due_at == NOW
        assert look_due(NOW + timedelta(minutes=14)) == 0

    def test_failures_make_patient_and_success_forgives(self, connected: Store, ups: FakeCarrier):
        announced(connected, NUMBERS[0])
        ups.status = 500
        at, pauses = NOW, []
        made_due()
        for _ in range(8):
            look_due(at)
            failed = account(connected)
            pauses.append(failed.free_at - at)
            at = failed.free_at
        assert pauses == sorted(pauses)
        assert pauses[0] == timedelta(seconds=30)
        assert pauses[-1] == timedelta(hours=12)
        assert "error of its own" in failed.problem
        ups.status, ups.parcels = 200, {NUMBERS[0]: answer(NUMBERS[0], UNDER_WAY)}
        look_due(at)
        assert (account(connected).failures, account(connected).problem) == (0, "")

    def test_one_round_serves_one_connection_whichever_store_s_it_is(self, connected: Store, ups: FakeCarrier):
        announced(connected, NUMBERS[0])
        other = factories.make_store(slug="mallory")
        with store_scope(other.pk):
            connect(other, client_secret=ups.address)
            place_order(other)
        announced(other, NUMBERS[1])
        with across_stores("both stores' parcels are due"):
            made_due()
        assert [look_due(NOW), look_due(NOW), look_due(NOW)] == [1, 1, 0]
        assert sorted(ups.numbers) == sorted(NUMBERS[:2])


class TestKilled:
    def test_a_worker_that_dies_while_asking_leaves_all_as_it_was_and_another_goes_on(
        self, connected: Store, ups: FakeCarrier, monkeypatch: pytest.MonkeyPatch
    ):
        announced(connected, NUMBERS[0])
        ups.parcels[NUMBERS[0]] = answer(NUMBERS[0], UNDER_WAY)
        made_due()

        def die(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as dying:
            dying.setattr(THE_INTERPRETER, "ask", die)
            with pytest.raises(KeyboardInterrupt):
                look_due(NOW)
        assert look(connected).due_at == NOW
        assert look_due(NOW + timedelta(minutes=14)) == 0
        assert look_due(NOW + timedelta(minutes=15)) == 1
        assert len(parcel(connected).scans.all()) == 3

    def test_what_fails_while_it_is_written_down_leaves_nothing_half_written(
        self, connected: Store, ups: FakeCarrier, monkeypatch: pytest.MonkeyPatch
    ):
        announced(connected, NUMBERS[0])
        ups.parcels[NUMBERS[0]] = answer(NUMBERS[0], UNDER_WAY)
        made_due()
        with monkeypatch.context() as dying:
            dying.setattr(CarrierAccount.objects.none().__class__, "update", _fail)
            with pytest.raises(RuntimeError):
                look_due(NOW)
        assert not parcel(connected).scans.all()
        assert parcel(connected).status == "pending"
        assert look(connected).looked_at is None


def _fail(*_: object, **__: object) -> int:
    raise RuntimeError


class TestStaff:
    def test_who_does_not_want_to_wait_is_served_first(self, connected: Store, ups: FakeCarrier):
        announced(connected, NUMBERS[0])
        report(connected, tracking("p1", scan(140, "in_transit")), now=NOW)
        ups.parcels[NUMBERS[0]] = answer(NUMBERS[0], UNDER_WAY)
        look_now(shipment=parcel(connected), now=NOW)
        assert look_due(NOW) == 1
        assert ups.numbers == [NUMBERS[0]]
        assert not look(connected).is_urgent

    def test_not_twice_within_a_minute(self, connected: Store):
        announced(connected, NUMBERS[0])
        look_now(shipment=parcel(connected), now=NOW)
        look_due(NOW)
        with pytest.raises(LookedJustNow):
            look_now(shipment=parcel(connected), now=NOW + timedelta(seconds=59))

    def test_where_nobody_can_be_asked_that_is_said(self, connected: Store):
        announce(connected, shipment(carrier="dpd"))
        with pytest.raises(NobodyToAsk):
            look_now(shipment=parcel(connected), now=NOW)

    def test_a_paused_connection_asks_nobody(self, connected: Store):
        announced(connected, NUMBERS[0])
        made_due()
        pause_carrier(account=account(connected), paused=True, now=NOW)
        assert look_due(NOW) == 0
        shown = asking_of(parcel(connected))
        assert shown is not None
        assert shown.next_at is None
        pause_carrier(account=account(connected), paused=False, now=NOW)
        assert look_due(NOW) == 1

    def test_a_connection_is_tried_without_a_parcel(self, connected: Store, ups: FakeCarrier):
        want_test(account=account(connected), now=NOW)
        look_due(NOW)
        tried = account(connected)
        assert (tried.tested_at, tried.test_result, tried.test_wanted_at) == (NOW, "", None)
        ups.status = 401
        change_settings(account=tried, settings={"client_secret": "wrong"}, by="olga", now=NOW)
        want_test(account=account(connected), now=NOW)
        look_due(NOW)
        assert "does not let us in" in account(connected).test_result

    def test_one_that_pushes_is_tried_by_its_first_message(self, shop: Store):
        pushing = connect_carrier(
            store_id=shop.pk, carrier_key="easypost", settings={"secret": "a long secret"}, now=NOW
        )
        with pytest.raises(NobodyToAsk):
            want_test(account=pushing, now=NOW)

    def test_what_is_left_empty_stays(self, connected: Store):
        change_settings(account=account(connected), settings={"client_id": "", "per_hour": 5}, by="olga", now=NOW)
        kept = unseal(account(connected).sealed_config)
        assert (kept["client_id"], kept["per_hour"]) == ("juniper", 5)

    def test_a_connection_that_is_removed_takes_its_looks_along(self, connected: Store):
        announced(connected, NUMBERS[0])
        disconnect_carrier(store_id=connected.pk, carrier_key="ups", now=NOW)
        assert not Look.objects.exists()
        assert asking_of(parcel(connected)) is None
