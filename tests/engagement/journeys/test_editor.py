"""The editor's pages: every sentence opens as a form, what is refused is kept, and nobody overwrites anybody."""

import re
from typing import Any

import pytest

from aftercare.engagement.journeys.actions.drafts import change_draft
from aftercare.engagement.journeys.actions.publish import begin_journey, install_builtin_journeys
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.drafts import working_definition
from aftercare.engagement.journeys.models import Draft, Enrolment, Journey, Version
from aftercare.engagement.messaging.actions.templates import install_builtin_templates
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.journeys.definitions import IS_DELIVERED, defined, step
from tests.factories import NOW
from tests.staffing import Staff, live
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")
STEPS = (
    step("arrival", "wait_for", branches={"timeout": "bye"}), step("fork", "split", IS_DELIVERED),
    step("send", "send", next="end"), step("bye", "exit"),
)  # fmt: skip


@pytest.fixture
def olga(store: Store) -> Staff:
    with store_scope(store.pk):
        install_builtin_templates(store=store, now=NOW)
        install_builtin_journeys(store=store, now=NOW)
    return Staff(store)


def draft(store: Store, *steps: dict[str, Any], **more: Any) -> str:
    """A journey that is only a draft so far."""
    with store_scope(store.pk):
        made = begin_journey(
            store=store, name="Care tips", description="", definition=defined(*steps, **more), by="staff:x", now=NOW
        )  # fmt: skip
        return str(made.public_id)


def thanks(store: Store) -> str:
    with store_scope(store.pk):
        return str(Journey.objects.get(key="thank-you").public_id)


def working(store: Store, public_id: str) -> Definition:
    with store_scope(store.pk):
        return working_definition(journey=Journey.objects.get(public_id=public_id)).definition


def test_the_draft_reads_as_sentences_with_what_can_be_done(olga: Staff, store: Store) -> None:
    html = olga.see("journey_edit", draft(store, *STEPS))
    words = words_of(html)
    assert "When Order placed, every time it happens" in words
    for label in ("Edit step 1", "Add a step below step 1", "Move step 2 up", "Remove step 4"):
        assert f">{label}<" in html or f'aria-label="{label}"' in html, label
    assert "No goes on below" in words


def test_looking_makes_no_draft(olga: Staff, store: Store) -> None:
    assert "As version 1; a change makes a draft" in words_of(olga.see("journey_edit", thanks(store)))
    with store_scope(store.pk):
        assert Draft.objects.count() == 0


def test_adding_a_step_by_choosing_its_kind(olga: Staff, store: Store) -> None:
    public_id = draft(store, *STEPS)
    choice = words_of(olga.see("journey_edit", public_id, add="arrival", way="timeout"))
    assert "What happens here?" in choice
    form = olga.see("journey_edit", public_id, add="arrival", way="timeout", kind="wait")
    assert 'name="days"' in form
    answer = olga.do(
        "journey_step_add", public_id, revision="1", add="arrival", way="timeout", kind="wait", days="2", hours="0",
        minutes="0",
    )  # fmt: skip
    assert answer["Location"].endswith("#step-wait")
    changed = working(store, public_id)
    assert (changed.after("arrival", "timeout"), changed.after("wait", "next")) == ("wait", "bye")


def test_a_question_is_chosen_before_it_is_asked(olga: Staff, store: Store) -> None:
    public_id = draft(store, *STEPS)
    assert "What is asked?" in words_of(olga.see("journey_edit", public_id, add="", kind="split"))
    form = olga.see("journey_edit", public_id, add="", kind="split", condition="order_progress")
    assert 'name="stages"' in form
    olga.do(
        "journey_step_add", public_id, revision="1", add="", kind="split", condition="order_progress",
        stages=["delivered", "cancelled"], opposite="on",
    )  # fmt: skip
    assert working(store, public_id).steps[0].config == {
        "kind": "order_progress", "config": {"stages": ["delivered", "cancelled"]}, "opposite": True,
    }  # fmt: skip


def test_changing_a_step_and_where_it_leads(olga: Staff, store: Store) -> None:
    public_id = draft(store, *STEPS)
    form = olga.see("journey_edit", public_id, edit="fork")
    assert re.search(r'value="delivered"[^>]*checked', form)
    olga.do(
        "journey_step", public_id, "fork", revision="1", condition="event_data", field="currency", values="EUR, CHF",
        way_no="end", way_yes="",
    )  # fmt: skip
    changed = working(store, public_id)
    assert changed.step("fork").config == {
        "kind": "event_data", "config": {"field": "currency", "values": ["EUR", "CHF"]},
    }  # fmt: skip
    assert changed.after("fork", "no") == "end"


def test_what_does_not_fit_is_said_beside_its_field_and_kept_for_mending(olga: Staff, store: Store) -> None:
    public_id = draft(store, *STEPS)
    page = olga.do(
        "journey_step_add", public_id, expect=422, revision="1", add="send", kind="wait", days="9999", hours="0",
        minutes="0",
    ).content.decode()  # fmt: skip
    assert 'value="9999"' in page
    assert "Ensure this value is less than or equal to 3650." in page
    assert len(working(store, public_id).steps) == 4


