from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.commerce.health.actions import judge_due
from aftercare.commerce.health.actions.calendars import calendar_of
from aftercare.commerce.health.models import Health, Lane
from aftercare.commerce.health.policy import USUAL, Facts, judge
from aftercare.commerce.promises.models import Promise
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.vocabulary import Reason, Status
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.health.faring import handle_news, health_of
from tests.commerce.shipments.parcels import announce, events, hours, place_order, report, scan, shipment, tracking

pytestmark = pytest.mark.django_db


@pytest.fixture
def moving(store: Store) -> Store:
    """A store with one parcel, on its way since Monday noon, whose health is known."""
    place_order(store)
    announce(store, shipment(scans=(scan(4, "in_transit", place="Leipzig"),)), now=hours(5))
    handle_news(now=hours(5))
    return store


def changes(store: Store) -> list[tuple[str, str, str]]:
    told = events(store, "shipment.health_changed")
    return [(one.data["before"], one.data["after"], one.data["why"]) for one in told]


def test_a_parcel_that_moves_is_well_and_no_event(moving: Store) -> None:
    found = health_of(moving)
    assert (found.state, found.due_at) == ("on_time", hours(17))
    assert changes(moving) == []


def test_it_stalls_when_it_is_silent_for_too_long(moving: Store) -> None:
    assert judge_due(hours(16)) == 0
    judge_due(hours(63))
    assert changes(moving) == []
    assert judge_due(hours(65)) == 1
    assert changes(moving) == [("on_time", "stalled", "silent")]
    (told,) = events(moving, "shipment.health_changed")
    assert (told.data["silent_hours"], told.data["usual_hours"], told.data["place"]) == (61, 60, "Leipzig")
    assert (told.order_id is not None, told.shipment_id is not None) == (True, True)


def test_it_is_judged_once(moving: Store) -> None:
    judge_due(hours(65))
    assert judge_due(hours(66)) == 0


def test_a_scan_that_is_no_milestone_brings_it_back(moving: Store) -> None:
    judge_due(hours(65))
    report(moving, tracking("p1", scan(65.5, "in_transit", place="Berlin")), now=hours(66))
    assert judge_due(hours(66)) == 1
    assert changes(moving)[-1] == ("stalled", "on_time", "on_schedule")


def test_one_more_scan_of_a_parcel_that_fares_well_writes_nothing(moving: Store) -> None:
    report(moving, tracking("p1", scan(8, "in_transit", place="Berlin")), now=hours(9))
    assert judge_due(hours(9)) == 0


def test_what_the_carrier_says_of_it_is_heard_at_once_where_only_the_reason_is_new(moving: Store) -> None:
    report(moving, tracking("p1", scan(8, "in_transit", reason="carrier_parcel_lost")), now=hours(9))
    assert judge_due(hours(9)) == 1
    assert changes(moving) == [("on_time", "lost_suspected", "searched")]


def test_a_due_parcel_that_was_heard_of_since_is_looked_at_again_later(moving: Store) -> None:
    report(moving, tracking("p1", scan(48, "in_transit", place="Berlin")), now=hours(49))
    assert judge_due(hours(65)) == 1
    assert changes(moving) == []
    assert health_of(moving).due_at == hours(65 + 12)


def test_a_sunday_is_not_silence(store: Store) -> None:
    place_order(store)
    announce(store, shipment(scans=(scan(5 * 24, "in_transit"),)), now=hours(5 * 24 + 1))  # Saturday morning
    handle_news(now=hours(5 * 24 + 1))
    sixty_hours_later = hours(5 * 24 + 61)
    assert judge_due(sixty_hours_later) == 1
    assert health_of(store).state == "on_time"
    assert judge_due(sixty_hours_later + timedelta(hours=24)) == 1
    assert health_of(store).state == "stalled"


def test_a_failed_attempt_needs_the_customer_until_the_van_comes_again(moving: Store) -> None:
    at = handle_news(now=hours(6))
    report(moving, tracking("p1", scan(25, "delivery_failed", reason="consignee_not_home"), scan(27, "in_transit")))
    at = handle_news(now=hours(28), since=at)
    assert health_of(moving).state == "needs_customer"
    report(moving, tracking("p1", scan(47, "out_for_delivery")))
    handle_news(now=hours(48), since=at)
    assert (health_of(moving).state, health_of(moving).attempted_at) == ("on_time", None)


def test_an_expected_time_that_moves_is_judged_anew(moving: Store) -> None:
    report(moving, tracking("p1", scan(19, "in_transit", place="Berlin"), expected_by=hours(20)), now=hours(21))
    assert judge_due(hours(21)) == 1
    assert changes(moving) == [("on_time", "late", "past_deadline")]


