"""Tasks for programs: given once, taken on, and done once."""

from typing import Any

import pytest

from aftercare.care.staff_tasks.models import StaffTask
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import caller_for
from tests.factories import make_order, make_store

pytestmark = pytest.mark.usefixtures("frozen")
RING = {"key": "ticket-1", "title": "Ring them up", "due_at": "2026-12-01T12:00:00Z", "role": "agent"}


@pytest.fixture
def order(store: Store) -> str:
    with store_scope(store.pk):
        return str(make_order(store).public_id)


def test_a_task_is_given_once_taken_on_and_done_once(store: Store, order: str) -> None:
    program = caller_for(store)
    made = program.post("/staff-tasks", {**RING, "order": order})
    again = program.post("/staff-tasks", {**RING, "title": "Once more"})
    task = f"/staff-tasks/{made.body['id']}"
    taken = program.post(f"{task}/assignee", {"assignee": "staff:usr_arne"})
    done = program.post(f"{task}/done", {"note": "Reached"})

    assert (made.status, again.body["id"], again.body["title"]) == (201, made.body["id"], "Ring them up")
    assert (made.body["order"], made.body["role"], made.body["customer"] is None) == (order, "agent", False)
    assert (taken.body["assignee"], done.body["note"], done.body["done_at"] is None) == (
        "staff:usr_arne",
        "Reached",
        False,
    )
    assert program.post(f"{task}/done", {}).problem[:2] == (409, "task_done")
    assert program.post(f"{task}/assignee", {}).problem[:2] == (409, "task_done")
    with store_scope(store.pk):
        types = EventRow.objects.filter(type__startswith="staff_task.").order_by("seq").values_list("type", flat=True)
        assert list(types) == ["staff_task.opened", "staff_task.assigned", "staff_task.done"]


@pytest.mark.parametrize(
    ("query", "found"),
    [({}, 1), ({"state": "done"}, 0), ({"role": "marketer"}, 0), ({"role": "agent"}, 1), ({"assignee": "staff:x"}, 0)],
)
def test_the_list_is_narrowed(store: Store, order: str, query: dict[str, Any], found: int) -> None:
    program = caller_for(store)
    program.post("/staff-tasks", {**RING, "order": order})
    assert len(program.get("/staff-tasks", order=order, **query).body["items"]) == found


def test_nobody_elsewhere_gets_or_changes_it(store: Store, order: str) -> None:
    task = caller_for(store).post("/staff-tasks", {**RING, "order": order}).body["id"]
    mallory = caller_for(make_store("mallory"))
    assert mallory.get("/staff-tasks").body["items"] == []
    assert mallory.post(f"/staff-tasks/{task}/done", {}).status == 404
    assert mallory.post("/staff-tasks", {**RING, "order": order}).status == 404
    with store_scope(store.pk):
        assert StaffTask.objects.get().done_at is None
