"""Making tasks, in sets, and getting them done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aftercare.care.staff_tasks.errors import AlreadyDone
from aftercare.care.staff_tasks.events import StaffTaskAssigned, StaffTaskDone, StaffTaskEvent, StaffTaskOpened
from aftercare.care.staff_tasks.models import StaffTask, new_task_id
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

_OPEN = """
    INSERT INTO staff_tasks_stafftask
        (public_id, store_id, key, title, role, order_id, customer_id, opened_at, opened_by, due_at, assignee, done_by, note)
    SELECT v.public_id, %s, v.key, v.title, v.role, v.order_id, v.customer_id, %s, %s, v.due_at, '', '', ''
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::timestamptz[])
        AS v(public_id, key, title, role, order_id, customer_id, due_at)
    ON CONFLICT (store_id, key) DO NOTHING RETURNING public_id, title, order_id, customer_id
"""


@dataclass(frozen=True, slots=True)
class NewTask:
    """What is to be done; `key` is the maker's own name for it."""

    key: str
    title: str
    due_at: datetime
    role: str = ""
    order_id: int | None = None
    customer_id: int | None = None


@transaction.atomic
def open_tasks(*, store_id: int, tasks: Sequence[NewTask], by: str, now: datetime) -> int:
    """Make tasks, each key once; answers how many are new."""
    rows = [(new_task_id(), one.key, one.title, one.role, one.order_id, one.customer_id, one.due_at) for one in tasks]
    if not rows:
        return 0
    made = fetch(_OPEN, [store_id, now, by, *(list(column) for column in zip(*rows, strict=True))])
    record([
        Fact(StaffTaskOpened(task, title), store_id, now, customer_id, order_id, actor=by)
        for task, title, order_id, customer_id in made
    ], now=now)  # fmt: skip
    return len(made)


@transaction.atomic
def assign_task(*, task: StaffTask, assignee: str, by: str, now: datetime) -> None:
    """Say who sees to it, as the log names people (empty: nobody). Raises AlreadyDone."""
    held = StaffTask.objects.select_for_update().get(pk=task.pk)
    if held.done_at is not None:
        raise AlreadyDone
    if held.assignee != assignee:
        StaffTask.objects.filter(pk=held.pk).update(assignee=assignee)
        _record(held, StaffTaskAssigned(held.public_id, held.title, assignee), by, now)


@transaction.atomic
def finish_task(*, task: StaffTask, note: str, by: str, now: datetime) -> None:
    """Somebody has seen to it; raises AlreadyDone."""
    if not StaffTask.objects.filter(pk=task.pk, done_at=None).update(done_at=now, done_by=by, note=note[:300]):
        raise AlreadyDone
    _record(task, StaffTaskDone(task.public_id, task.title, note[:300]), by, now)


def _record(task: StaffTask, event: StaffTaskEvent, by: str, now: datetime) -> None:
    record([Fact(event, task.store_id, now, task.customer_id, task.order_id, actor=by)], now=now)
