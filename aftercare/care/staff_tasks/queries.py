"""Reads: what is to be done, and what was."""

from collections.abc import Collection
from dataclasses import dataclass

from aftercare.care.staff_tasks.models import StaffTask
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.scope import StoreQuerySet

_SHOWN_WITH_SOMETHING = 20


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What the list is narrowed to; empty narrows nothing. A role stands for what anybody may do, too."""

    role: str = ""
    assignee: str = ""
    order_id: int | None = None
    customer_ids: Collection[int] = ()


def open_tasks_for_list(
    *, narrowed: TaskFilter = TaskFilter(), after: str = "", limit: int = 50
) -> Page[StaffTask]:  # fmt: skip
    """A page of what is to be done, what is due first on top. One query."""
    return page(_narrowed(narrowed).filter(done_at=None), by="due_at", ascending=True, after=after, limit=limit)


def done_tasks_for_list(*, narrowed: TaskFilter, after: str = "", limit: int = 50) -> Page[StaffTask]:
    """A page of what was done, the latest first. One query."""
    return page(_narrowed(narrowed).exclude(done_at=None), by="done_at", after=after, limit=limit)


def most_urgent(*, limit: int) -> list[StaffTask]:
    """What is to be done first. One query."""
    found = StaffTask.objects.filter(done_at=None).select_related("order", "customer")
    return list(found.order_by("due_at", "id")[:limit])


def count_open(*, most: int) -> int:
    """How many are open, as far as counted."""
    return int(StaffTask.objects.filter(done_at=None)[:most].count())


def done_lately(*, limit: int = 20) -> list[StaffTask]:
    """What was done, the latest first. One query."""
    found = StaffTask.objects.exclude(done_at=None).select_related("order", "customer")
    return list(found.order_by("-done_at")[:limit])


def open_tasks_about(*, order_ids: Collection[int] = (), customer_ids: Collection[int] = ()) -> list[StaffTask]:
    """What is to be done about these orders, or these customers. One query."""
    found = StaffTask.objects.filter(done_at=None)
    found = found.filter(order_id__in=order_ids) if order_ids else found.filter(customer_id__in=customer_ids)
    return list(found.order_by("due_at", "id")[:_SHOWN_WITH_SOMETHING])


def task_by_public_id(*, public_id: str) -> StaffTask:
    """A task; raises NotFound."""
    return _one(StaffTask.objects.filter(public_id=public_id))


def task_called(*, key: str) -> StaffTask:
    """The one whose maker calls it so; raises NotFound."""
    return _one(StaffTask.objects.filter(key=key))


def _narrowed(narrowed: TaskFilter) -> StoreQuerySet[StaffTask]:
    found = StaffTask.objects.select_related("order", "customer")
    if narrowed.role:
        found = found.filter(role__in=[narrowed.role, ""])
    if narrowed.assignee:
        found = found.filter(assignee=narrowed.assignee)
    if narrowed.order_id:
        found = found.filter(order_id=narrowed.order_id)
    return found.filter(customer_id__in=narrowed.customer_ids) if narrowed.customer_ids else found


def _one(found: StoreQuerySet[StaffTask]) -> StaffTask:
    task = found.select_related("order", "customer").first()
    if task is None:
        raise NotFound("There is no such task.", field="task")
    return task
