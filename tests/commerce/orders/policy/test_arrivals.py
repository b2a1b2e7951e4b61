"""Parts of an order in common words."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercare.commerce.orders.models import Fulfilment
from aftercare.commerce.orders.policy.arrivals import (
    Arrival,
    Stage,
    arrived_with,
    stage_of,
    still_ordered,
    with_promise,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def parcel(stage: Stage, **known: object) -> Arrival:
    return Arrival("shipment", stage, NOW, **known)


@pytest.mark.parametrize("kind", Fulfilment.Kind.values)
@pytest.mark.parametrize("status", Fulfilment.Status.values)
def test_every_status_of_every_kind_is_a_stage(kind, status):
    assert stage_of(kind=kind, status=status) in Stage


def test_ready_waits_where_one_picks_it_up_and_is_packed_where_it_is_sent():
    assert stage_of(kind="pickup", status="ready") is Stage.WAITING
    assert stage_of(kind="shipment", status="ready") is Stage.PACKED


def test_what_the_shop_says_is_complete_is_not_awaited_any_more():
    done = NOW + timedelta(hours=1)
    told = [parcel(Stage.UNDER_WAY), parcel(Stage.ARRIVED), parcel(Stage.RETURNING), parcel(Stage.CANCELLED)]

    stages = [(part.stage, part.at) for part in arrived_with(told, completed_at=done)]

    assert stages == [(Stage.ARRIVED, done), (Stage.ARRIVED, NOW), (Stage.RETURNING, NOW), (Stage.CANCELLED, NOW)]


def test_without_the_shops_word_parcels_stay_as_they_are():
    told = [parcel(Stage.UNDER_WAY)]

    assert arrived_with(told, completed_at=None) == told


def test_a_promise_holds_until_somebody_estimates():
    promise = NOW + timedelta(days=2)
    estimated = parcel(Stage.UNDER_WAY, latest=NOW)

    assert with_promise(parcel(Stage.UNDER_WAY), promise) == parcel(Stage.UNDER_WAY, latest=promise, promised=True)
    assert with_promise(estimated, promise) == estimated
    assert with_promise(parcel(Stage.UNDER_WAY), None) == parcel(Stage.UNDER_WAY)


def test_a_visit_was_not_promised_with_the_parcel():
    visit = Arrival("service_visit", Stage.PREPARING, NOW)

    assert with_promise(visit, NOW) == visit


@pytest.mark.parametrize(
    ("kinds", "parts"), [(["goods"], 1), (["service", "consumable"], 1), (["digital"], 0), ([], 0)]
)
def test_only_things_are_awaited_that_nobody_reports_on(kinds, parts):
    assert len(still_ordered(kinds=kinds, at=NOW)) == parts
