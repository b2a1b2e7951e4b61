"""Editing: one thing changes, everything else leads where it did."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.engagement.journeys import editing
from aftercare.engagement.journeys.definition import END, Definition, Entry
from aftercare.engagement.journeys.outline import targets
from tests.engagement.journeys.definitions import defined, definitions, step

FORK = defined(
    step("fork", "split", branches={"yes": "a", "no": "b"}), step("a", "send", next="c"), step("b", "wait"),
    step("c", "send"),
)  # fmt: skip


def ids(definition: Definition) -> list[str]:
    return [use.id for use in definition.steps]


def added(definition: Definition, *, after: str = "", way: str = "", kind: str = "wait") -> Definition:
    use = editing.new_step(definition, kind=kind, config={"days": 9})
    return editing.add_step(definition, use=use, after=after, way=way)


def test_a_step_first_of_all() -> None:
    assert ids(added(FORK)) == ["wait", "fork", "a", "b", "c"]
    assert ids(added(defined())) == ["wait"]


def test_a_step_on_one_way() -> None:
    changed = added(FORK, after="fork", way="no")
    assert targets(changed)["fork"] == {"yes": "a", "no": "wait"}
    assert targets(changed)["wait"] == {"next": "b"}


def test_a_step_below_a_split_is_where_its_ways_meet() -> None:
    changed = added(FORK, after="fork")
    assert (targets(changed)["a"], targets(changed)["b"]) == ({"next": "wait"}, {"next": "wait"})
    assert targets(changed)["wait"] == {"next": "c"}


def test_a_new_step_has_an_id_of_its_own() -> None:
    definition = added(added(added(defined())))
    assert ids(definition) == ["wait_3", "wait_2", "wait"]


def test_what_led_to_a_removed_step_goes_on_where_it_did() -> None:
    changed = editing.remove_step(FORK, step_id="b")
    assert targets(changed)["fork"] == {"yes": "a", "no": "c"}


def test_what_is_indented_goes_with_its_step() -> None:
    assert editing.removed_with(FORK, step_id="fork") == 2
    assert ids(editing.remove_step(FORK, step_id="fork")) == ["c"]


def test_a_way_back_to_a_removed_step_leads_to_what_follows_it() -> None:
    circle = defined(step("a", "wait"), step("b", "wait"), step("fork", "split", branches={"no": "a", "yes": END}))
    assert targets(editing.remove_step(circle, step_id="a"))["fork"]["no"] == "b"


def test_moving_within_a_way_and_out_of_it() -> None:
    assert ids(editing.move_step(FORK, step_id="c", by=-1)) == ["c", "fork", "a", "b"]
    assert ids(editing.move_step(FORK, step_id="a", by=-1)) == ["a", "fork", "b", "c"]
    down = editing.move_step(FORK, step_id="a", by=1)
    assert targets(down)["fork"] == {"yes": "a", "no": "b"}
    assert targets(down)["b"] == {"next": "a"}


def test_the_first_does_not_move_up_nor_the_last_down() -> None:
    assert editing.move_step(FORK, step_id="fork", by=-1) == FORK
    assert editing.move_step(FORK, step_id="c", by=1) == FORK


def test_leading_a_way_elsewhere() -> None:
    assert editing.open_ways(FORK, step_id="a") == {"next": ""}
    ended = editing.lead(FORK, step_id="a", way="next", to=END)
    assert targets(ended)["a"] == {"next": END}
    assert targets(editing.lead(ended, step_id="a", way="next", to="c")) == targets(FORK)
    back = editing.lead(FORK, step_id="c", way="next", to="fork")
    assert targets(back)["c"] == {"next": "fork"}


def test_an_empty_way_can_be_led_elsewhere() -> None:
    waiting = defined(step("arrival", "wait_for"), step("a", "wait"), step("b", "send"))
    assert editing.open_ways(waiting, step_id="arrival") == {"next": "", "timeout": ""}
    assert targets(editing.lead(waiting, step_id="arrival", way="timeout", to="b"))["arrival"] == {
        "next": "a", "timeout": "b",
    }  # fmt: skip


def test_conditions_and_the_entry() -> None:
    from_a_parcel = editing.set_entry(FORK, trigger="shipment.delivered", entry=Entry(once_per="shipment"))
    assert (from_a_parcel.trigger, from_a_parcel.entry.once_per, from_a_parcel.steps) == (
        "shipment.delivered", "shipment", FORK.steps,
    )  # fmt: skip


@settings(deadline=None)
@given(definitions(), st.data())
def test_whatever_is_done_every_way_leads_somewhere_and_nothing_else_is_lost(
    definition: Definition, data: st.DataObject
) -> None:
    if not definition.steps:
        return
    chosen = data.draw(st.sampled_from(ids(definition)))
    what = data.draw(st.sampled_from(["add", "remove", "up", "down"]))
    before = set(ids(definition))
    match what:
        case "add":
            changed = added(definition, after=chosen)
            assert set(ids(changed)) == before | {"wait"}
        case "remove":
            gone = editing.removed_with(definition, step_id=chosen) + 1
            changed = editing.remove_step(definition, step_id=chosen)
            assert len(set(ids(changed))) == len(before) - gone
            assert set(ids(changed)) <= before - {chosen}
        case _:
            changed = editing.move_step(definition, step_id=chosen, by=-1 if what == "up" else 1)
            assert set(ids(changed)) == before
    assert Definition.model_validate(changed.model_dump()) == changed


@pytest.mark.parametrize("change", [editing.remove_step, editing.removed_with])
def test_a_step_that_is_not_there_is_no_step(change: object) -> None:
    with pytest.raises(KeyError):
        change(FORK, step_id="nobody")  # type: ignore[operator]  # one of two functions
