"""The editor's newer forms: ways with questions, rows of shares, goals and exits, dates, and going on at once."""

from typing import Any

import pytest

from aftercare.engagement.journeys.actions.publish import begin_journey
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.drafts import working_definition
from aftercare.engagement.journeys.models import Journey
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.journeys.definitions import IS_DELIVERED, defined, step
from tests.factories import NOW, make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def draft(store: Store, *steps: dict[str, Any], **more: Any) -> str:
    with store_scope(store.pk):
        made = begin_journey(
            store=store, name="Care tips", description="", definition=defined(*steps, **more), by="staff:x", now=NOW
        )  # fmt: skip
        return str(made.public_id)


def working(store: Store, public_id: str) -> Definition:
    with store_scope(store.pk):
        return working_definition(journey=Journey.objects.get(public_id=public_id)).definition


def test_an_empty_draft_asks_what_happens_and_each_step_may_lead_to_the_next(olga: Staff, store: Store) -> None:
    public_id = draft(store)
    assert "What happens here? Wait" in words_of(olga.see("journey_edit", public_id))
    answer = olga.do("journey_step_add", public_id, revision="1", add="", way="", kind="wait", days="5", then="add")
    assert answer["Location"].endswith("?add=wait#opened")
    assert working(store, public_id).steps[0].config == {"days": 5}


def test_unless_is_a_condition_the_other_way_round(olga: Staff, store: Store) -> None:
    public_id = draft(store, step("wait", "wait"))
    form = olga.see("journey_edit", public_id, unless="", condition="something_open")
    assert 'name="opposite" id="config_opposite" checked' in form or 'checked id="config_opposite"' in form
    olga.do("journey_condition_add", public_id, revision="1", group="unless", condition="something_open", opposite="on")
    assert "only while nothing is open for the customer or the order" in words_of(olga.see("journey_edit", public_id))


def test_ways_are_added_renamed_put_in_order_and_taken_out(olga: Staff, store: Store) -> None:
    public_id = draft(store, step("wait", "wait"))
    olga.do(
        "journey_step_add", public_id, revision="1", add="wait", way="", kind="multi_split", condition="event_data",
        way_name="Dear", field="total", values="8900",
    )  # fmt: skip
    assert "Which way? Dear" in words_of(olga.see("journey_edit", public_id, edit="multi_split"))
    page, said = ("journey_step", public_id, "multi_split"), {"condition": "order_progress", "stages": "delivered"}
    olga.do(*page, revision="2", way_number="1", way_name="There", **said)
    olga.do(*page, revision="3", way_number="1", way_name="Arrived", asked_as="0", **said)
    ways = working(store, public_id).step("multi_split").config["ways"]
    assert [way["name"] for way in ways] == ["Arrived", "Dear"]
    olga.do(*page, revision="4", way_number="2", way_name="Open", condition="something_open", of="incidents")
    assert working(store, public_id).step("multi_split").config["ways"][2]["when"]["config"] == {"of": ["incidents"]}
    olga.do(*page, revision="5", way_number="2", way_name="Open", condition="something_open", gone="on")
    refused = olga.do(*page, expect=422, revision="6", way_number="1", way_name="Arrived", **said)
    assert "Two ways have the same name." in refused.content.decode()
    olga.do(*page, revision="6", way_number="0", way_name="Arrived", gone="on", **said)
    assert [way["name"] for way in working(store, public_id).step("multi_split").config["ways"]] == ["Dear"]


def test_shares_are_rows(olga: Staff, store: Store) -> None:
    public_id = draft(store, step("wait", "wait"))
    said = {"shares_0_name": "A", "shares_0_weight": "9", "shares_1_name": "B & more", "shares_1_weight": "1"}
    olga.do("journey_step_add", public_id, revision="1", add="", way="", kind="random_split", **said)
    assert working(store, public_id).step("random_split").config == {
        "shares": [{"name": "A", "weight": 9}, {"name": "B & more"}],
    }  # fmt: skip
    html = olga.see("journey_edit", public_id, add="random_split", way="B & more")
    assert "way=B%20%26%20more" in html
    assert "What happens here?" in html
    wrong = olga.do(
        "journey_step", public_id, "random_split", expect=422, revision="2", **said | {"shares_0_weight": "x"}
    )
    assert "Row 1, Weight:" in wrong.content.decode()


def test_goals_exits_and_what_people_leave_at(olga: Staff, store: Store) -> None:
    public_id = draft(store, step("wait", "wait"))
    olga.do("journey_leaving", public_id, "goal", revision="1", goal="order.placed", goal_by="customer")
    olga.do("journey_leaving", public_id, "exits", revision="2", exits="order.cancelled", exits_by="order")
    asked = {"group": "leave", "condition": "order_progress", "stages": "delivered"}
    olga.do("journey_condition_add", public_id, revision="3", **asked)
    words = words_of(olga.see("journey_edit", public_id))
    for said in (
        "leaves with the goal reached at Order placed of the same customer",
        "leaves at once at Order cancelled of the same order",
        "leaves at once when the order is Delivered",
    ):
        assert said in words
    leaving = working(store, public_id).leaving
    assert [use.model_dump(exclude_defaults=True) for use in leaving.when] == [IS_DELIVERED]
    olga.do("journey_condition_remove", public_id, 0, revision="4", group="leave")
    changed = working(store, public_id).leaving
    assert (changed.when, changed.goal, changed.exits) == ((), ("order.placed",), ("order.cancelled",))


def test_a_date_is_chosen_then_described(olga: Staff, store: Store) -> None:
    public_id = draft(store, step("wait", "wait"))
    entry = {"once_per": "event", "fresh_for_0": "72", "fresh_for_hours_0": "3", "fresh_for_hours_1": "24"}
    answer = olga.do("journey_entry", public_id, revision="1", trigger="date.trait", **entry)
    assert answer["Location"].endswith("?entry#begin")
    assert 'name="trait"' in olga.see("journey_edit", public_id, entry="")
    date = {"trait": "birthday", "often": "yearly", "days": "7", "side": "before", "at": "08:00", "clocks": "store"}
    olga.do("journey_entry", public_id, revision="2", trigger="date.trait", **entry, **date)
    assert "it is 7 days before the customer's “birthday”, every year, at 08:00" in words_of(
        olga.see("journey_edit", public_id)
    )
    wrong = olga.do(
        "journey_entry", public_id, expect=422, revision="3", trigger="date.trait", **entry, **date | {"days": "x"}
    )
    assert "Enter a whole number" in wrong.content.decode()


def test_nobody_else_changes_at_what_people_leave(olga: Staff, store: Store) -> None:
    public_id = draft(store, step("wait", "wait"))
    said = {"revision": "1", "goal": "order.placed", "goal_by": "customer"}
    Staff(store, Role.AGENT, "arne@juniper.example").do("journey_leaving", public_id, "goal", expect=403, **said)
    mallory = Staff(make_store("mallory"), email="mallory@other.example")
    mallory.do("journey_leaving", public_id, "goal", expect=404, **said)
    assert not working(store, public_id).leaving.is_set


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_for_counts_once_however_many_steps(olga: Staff, store: Store, count: int) -> None:
    one, more = draft(store, step("w0", "wait")), draft(store, *(step(f"w{n}", "wait") for n in range(count)))
    assert olga.count_queries("journey_edit", more) == olga.count_queries("journey_edit", one)
