"""Dry runs as staff and programs ask for them: begun, carried out, read, stopped; nothing of another store's."""

from datetime import datetime, timedelta

import pytest

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.engagement.journeys.actions.dry_runs import Stopped, carry_out, claim_dry_run, stop_dry_run
from aftercare.engagement.journeys.dry_run.models import DryRun
from aftercare.engagement.journeys.models import Journey
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import Caller, caller_for
from tests.engagement.journeys.cast import happen, publish
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.factories import NOW, make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")
SEND = {"id": "send", "kind": "send", "config": {"message": "thank_you"}}


@pytest.fixture
def journey(store: Store) -> Journey:
    """Published; two orders of the last days would start it, one of them of a customer without an address."""
    with store_scope(store.pk):
        with_templates(store, NOW)
        found: Journey = publish(store, NOW, SEND).journey
        order(store, 1)
        order(store, 2, email="")
    return found


def order(store: Store, number: int, *, email: str = "sam@example.com") -> None:
    placed = NOW - timedelta(days=number)
    made = make_order(make_customer(store, placed, email=email), placed, number=f"#{number}")
    happen(OrderPlaced(made.number, 8900, "EUR", 1), order=made, at=placed, now=NOW - timedelta(hours=30 * number))


@pytest.fixture
def olga(store: Store, journey: Journey) -> Staff:
    assert journey
    return Staff(store)


def carried_out(store: Store, *, at: datetime = NOW) -> DryRun:
    """The one that was asked for, as a worker's process does it."""
    public_id = claim_dry_run(at)
    with store_scope(store.pk):
        run: DryRun = DryRun.objects.select_related("journey").get(public_id=public_id)
    carry_out(run=run, clock=lambda: at)
    with store_scope(store.pk):
        run.refresh_from_db()
    return run


def test_a_journey_is_tried_from_its_page(olga: Staff, store: Store, journey: Journey) -> None:
    assert "Try it on the past" in words_of(olga.see("journey", journey.public_id))
    assert "Nobody has tried it yet" in words_of(olga.see("dry_runs", journey.public_id))
    olga.do("dry_run_begin", journey.public_id, days="7", version="1")
    with store_scope(store.pk):
        asked = DryRun.objects.get()
    assert "It begins as soon as a worker is free" in words_of(olga.see("dry_run", asked.public_id))
    run = carried_out(store)
    words = words_of(olga.see("dry_run", run.public_id))
    assert run.state == DryRun.State.DONE
    assert "Events that start it 2 Would have entered 2 Would have gone out 1" in words
    assert "We have no address for this channel 1" in words
    assert "2 entered" in words
    assert "Sam Okafor" in words
    assert "Sam Okafor #1 " not in words_of(olga.see("dry_run", run.public_id, fate="dropped"))
    assert "1 would have gone out, 1 not" in words_of(olga.see("dry_runs", journey.public_id))


def test_the_page_takes_as_many_queries_for_three_as_for_one(olga: Staff, store: Store, journey: Journey) -> None:
    counts = []
    for number in (3, 4):
        with store_scope(store.pk):
            order(store, number, email=f"c{number}@example.com")
        olga.do("dry_run_begin", journey.public_id, days="30", version="1")
        counts.append(olga.count_queries("dry_run", carried_out(store).public_id))
    assert counts[0] == counts[1]


def test_who_may_only_read_begins_none(olga: Staff, store: Store, journey: Journey) -> None:
    reader = Staff(store, role=Role.ANALYST, email="ana@juniper.example")
    assert "Last 7 days" not in words_of(reader.see("journey", journey.public_id))
    reader.do("dry_run_begin", journey.public_id, expect=403, days="7", version="1")
    assert olga.see("journey", journey.public_id)


@pytest.fixture
def program(store: Store, journey: Journey) -> Caller:
    assert journey
    return caller_for(store)


def test_programs_try_journeys_too(program: Caller, store: Store, journey: Journey) -> None:
    path = f"/journeys/{journey.public_id}/dry-runs"
    begun = program.post(path, {"days": 7})
    assert (begun.status, begun.body["state"], begun.body["found"]) == (201, "queued", None)
    assert program.post(path, {"days": 7}).body["code"] == "not_in_this_state"
    run = carried_out(store)
    (listed,) = program.get(path).body["items"]
    read = program.get(f"/dry-runs/{run.public_id}").body
    assert read == listed
    assert (read["found"]["messages"]["sent"], read["found"]["dropped"]) == (1, {"no_address": 1})
    (said,) = program.get(f"/dry-runs/{run.public_id}/messages", fate="dropped").body["items"]
    assert (said["why"], said["step"], said["fate"]) == ("We have no address for this channel", "send", "dropped")


def test_mallory_of_another_store_gets_nothing(program: Caller, store: Store, journey: Journey) -> None:
    assert program.post(f"/journeys/{journey.public_id}/dry-runs", {"days": 7}).status == 201
    run = carried_out(store)
    mallory = caller_for(make_store(slug="mallory"))
    assert mallory.post(f"/journeys/{journey.public_id}/dry-runs", {"days": 7}).status == 404
    for path in ("", "/messages"):
        assert mallory.get(f"/dry-runs/{run.public_id}{path}").status == 404
    assert mallory.post(f"/dry-runs/{run.public_id}/stop", {}).status == 404


def test_one_that_was_stopped_leaves_nothing(program: Caller, store: Store, journey: Journey) -> None:
    begun = program.post(f"/journeys/{journey.public_id}/dry-runs", {"days": 7}).body
    with store_scope(store.pk):
        run = DryRun.objects.select_related("journey").get(public_id=begun["id"])
        stop_dry_run(run=run, now=NOW)
    with pytest.raises(Stopped):
        carry_out(run=run, clock=lambda: NOW)
    read = program.get(f"/dry-runs/{run.public_id}").body
    assert (read["state"], read["found"]) == ("cancelled", None)
    assert not claim_dry_run(NOW)


def test_one_whose_process_was_killed_is_begun_again_and_given_up_in_the_end(
    program: Caller, store: Store, journey: Journey
) -> None:
    begun = program.post(f"/journeys/{journey.public_id}/dry-runs", {"days": 7}).body["id"]
    hour = timedelta(hours=1)
    assert [claim_dry_run(NOW + n * hour) for n in (0, 1, 2, 3)] == [begun, begun, begun, ""]
    assert program.get(f"/dry-runs/{begun}").body["state"] == "failed"
