"""Reads: what is to be done, and what was."""

from collections.abc import Collection

from aftercare.care.staff_tasks.models import StaffTask
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound

_SHOWN_WITH_SOMETHING = 20


def open_tasks_for_list(*, role: str = "", after: str = "", limit: int = 50) -> Page[StaffTask]:
    """A page of what is to be done, the latest asked for first; for this role and for anybody. One query."""
    found = StaffTask.objects.filter(done_at=None).select_related("order", "customer")
    if role:
        found = found.filter(role__in=[role, ""])
    return page(found, by="opened_at", after=after, limit=limit)


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
    found = StaffTask.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such task.", field="task")
    return found