def test_moving_and_removing(olga: Staff, store: Store) -> None:
    public_id = draft(store, *STEPS)
    olga.do("journey_step_move", public_id, "send", revision="1", by="up")
    assert [use.id for use in working(store, public_id).steps] == ["arrival", "bye", "send", "fork"]
    olga.do("journey_step_remove", public_id, "bye", revision="2")
    assert [use.id for use in working(store, public_id).steps] == ["arrival", "send", "fork"]


def test_before_more_goes_than_one_step_it_is_asked(olga: Staff, store: Store) -> None:
    public_id = draft(store, *STEPS)
    words = words_of(olga.see("journey_edit", public_id, remove="arrival"))
    assert "This step goes, and the 1 step that is indented under it." in words


def test_the_entry_and_its_conditions(olga: Staff, store: Store) -> None:
    public_id = draft(store, *STEPS)
    assert 'name="once_per"' in olga.see("journey_edit", public_id, entry="")
    olga.do(
        "journey_entry", public_id, revision="1", trigger="order.delivered", once_per="order", again_after_days="30",
        fresh_for_hours_0="2", fresh_for_hours_1="24",
    )  # fmt: skip
    olga.do("journey_condition_add", public_id, revision="2", condition="order_progress", stages=["cancelled"])
    olga.do(
        "journey_condition", public_id, 0, revision="3", condition="order_progress", stages=["cancelled"], opposite="on"
    )
    changed = working(store, public_id)
    assert (changed.trigger, changed.entry.again_after_days, changed.entry.fresh_for_hours) == (
        "order.delivered", 30, 48,
    )  # fmt: skip
    assert [use.opposite for use in changed.conditions] == [True]
    olga.do("journey_condition_remove", public_id, 0, revision="4")
    assert working(store, public_id).conditions == ()


def test_whoever_comes_second_keeps_their_form_and_hears_who_was_first(olga: Staff, store: Store) -> None:
    public_id = draft(store, *STEPS)
    mara = Staff(store, Role.MARKETER, "mara@juniper.example")
    mara.do("journey_step_remove", public_id, "send", revision="1")
    form = {"add": "arrival", "kind": "wait", "days": "7", "hours": "0", "minutes": "0"}
    page = olga.do("journey_step_add", public_id, expect=409, revision="1", **form).content.decode()
    assert "Mara has changed this draft meanwhile." in words_of(page)
    assert 'value="7"' in page
    assert 'name="revision" value="2"' in page
    olga.do("journey_step_add", public_id, revision="2", **form)
    assert [use.id for use in working(store, public_id).steps] == ["arrival", "bye", "wait", "fork"]
    olga.do("journey_step_move", public_id, "wait", revision="1", by="down")
    assert "has changed this draft meanwhile" in olga.see("journey_edit", public_id)


@pytest.mark.parametrize(
    ("page", "more", "form"),
    [
        ("journey_step", ["nobody"], {"days": "1"}),
        ("journey_step_move", ["nobody"], {"by": "up"}),
        ("journey_step_remove", ["nobody"], {}),
        ("journey_step_add", [], {"add": "nobody", "kind": "wait", "days": "1"}),
        ("journey_step_add", [], {"add": "", "kind": "sing"}),
        ("journey_condition", [7], {"condition": "order_progress"}),
        ("journey_condition_add", [], {"condition": "moon"}),
    ],
)
def test_what_is_no_longer_there_is_not_changed(
    olga: Staff, store: Store, page: str, more: list[Any], form: dict[str, str]
) -> None:
    public_id = draft(store, *STEPS)
    before = working(store, public_id)
    olga.do(page, public_id, *more, revision="1", **form)
    assert "no longer there" in olga.see("journey_edit", public_id)
    assert working(store, public_id) == before


def test_errors_stand_beside_their_sentence_and_keep_it_from_being_published(olga: Staff, store: Store) -> None:
    public_id = draft(store, step("wait", "wait", {"days": -1}), step("gone", "wait") | {"kind": "sing"})
    words = words_of(olga.see("journey_edit", public_id))
    assert "1 Wait (its settings do not fit) Error" in words or "1 Wait (its settings do not fit)" in words
    assert "“sing” is not installed." in words
    assert "2 errors keep it from being published." in words
    olga.do("journey_publish", public_id, revision="1")
    with store_scope(store.pk):
        assert Version.objects.filter(journey__public_id=public_id).count() == 0


def test_publishing_with_a_note_and_comparing(olga: Staff, store: Store) -> None:
    public_id = thanks(store)
    olga.do("journey_step", public_id, "settle", revision="0", days="4", hours="0", minutes="0")
    assert "Olga has a draft of this" in words_of(olga.see("journey", public_id))
    drafted = words_of(olga.see("journey_versions", public_id))
    assert "One sentence differs." in drafted
    assert "Wait 2 days Wait 4 days" in drafted
    olga.do("journey_publish", public_id, revision="1", note="Longer, so that they settle in")
    words = words_of(olga.see("journey_versions", public_id))
    assert "Version 2 Live Olga · just now Longer, so that they settle in 0 under way · 0 entered" in words
    compared = olga.see("journey_versions", public_id, **{"from": "2", "to": "1"})
    assert "Wait 4 days Wait 2 days" in words_of(compared)