def test_a_promise_counts_for_more_than_what_the_carrier_expects(moving: Store) -> None:
    report(moving, tracking("p1", scan(19, "in_transit", place="Berlin"), expected_by=hours(20)), now=hours(20))
    with store_scope(moving.pk):
        known = Shipment.objects.get(external_id="p1")
        said = {"earliest": hours(20), "likely": hours(24), "latest": hours(30), "made_at": hours(5)}
        first = {f"first_{name}": at for name, at in said.items()}
        said["latest"] = hours(48)  # promised anew since; it is late by what was said at first
        Promise.objects.create(
            store=moving, shipment=known, order_id=known.order_id, basis="store", lane="", coverage=0.8, **said, **first
        )
    judge_due(hours(21))
    assert (health_of(moving).state, health_of(moving).deadline) == ("on_time", hours(30))
    judge_due(hours(30))
    assert health_of(moving).state == "late"


def test_its_arrival_ends_it(moving: Store) -> None:
    at = handle_news(now=hours(6))
    report(moving, tracking("p1", scan(19, "in_transit", place="Berlin"), expected_by=hours(20)), now=hours(21))
    judge_due(hours(21))
    report(moving, tracking("p1", scan(30, "delivered")), now=hours(31))
    handle_news(now=hours(31), since=at)
    assert changes(moving)[-1] == ("late", "delivered", "arrived")
    assert health_of(moving).due_at is None


def test_a_lane_that_is_slower_is_given_its_time(moving: Store) -> None:
    with store_scope(moving.pk):
        Lane.objects.create(
            store=moving, carrier="parcel_post", status="in_transit", parcels=40, p95=300_000, p99=400_000,
            stalled_after=300_000, lost_after=800_000, measured_at=hours(0),
        )  # fmt: skip
    judge_due(hours(65))
    assert (health_of(moving).state, health_of(moving).usual_seconds) == ("on_time", 300_000)


def test_history_is_not_judged(store: Store) -> None:
    place_order(store)
    announce(store, shipment(created_at=hours(-24 * 70), scans=(scan(-24 * 69, "in_transit"),)), now=hours(1))
    handle_news(now=hours(1))
    with store_scope(store.pk):
        assert not Health.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_costs_the_same_however_many_it_holds(store: Store, count: int) -> None:
    for index in range(count):
        place_order(store, str(index))
        announce(store, shipment(f"p{index}", order=str(index), scans=(scan(4, "in_transit"),)), now=hours(5))
    handle_news(now=hours(5))
    with CaptureQueriesContext(connection) as captured:
        assert judge_due(hours(65)) == count
    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 5


parcels = st.tuples(
    st.sampled_from(Status.values), st.sampled_from(["", *map(str, Reason)]), st.integers(0, 80 * 24 * 60),
    st.integers(0, 80 * 24 * 60), st.none() | st.integers(-20 * 24 * 60, 20 * 24 * 60), st.booleans(),
)  # fmt: skip
instants = st.integers(0, 600 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=minutes)
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(parcels, min_size=1, max_size=30), instants)
def test_the_statement_judges_as_the_policy_does(
    moving: Store, drawn: Sequence[tuple[str, str, int, int, int | None, bool]], now: datetime
) -> None:
    with store_scope(moving.pk):
        Shipment.objects.exclude(external_id="p1").delete()
        model = Shipment.objects.get(external_id="p1")
        for number, (status, reason, announced, heard, deadline, attempted) in enumerate(drawn):
            parcel = Shipment.objects.create(
                store=moving, order_id=model.order_id, fulfilment_id=model.fulfilment_id, source="shop",
                external_id=f"q{number}", status=status, reason=reason, status_at=now,
                created_at=now - timedelta(minutes=announced), last_scan_at=now - timedelta(minutes=heard),
                expected_by=None if deadline is None else now + timedelta(minutes=deadline),
            )  # fmt: skip
            Health.objects.create(
                store=moving, shipment=parcel, since=now, due_at=now, attempted_at=now if attempted else None
            )
    judge_due(now)
    calendar = calendar_of(moving, now=now)
    for number, (status, reason, announced, heard, deadline, attempted) in enumerate(drawn):
        facts = Facts(
            status=status, reason=reason, announced_at=now - timedelta(minutes=announced), attempted=attempted,
            silence=calendar.until(now) - calendar.until(now - timedelta(minutes=heard)), limits=USUAL[status],
            deadline=None if deadline is None else now + timedelta(minutes=deadline),
        )  # fmt: skip
        expected = judge(facts, now=now, resumes_at=calendar.resumes_at(now))
        found = health_of(moving, f"q{number}")
        assert (found.state, found.why) == expected[:2]
        if expected.due_at is None:
            assert found.due_at is None
        else:
            assert found.due_at is not None
            assert abs(found.due_at - expected.due_at) < timedelta(milliseconds=1)
