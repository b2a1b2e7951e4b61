"""Drafts: changed in turn, published whole or not at all, and never in the way of who is under way."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from aftercare.engagement.journeys.actions.drafts import change_draft, discard_draft, publish_draft
from aftercare.engagement.journeys.actions.publish import archive, begin_journey, pause, resume
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.drafts import working_definition
from aftercare.engagement.journeys.errors import NotPossibleNow, NotPublishable
from aftercare.engagement.journeys.models import Draft, Enrolment, Journey, Version
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.drafts import DraftChanged
from aftercare.foundation.stores.models import Store
from tests.engagement.journeys.cast import happen, publish, travel
from tests.engagement.journeys.definitions import defined, step
from tests.engagement.journeys.test_travel import PLACED
from tests.engagement.messaging.cast import make_customer, make_order, with_templates

pytestmark = pytest.mark.django_db
WAIT, SEND = step("wait", "wait"), step("send", "send", {"message": "order_confirmed"})
LONGER = defined(step("wait", "wait", {"days": 3}), SEND, entry={"once_per": "order"})


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


@pytest.fixture
def journey(store: Store, now: datetime) -> Journey:
    """Live, in its first version."""
    return publish(store, now, WAIT, SEND).journey


def change(journey: Journey, now: datetime, *, definition: Definition = LONGER, revision: int = 0, by: str = "") -> int:
    draft = change_draft(journey=journey, definition=definition, revision=revision, by=by or "staff:x", now=now)
    return draft.revision


def test_a_draft_changes_nothing_but_itself(journey: Journey, now: datetime) -> None:
    assert change(journey, now) == 1
    assert Version.objects.get().is_live
    working = working_definition(journey=journey)
    assert (working.definition, working.revision, working.based_on) == (LONGER, 1, 1)


def test_who_comes_second_is_refused_and_nothing_is_lost(journey: Journey, now: datetime) -> None:
    revision = change(journey, now)
    with pytest.raises(DraftChanged, match="has changed this draft meanwhile"):
        change(journey, now, definition=defined(WAIT), revision=0)
    assert working_definition(journey=journey).definition == LONGER
    assert change(journey, now, definition=defined(WAIT), revision=revision) == 2


def test_published_it_is_the_version_that_new_ones_follow(journey: Journey, store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now), now)
    happen(PLACED, order=order, at=now)
    travel(now)
    version = publish_draft(
        journey=journey, revision=change(journey, now), note="Longer", by="staff:x", now=now
    )  # fmt: skip
    assert (version.number, version.note, version.created_by, Draft.objects.count()) == (2, "Longer", "staff:x", 0)
    other = make_order(make_customer(store, now, email="noor@example.com"), now, number="#1002")
    happen(PLACED, order=other, at=now)
    travel(now)
    first, second = Enrolment.objects.order_by("id")
    assert (first.version.number, second.version.number) == (1, 2)
    assert (first.due_at, second.due_at) == (now + timedelta(days=1), now + timedelta(days=3))
    published = EventRow.objects.filter(type="journey.published").order_by("seq").last()
    assert (published.actor, published.data) == ("staff:x", {"journey": "test", "version": 2, "note": "Longer"})


def test_a_draft_with_errors_is_not_published(journey: Journey, now: datetime) -> None:
    revision = change(journey, now, definition=defined(step("late", "wait", {"days": -1})))
    with pytest.raises(NotPublishable) as refused:
        publish_draft(journey=journey, revision=revision, note="", by="staff:x", now=now)
    assert refused.value.field == "late"
    assert Version.objects.count() == 1


def test_a_draft_that_went_on_meanwhile_is_neither_published_nor_discarded(journey: Journey, now: datetime) -> None:
    revision = change(journey, now)
    change(journey, now, revision=revision)
    with pytest.raises(DraftChanged):
        publish_draft(journey=journey, revision=revision, note="", by="staff:x", now=now)
    with pytest.raises(DraftChanged):
        discard_draft(journey=journey, revision=revision)
    discard_draft(journey=journey, revision=revision + 1)
    with pytest.raises(DraftChanged):
        publish_draft(journey=journey, revision=revision + 1, note="", by="staff:x", now=now)
    assert (Draft.objects.count(), Version.objects.count()) == (0, 1)


def test_a_journey_begins_as_a_draft_and_lives_when_published(store: Store, now: datetime) -> None:
    made = begin_journey(store=store, name="Käse & Brot", description="", definition=LONGER, by="staff:x", now=now)
    twin = begin_journey(store=store, name="Käse & Brot", description="", definition=LONGER, by="staff:x", now=now)
    assert (made.state, made.key, twin.key) == ("draft", "kase-brot", "kase-brot-2")
    publish_draft(journey=made, revision=1, note="", by="staff:x", now=now)
    made.refresh_from_db()
    assert (made.state, Version.objects.get(journey=made).number) == ("live", 1)


def test_a_name_without_letters_of_ours_has_a_key(store: Store, now: datetime) -> None:
    made = begin_journey(store=store, name="بعد التسليم", description="", definition=LONGER, by="staff:x", now=now)
    assert made.key == "journey"


def test_archived_nobody_enters_and_it_can_be_taken_back(journey: Journey, store: Store, now: datetime) -> None:
    archive(journey=journey, by="staff:x", now=now)
    happen(PLACED, order=make_order(make_customer(store, now), now), at=now)
    assert Enrolment.objects.count() == 0
    revision = change(journey, now)
    journey.refresh_from_db()
    with pytest.raises(NotPossibleNow):
        publish_draft(journey=journey, revision=revision, note="", by="staff:x", now=now)
    with pytest.raises(NotPossibleNow):
        pause(journey=journey, by="staff:x", now=now)
    resume(journey=journey, by="staff:x", now=now)
    journey.refresh_from_db()
    assert journey.state == "live"


def test_who_did_what_stands_in_the_log(journey: Journey, now: datetime) -> None:
    pause(journey=journey, by="staff:a", now=now)
    resume(journey=journey, by="token:b", now=now)
    archive(journey=journey, by="staff:c", now=now)
    rows = EventRow.objects.filter(type__startswith="journey.").order_by("seq").values_list("type", "actor")
    assert list(rows) == [
        ("journey.published", "test"), ("journey.paused", "staff:a"), ("journey.resumed", "token:b"),
        ("journey.archived", "staff:c"),
    ]  # fmt: skip


def test_whatever_a_draft_holds_it_is_kept_as_it_was_said(journey: Journey, now: datetime) -> None:
    unfinished: dict[str, Any] = {"trigger": "no.such", "steps": [{"id": "a", "kind": "sing", "config": {"x": [1]}}]}
    change(journey, now, definition=Definition.model_validate(unfinished))
    with connection.cursor() as cursor:
        cursor.execute("SELECT definition->'steps'->0->'config'->'x' FROM journeys_draft")
        assert cursor.fetchone() == ("[1]",)
