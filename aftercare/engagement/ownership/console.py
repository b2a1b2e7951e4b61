"""The console's pages about ownership: what nobody used, when that is noticed, and maintenance schedules."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from aftercare.engagement.ownership.actions import end_schedule, schedule_service, set_usage_rule
from aftercare.engagement.ownership.actions.owning import DEFAULT_DAYS
from aftercare.engagement.ownership.forms import ScheduleForm, UsageRuleForm
from aftercare.engagement.ownership.queries import (
    figures,
    schedule_by_public_id,
    schedules_for_list,
    unused_for_list,
    usage_rules,
)
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, Filters, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (
    Column(_("Never used")),
    Column(_("Order")),
    Column(_("Customer")),
    Column(_("Arrived")),
    Column(_("Noticed")),
)


@staff_page(Permission.CATALOG_READ)
def unused(request: StaffRequest) -> HttpResponse:
    """What customers have and never used, and when that is noticed."""
    filters = Filters(request)
    shown = listing(request, filters=filters, page=unused_for_list(after=cursor_of(request)), columns=_COLUMNS)
    return _unused_page(request, UsageRuleForm(), listing=shown)


@require_POST
@staff_page(Permission.CATALOG_WRITE)
def rule(request: StaffRequest) -> HttpResponse:
    """Say after how many days something counts as never used."""
    form = UsageRuleForm(request.POST)
    if not form.is_valid():
        filters = Filters(request)
        shown = listing(request, filters=filters, page=unused_for_list(), columns=_COLUMNS)
        return _unused_page(request, form, listing=shown, status=422)
    set_usage_rule(store=request.store, **form.cleaned_data, by=request.who, now=clock.now())
    toasts.success(request, _("It holds from now on."))
    return redirect("unused", store=request.store.slug)


@staff_page(Permission.CATALOG_READ)
def schedules(request: StaffRequest) -> HttpResponse:
    """What is to be done with what, and how often."""
    return _schedules_page(request, ScheduleForm())


@require_POST
@staff_page(Permission.CATALOG_WRITE)
def new_schedule(request: StaffRequest) -> HttpResponse:
    """Set one up, for all who own it."""
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return _schedules_page(request, form, status=422)
    schedule_service(store=request.store, told=form.schedule(), by=request.who, now=clock.now())
    toasts.success(request, _("It stands on the page of every order that brought one."))
    return redirect("schedules", store=request.store.slug)


@require_POST
@staff_page(Permission.CATALOG_WRITE)
def end(request: StaffRequest, public_id: str) -> HttpResponse:
    """Nothing is due by it any more."""
    end_schedule(schedule=schedule_by_public_id(public_id=public_id), by=request.who, now=clock.now())
    toasts.success(request, _("Nobody is reminded any more."))
    return redirect("schedules", store=request.store.slug)


def _unused_page(request: StaffRequest, form: UsageRuleForm, *, listing: object, status: int = 200) -> HttpResponse:
    context = {
        "listing": listing, "figures": figures(store_id=request.store.pk), "rules": usage_rules(), "form": form,
        "default_days": DEFAULT_DAYS,
    }  # fmt: skip
    return render(request, "ownership/console/unused.html", context, status=status)


def _schedules_page(request: StaffRequest, form: ScheduleForm, *, status: int = 200) -> HttpResponse:
    context = {"schedules": schedules_for_list(after=cursor_of(request)), "form": form}
    return render(request, "ownership/console/schedules.html", context, status=status)


urlpatterns = [
    path("unused/", unused, name="unused"),
    path("unused/rules/", rule, name="usage_rule"),
    path("schedules/", schedules, name="schedules"),
    path("schedules/new/", new_schedule, name="schedule_new"),
    path("schedules/<str:public_id>/end/", end, name="schedule_end"),
]

register_entry(
    Entry(
        group="Engagement", position=32, label=_("Maintenance"), icon="wrench", url_name="schedules",
        permission=Permission.CATALOG_READ,
    )
)  # fmt: skip
register_entry(
    Entry(
        group="Engagement", position=33, label=_("Never used"), icon="package", url_name="unused",
        permission=Permission.CATALOG_READ,
    )
)  # fmt: skip
