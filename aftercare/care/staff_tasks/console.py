"""The console's page of tasks: what is to be done, by whom and until when, and what was."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.care.staff_tasks.actions import assign_task, finish_task
from aftercare.care.staff_tasks.errors import AlreadyDone
from aftercare.care.staff_tasks.queries import done_lately, open_tasks_for_list, task_by_public_id
from aftercare.foundation.events.timelines import names_of
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import cursor_of
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page


@staff_page(Permission.ORDERS_READ)
def staff_tasks(request: StaffRequest) -> HttpResponse:
    """What is to be done, and what was done lately."""
    page, done = open_tasks_for_list(after=cursor_of(request)), done_lately()
    names = names_of([*(task.assignee for task in page.rows), *(task.done_by for task in done)])
    context = {"page": page, "done": done, "names": names, "me": request.who, "now": clock.now()}
    return render(request, "staff_tasks/console/tasks.html", context)


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def take(request: StaffRequest, public_id: str) -> HttpResponse:
    """Take it on, or leave it to others."""
    task, assignee = task_by_public_id(public_id=public_id), "" if request.POST.get("do") == "leave" else request.who
    try:
        assign_task(task=task, assignee=assignee, by=request.who, now=clock.now())
    except AlreadyDone as refusal:
        toasts.error(request, refusal.sentence)
    return redirect(reverse("staff_tasks", args=[request.store.slug]) + f"#{public_id}")


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def finish(request: StaffRequest, public_id: str) -> HttpResponse:
    """It is done; back to where it was said."""
    try:
        finish_task(
            task=task_by_public_id(public_id=public_id), note=str(request.POST.get("note", "")), by=request.who,
            now=clock.now(),
        )  # fmt: skip
    except AlreadyDone as refusal:
        toasts.error(request, refusal.sentence)
    else:
        toasts.success(request, _("Done."))
    return redirect("staff_tasks", store=request.store.slug)


urlpatterns = [
    path("tasks/", staff_tasks, name="staff_tasks"),
    path("tasks/<str:public_id>/take/", take, name="staff_task_take"),
    path("tasks/<str:public_id>/done/", finish, name="staff_task_done"),
]
register_entry(
    Entry(
        group="Orders", position=42, label=gettext_lazy("Tasks"), icon="clipboard-list", url_name="staff_tasks",
        permission=Permission.ORDERS_READ,
    )
)  # fmt: skip
