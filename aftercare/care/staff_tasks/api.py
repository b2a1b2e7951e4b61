"""The API of tasks: what a person is to do, who sees to it, and what came of it."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from aftercare.care.staff_tasks.actions import NewTask, assign_task, finish_task, open_tasks
from aftercare.care.staff_tasks.models import StaffTask
from aftercare.care.staff_tasks.queries import (
    TaskFilter,
    done_tasks_for_list,
    open_tasks_for_list,
    task_by_public_id,
    task_called,
)
from aftercare.commerce.customers.queries import customer_by_public_id, person_ids, surviving
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Incoming, Key, Moment, Short, Text
from aftercare.foundation.staff.policy import Permission, Role
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Tasks"])
_TASK = {
    "key": "ticket-5512", "title": "Ring them up about the lamp", "role": "agent", "order": "ord_7d0xk2m9qv4t8r1n",
    "due_at": "2026-12-01T12:00:00Z",
}  # fmt: skip
# Programs of a store share their names for tasks; journeys have others.
_OF_PROGRAMS = "api:"


class TaskIn(Incoming):
    """What is to be done, for whom, and by when."""

    key: Annotated[Key, Field(description="Your name for it: the same again makes no other one.")]
    title: Annotated[Text, Field(min_length=1, max_length=200)]
    due_at: Moment
    role: Annotated[Role | None, Field(description="For whom it is; left out, for anybody.")] = None
    order: Annotated[Short, Field(description="The order's id here; its customer is known by it.")] = ""
    customer: Annotated[Short, Field(description="The customer's id here.")] = ""


class TaskAssigneeIn(Incoming):
    """Who sees to it."""

    assignee: Annotated[
        Text, Field(max_length=80, description="As the log names people, such as `staff:usr_…`; empty for nobody.")
    ] = ""


class TaskDoneIn(Incoming):
    """What came of it."""

    note: Annotated[Text, Field(max_length=300)] = ""


class TaskOut(BaseModel):
    """A task of the staff."""

    id: str
    title: str
    role: Annotated[Role | None, Field(description="For whom it is; null: for anybody.")]
    order: str | None
    customer: str | None
    opened_at: datetime
    opened_by: str
    due_at: datetime
    assignee: str
    done_at: datetime | None
    done_by: str
    note: str


class TaskQuery(BaseModel):
    """What to narrow the list to."""

    state: Literal["open", "done"] = "open"
    role: Annotated[Role | None, Field(description="What is for this role, and for anybody.")] = None
    assignee: Annotated[Text, Field(max_length=80)] = ""
    order: Short = ""
    customer: Short = ""


@router.get("/staff-tasks", response=Listed[TaskOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.ORDERS_READ)
def list_staff_tasks(
    request: ApiRequest, query: Query[TaskQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[TaskOut]:  # fmt: skip
    """What is to be done, what is due first on top; or what was done, the latest first."""
    customer = surviving(customer=customer_by_public_id(public_id=query.customer)) if query.customer else None
    narrowed = TaskFilter(
        role=query.role or "", assignee=query.assignee,
        order_id=order_by_public_id(public_id=query.order).pk if query.order else None,
        customer_ids=person_ids(customer=customer) if customer else (),
    )  # fmt: skip
    listed = open_tasks_for_list if query.state == "open" else done_tasks_for_list
    found = listed(narrowed=narrowed, after=cursor, limit=limit)
    return Listed(items=[_out(one) for one in found.rows], next=found.following)


@router.post("/staff-tasks", response={201: TaskOut}, openapi_extra={**NAMES_A_THING, **example_body(_TASK)})
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def open_staff_task(request: ApiRequest, body: TaskIn) -> Status[TaskOut]:
    """Give staff something to do, once for each key."""
    order = order_by_public_id(public_id=body.order) if body.order else None
    customer = order.customer if order else None
    if body.customer:
        customer = surviving(customer=customer_by_public_id(public_id=body.customer))
    key = _OF_PROGRAMS + body.key
    task = NewTask(
        key, body.title, body.due_at, body.role or "", order.pk if order else None, customer.pk if customer else None
    )  # fmt: skip
    open_tasks(store_id=request.store.pk, tasks=[task], by=request.who, now=clock.now())
    return Status(201, _out(task_called(key=key)))


@router.get("/staff-tasks/{task}", response=TaskOut)
@api_edge(Permission.ORDERS_READ)
def read_staff_task(request: ApiRequest, task: PublicId) -> TaskOut:
    """One task."""
    return _out(task_by_public_id(public_id=task))


@router.post(
    "/staff-tasks/{task}/assignee", response=TaskOut, openapi_extra=example_body({"assignee": "staff:usr_example"})
)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def assign_staff_task(request: ApiRequest, task: PublicId, body: TaskAssigneeIn) -> TaskOut:
    """Say who sees to it."""
    found = task_by_public_id(public_id=task)
    assign_task(task=found, assignee=body.assignee, by=request.who, now=clock.now())
    return _out(task_by_public_id(public_id=task))


@router.post("/staff-tasks/{task}/done", response=TaskOut, openapi_extra=example_body({"note": "Reached them"}))
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def finish_staff_task(request: ApiRequest, task: PublicId, body: TaskDoneIn) -> TaskOut:
    """It is done."""
    finish_task(task=task_by_public_id(public_id=task), note=body.note, by=request.who, now=clock.now())
    return _out(task_by_public_id(public_id=task))


def _out(task: StaffTask) -> TaskOut:
    return TaskOut(
        id=task.public_id, title=task.title, role=Role(task.role) if task.role else None,
        order=task.order.public_id if task.order else None, customer=task.customer.public_id if task.customer else None,
        opened_at=task.opened_at, opened_by=task.opened_by, due_at=task.due_at, assignee=task.assignee,
        done_at=task.done_at, done_by=task.done_by, note=task.note,
    )  # fmt: skip