def test_a_version_taken_up_again(olga: Staff, store: Store) -> None:
    public_id = thanks(store)
    olga.do("journey_step", public_id, "settle", revision="0", days="4", hours="0", minutes="0")
    olga.do("journey_restore", public_id, 1)
    assert "There is a draft already" in olga.see("journey_edit", public_id)
    olga.do("journey_publish", public_id, revision="1", note="")
    olga.do("journey_restore", public_id, 1)
    assert working(store, public_id).step("settle").config == {"days": 2}
    olga.do("journey_discard", public_id, revision="1")
    assert working(store, public_id).step("settle").config == {"days": 4}


def test_a_journey_from_scratch_and_as_another(olga: Staff, store: Store) -> None:
    assert 'name="copy_of"' in olga.see("journey_new")
    olga.do("journey_new", name="Care tips", trigger="shipment.delivered", copy_of="")
    olga.do("journey_new", name="Mine", trigger="order.placed", copy_of="builtin:thank-you")
    olga.do("journey_new", name="Ours", trigger="order.placed", copy_of=thanks(store))
    assert olga.do("journey_new", expect=422, name="").content
    with store_scope(store.pk):
        scratch, mine, ours = (Draft.objects.get(journey__name=name) for name in ("Care tips", "Mine", "Ours"))
    assert scratch.definition == {"trigger": "shipment.delivered", "entry": {"once_per": "shipment"}}
    assert len(mine.definition["steps"]) == len(ours.definition["steps"]) == 5


def test_the_preview_follows_a_real_order_and_shows_its_mail(olga: Staff, store: Store) -> None:
    live(store, 1)
    with store_scope(store.pk):
        before = Enrolment.objects.count()
    public_id = thanks(store)
    words = words_of(olga.see("journey_edit", public_id))
    assert "How it would go Nothing is sent or kept #1001 · Sam 1001" in words
    assert "It has not happened yet" in words
    assert "Completed" in words.partition("How it would go")[2]
    mail = olga.see("journey_step_mail", public_id, "send")
    assert "Sam" in mail
    olga.see("journey_step_mail", public_id, "settle", expect=404)
    given_up = words_of(olga.see("journey_edit", public_id, gives_up="arrival"))
    assert "Leave the journey" in given_up.partition("How it would go")[2]
    with store_scope(store.pk):
        assert Enrolment.objects.count() == before


def test_the_preview_is_left_out_where_only_the_flow_is_asked_for(olga: Staff, store: Store) -> None:
    live(store, 1)
    response = olga.client.get(olga.url("journey_edit", thanks(store)), headers={"HX-Target": "flow"})
    assert "How it would go" not in response.content.decode()


def test_the_page_takes_as_many_queries_for_three_as_for_one(olga: Staff, store: Store) -> None:
    live(store, 1)
    public_id = draft(store, step("send", "wait"))
    once = olga.count_queries("journey_edit", public_id)
    live(store, 2)
    live(store, 3)
    assert olga.count_queries("journey_edit", public_id) == once
    page = ("journey_versions", thanks(store))
    once = olga.count_queries(*page)
    for days in ("4", "5"):
        olga.do("journey_step", page[1], "settle", revision="0", days=days, hours="0", minutes="0")
        olga.do("journey_publish", page[1], revision="1", note="")
    assert olga.count_queries(*page) <= once + 1  # the name of whoever published


def test_sentences_take_no_queries(olga: Staff, store: Store) -> None:
    with_one = draft(store, step("send", "wait"))
    with_many = draft(store, *(step(f"s{number}", kind) for number, kind in enumerate(["wait", "split", "send"] * 4)))
    assert olga.count_queries("journey_edit", with_one) == olga.count_queries("journey_edit", with_many)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_edit(olga: Staff, store: Store, role: Role) -> None:
    public_id = draft(store, *STEPS)
    somebody = Staff(store, role, f"{role}@juniper.example")
    may = role in {Role.OWNER, Role.MARKETER}
    somebody.see("journey_edit", public_id, expect=200 if may else 403)
    somebody.do("journey_step_remove", public_id, "send", expect=302 if may else 403, revision="1")
    assert ("send" in working(store, public_id).positions) == (not may)
    assert ("New journey" in words_of(somebody.see("journeys"))) == may
    somebody.see("journey_versions", public_id)


def test_a_draft_that_is_changed_between_reading_and_writing(olga: Staff, store: Store) -> None:
    public_id = draft(store, *STEPS)
    with store_scope(store.pk):
        journey = Journey.objects.get(public_id=public_id)
        change_draft(journey=journey, definition=defined(step("only", "wait")), revision=1, by="staff:x", now=NOW)
    olga.do("journey_step_remove", public_id, "only", revision="1")
    assert [use.id for use in working(store, public_id).steps] == ["only"]
