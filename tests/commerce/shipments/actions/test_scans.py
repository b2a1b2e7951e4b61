"""What carriers say of known parcels."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.commerce.shipments.actions import record_scans
from aftercare.commerce.shipments.errors import ScanAhead, UnknownParcel
from aftercare.commerce.shipments.models import Scan
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.kit.intake import Outcome
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests import factories
from tests.commerce.shipments.parcels import (
    NOW,
    announce,
    events,
    hours,
    parcel,
    place_order,
    report,
    scan,
    shipment,
    told,
    tracking,
)

STATE = (
    "status", "status_at", "status_text", "status_place", "reason", "responsible", "handed_over_at", "delivered_at",
    "last_scan_at",
)  # fmt: skip


@pytest.fixture
def announced(store: Store) -> Store:
    place_order(store)
    announce(store, shipment())
    return store


class TestProgress:
    def test_a_scan_moves_the_parcel_and_is_told(self, announced: Store):
        result = report(announced, tracking("p1", scan(5, "picked_up", code="PU", text="Collected", place="Berlin")))
        kept = parcel(announced)
        assert (result.outcomes, result.scans, result.ids) == ([Outcome.CHANGED], 1, [kept.pk])
        assert (kept.status, kept.status_at, kept.status_text, kept.status_place) == (
            "picked_up", hours(5), "Collected", "Berlin",
        )  # fmt: skip
        (one,) = kept.scans.all()
        assert (one.code, one.text, one.place, one.status) == ("PU", "Collected", "Berlin", "picked_up")
        assert (one.source, one.received_at, one.occurred_at, one.zone_known) == ("shop", NOW, hours(5), True)
        event = events(announced)[-1]
        assert (event.type, event.occurred_at, event.actor) == ("shipment.handed_over", hours(5), "parcel_post")
        assert (event.data["text"], event.data["place"], event.data["current"]) == ("Collected", "Berlin", True)

    def test_a_reason_says_who_is_responsible(self, announced: Store):
        report(announced, tracking("p1", scan(5, "on_hold", reason="customs_documentation")))
        assert (parcel(announced).reason, parcel(announced).responsible) == ("customs_documentation", "customs")
        assert events(announced)[-1].data["reason"] == "customs_documentation"
        report(announced, tracking("p1", scan(6, "in_transit")))
        assert (parcel(announced).reason, parcel(announced).responsible) == ("", "")

    def test_the_same_again_changes_nothing(self, announced: Store):
        report(announced, tracking("p1", scan(5, "picked_up")))
        again = report(announced, tracking("p1", scan(5, "picked_up")), now=NOW + timedelta(hours=1))
        assert (again.outcomes, again.scans) == ([Outcome.UNCHANGED], 0)
        assert told(announced) == ["shipment.created", "shipment.handed_over"]
        assert parcel(announced).scans.count() == 1

    def test_twice_in_one_message_is_once(self, announced: Store):
        result = report(announced, tracking("p1", scan(5, "picked_up"), scan(5, "picked_up")))
        assert result.scans == 1

    def test_two_updates_of_one_parcel_in_one_batch(self, announced: Store):
        result = report(
            announced, tracking("p1", scan(9, "delivered")), tracking("p1", scan(5, "picked_up"), scan(9, "delivered"))
        )
        assert (result.outcomes, result.scans) == ([Outcome.CHANGED, Outcome.CHANGED], 2)
        assert told(announced)[1:] == ["shipment.handed_over", "shipment.delivered"]

    def test_a_late_scan_goes_to_the_history_and_is_no_news(self, announced: Store):
        report(announced, tracking("p1", scan(5, "picked_up"), scan(56, "delivered", text="Front door")))
        before = parcel(announced)
        report(announced, tracking("p1", scan(50, "out_for_delivery")))
        after = parcel(announced)
        assert [getattr(after, name) for name in STATE] == [getattr(before, name) for name in STATE]
        assert [one.status for one in after.scans.all()] == ["delivered", "out_for_delivery", "picked_up"]
        event = events(announced)[-1]
        assert (event.type, event.data["current"]) == ("shipment.out_for_delivery", False)

    def test_the_carrier_corrects_what_it_expects(self, announced: Store):
        report(announced, tracking("p1", scan(5, "picked_up"), expected_from=hours(48), expected_by=hours(60)))
        again = report(announced, tracking("p1", scan(5, "picked_up"), expected_by=hours(72), signed_by="S. Weber"))
        kept = parcel(announced)
        assert again.outcomes == [Outcome.CHANGED]
        assert (kept.expected_from, kept.expected_by, kept.signed_by) == (hours(48), hours(72), "S. Weber")
        assert kept.status == "picked_up"

    def test_a_photo_of_the_delivery_is_kept(self, announced: Store):
        report(announced, tracking("p1", scan(50, "delivered"), proof_url="https://carrier.example/photo/1"))
        report(announced, tracking("p1", scan(50, "delivered")))
        assert parcel(announced).proof_url == "https://carrier.example/photo/1"

    def test_one_failed_attempt_a_day_is_told(self, announced: Store):
        failures = [scan(at, "delivery_failed", reason="consignee_not_home") for at in (10, 11, 34)]
        report(announced, tracking("p1", *failures))
        report(announced, tracking("p1", scan(35, "delivery_failed")))
        assert told(announced).count("shipment.attempt_failed") == 2


class TestAddressing:
    def test_by_number_however_it_is_written(self, announced: Store):
        update = TrackingIn(tracking_number="pp p1 de", scans=(scan(5, "in_transit"),))
        assert report(announced, update).outcomes == [Outcome.CHANGED]
        assert parcel(announced).status == "in_transit"

    def test_by_number_from_any_source(self, announced: Store):
        update = TrackingIn(tracking_number="PPP1DE", scans=(scan(5, "in_transit"),))
        result = record_scans(store_id=announced.pk, source="webhook", updates=[update], now=NOW)
        assert not result.refused
        assert parcel(announced).scans.all()[0].source == "webhook"

    def test_the_carrier_decides_between_equal_numbers(self, announced: Store):
        announce(announced, shipment("p2", carrier="Swift", tracking_number="PPP1DE"))
        update = TrackingIn(tracking_number="PPP1DE", carrier="parcel post", scans=(scan(5, "in_transit"),))
        report(announced, update)
        assert (parcel(announced, "p1").status, parcel(announced, "p2").status) == ("in_transit", "pending")

    def test_a_number_used_again_means_the_newest_parcel(self, announced: Store):
        announce(announced, shipment("p2", tracking_number="PPP1DE", created_at=hours(48)))
        report(announced, TrackingIn(tracking_number="PPP1DE", scans=(scan(50, "in_transit"),)))
        assert (parcel(announced, "p1").status, parcel(announced, "p2").status) == ("pending", "in_transit")

    def test_named_in_two_ways_it_is_still_one_parcel(self, announced: Store):
        by_number = TrackingIn(tracking_number="PPP1DE", scans=(scan(5, "picked_up"),))
        result = report(announced, by_number, tracking("p1", scan(5, "picked_up"), scan(9, "in_transit")))
        assert result.scans == 2

    def test_an_unknown_id_may_still_be_found_by_number(self, announced: Store):
        update = TrackingIn(shipment="unknown", tracking_number="PPP1DE", scans=(scan(5, "in_transit"),))
        assert not report(announced, update).refused

    @pytest.mark.parametrize(
        ("names", "field"),
        [
            ({"tracking_number": "NOPE"}, "tracking_number"),
            ({"tracking_number": "PPP1DE", "carrier": "swift"}, "tracking_number"),
            ({"shipment": "p9"}, "shipment"),
            ({}, "tracking_number"),
        ],
    )
    def test_what_cannot_be_found_is_refused_and_the_rest_recorded(self, announced: Store, names, field):
        lost = TrackingIn(**names, scans=(scan(5, "in_transit"),))
        result = report(announced, lost, tracking("p1", scan(6, "in_transit")))
        assert result.outcomes == [Outcome.REFUSED, Outcome.CHANGED]
        refusal = result.refused[0]
        assert isinstance(refusal, UnknownParcel)
        assert refusal.field == field
        assert refusal.remedy

    def test_a_forecast_is_no_scan(self, announced: Store):
        ahead = ScanIn(at=NOW + timedelta(hours=25), status="delivered")
        result = report(announced, tracking("p1", scan(5, "in_transit"), ahead))
        assert isinstance(result.refused[0], ScanAhead)
        assert result.refused[0].field == "scans[1].at"
        assert parcel(announced).status == "pending"

    def test_other_stores_parcels_are_unknown(self, announced: Store):
        mallory = factories.make_store("mallory")
        by_id = tracking("p1", scan(5, "delivered"))
        by_number = TrackingIn(tracking_number="PPP1DE", scans=(scan(5, "delivered"),))
        result = report(mallory, by_id, by_number)
        assert sorted(result.refused) == [0, 1]
        assert parcel(announced).status == "pending"
        with store_scope(announced.pk):
            assert not Scan.objects.exists()


def test_many_updates_cost_no_more_queries_than_one(announced: Store, django_assert_max_num_queries):
    announce(announced, *(shipment(f"m{index}") for index in range(100)))
    with django_assert_max_num_queries(60) as few:
        report(announced, tracking("p1", scan(5, "picked_up")))
    with django_assert_max_num_queries(len(few)):
        report(announced, *(tracking(f"m{index}", scan(5, "picked_up")) for index in range(100)))


# The examples share one database, and each needs parcels of its own.
serials = count()
scans = st.builds(
    lambda step, status, text: scan(step * 3, status, text=text),
    st.integers(0, 20),
    st.sampled_from(Status.values),
    st.sampled_from(["", "Hub", "Door"]),
)


@pytest.mark.slow
@given(story=st.lists(scans, min_size=1, max_size=10), chance=st.randoms(use_true_random=False), size=st.integers(1, 4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_repetition_and_batching_end_in_the_same_row_and_events(announced: Store, story, chance, size):
    """One parcel hears its story at once and in order, another in pieces, shuffled and partly twice."""
    names = [f"{next(serials)}-{half}" for half in ("ordered", "shuffled")]
    announce(announced, *(shipment(name) for name in names))
    report(announced, tracking(names[0], *story))
    arriving = [*story, *story[: len(story) // 2]]
    chance.shuffle(arriving)
    for start in range(0, len(arriving), size):
        report(announced, tracking(names[1], *arriving[start : start + size]))
    ordered, shuffled = (parcel(announced, name) for name in names)
    assert [getattr(shuffled, name) for name in STATE] == [getattr(ordered, name) for name in STATE]
    assert shuffled.scans.count() == ordered.scans.count() == len(set(story))
    types = [
        sorted(event.type for event in events(announced) if event.shipment_id == one.pk) for one in (ordered, shuffled)
    ]
    assert types[0] == types[1]
    once = [name for name in types[0] if name != "shipment.attempt_failed"]
    assert len(once) == len(set(once))
