"""The console's pages about notices: drafting one, seeing whom it reaches before it goes out, and who has read it."""

from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from aftercare.engagement.notices.actions import acknowledge, end_notice, publish_notice, remind_unread, write_notice
from aftercare.engagement.notices.audience import count_audience
from aftercare.engagement.notices.forms import NoticeForm
from aftercare.engagement.notices.models import Addressee
from aftercare.engagement.notices.queries import (
    addressee_of,
    addressees_for_list,
    notice_by_public_id,
    notices_for_list,
    reach_of,
)
from aftercare.engagement.notices.vocabulary import NoticeState, ReadBy
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.csv_export import ROWS_AT_ONCE, Chunk, csv_response
from aftercare.foundation.web.listing import Column, Filters, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (Column(_("Notice")), Column(_("Product")), Column(_("State")), Column(_("Written")))
_HEADER = (
    "order", "customer", "email", "phone", "line", "batch", "serials", "sent_at", "rounds", "read_at", "acknowledged_at",
    "read_by",
)  # fmt: skip


@staff_page(Permission.CATALOG_READ)
def notices(request: StaffRequest) -> HttpResponse:
    """Every notice, the latest first."""
    found = notices_for_list(after=cursor_of(request))
    shown = listing(request, filters=Filters(request), page=found, columns=_COLUMNS)
    return render(request, "notices/console/notices.html", {"listing": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CATALOG_WRITE)
def write(request: StaffRequest, public_id: str = "") -> HttpResponse:
    """Draft a notice, or a draft anew."""
    found = notice_by_public_id(public_id=public_id) if public_id else None
    form = NoticeForm(request.POST or None, initial=NoticeForm.said_of(found) if found else None)
    if form.is_valid():
        try:
            kept = write_notice(
                store=request.store, told=form.notice(), by=request.who, now=clock.now(), instead_of=found
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(refusal.field or None, f"{refusal.sentence} {refusal.remedy}".strip())
        else:
            return redirect("notice", store=request.store.slug, public_id=kept.public_id)
    back = (
        reverse("notice", args=[request.store.slug, public_id])
        if found
        else reverse("notices", args=[request.store.slug])
    )
    context = {"form": form, "notice": found, "back": back}
    return render(request, "notices/console/write.html", context, status=422 if form.errors else 200)


@staff_page(Permission.CATALOG_READ)
def notice(request: StaffRequest, public_id: str) -> HttpResponse:
    """One notice: as a draft whom it would reach, later who has read it and who has not."""
    found = notice_by_public_id(public_id=public_id)
    context: dict[str, Any] = {"notice": found, "is_draft": found.state == NoticeState.DRAFT}
    if context["is_draft"]:
        context["audience"] = count_audience(found)
    else:
        context["reach"] = reach_of(found)
        context["unread"] = addressees_for_list(notice=found, unread=True, after=cursor_of(request))
    context["is_published"] = found.state == NoticeState.PUBLISHED
    return render(request, "notices/console/notice.html", context)


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def act(request: StaffRequest, public_id: str) -> HttpResponse:
    """Publish it, remind those who have not read it, or end it."""
    found, now = notice_by_public_id(public_id=public_id), clock.now()
    try:
        match request.POST.get("do"):
            case "publish":
                n = publish_notice(notice=found, by=request.who, now=now)
                toasts.success(
                    request, ngettext("%(n)d order's owner is told.", "%(n)d orders' owners are told.", n) % {"n": n}
                )
            case "remind":
                n = remind_unread(notice=found, now=now)
                toasts.success(request, ngettext("%(n)d is reminded.", "%(n)d are reminded.", n) % {"n": n})
            case "end":
                end_notice(notice=found, by=request.who, now=now)
                toasts.success(request, _("Nobody is told of it any more."))
    except Refusal as refusal:
        toasts.error(request, refusal.sentence)
    return redirect("notice", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def note(request: StaffRequest, public_id: str) -> HttpResponse:
    """Somebody said by telephone that they have read it."""
    found = addressee_of(notice=public_id, order=request.POST.get("order", ""))
    acknowledge(addressee=found, how=ReadBy.STAFF, by=request.who, now=clock.now())
    return redirect("notice", store=request.store.slug, public_id=public_id)


@staff_page(Permission.ORDERS_READ)
def export(request: StaffRequest, public_id: str) -> HttpResponseBase:
    """Those it is for, with what proves that they have read it; `unread=1` narrows to who has not."""
    found = notice_by_public_id(public_id=public_id)
    unread = request.GET.get("unread") == "1"

    def read(cursor: str) -> Chunk:
        page = addressees_for_list(notice=found, unread=unread, after=cursor, limit=ROWS_AT_ONCE)
        with timezone.override(request.store.time_zone):
            return Chunk([_cells(one) for one in page.rows], page.following)

    return csv_response(name=f"notice-{found.public_id}", store_id=request.store.pk, header=_HEADER, read=read)


def _cells(one: Addressee) -> list[object]:
    order, line = one.order, one.line
    name = order.customer.name if order.customer else ""
    moments = [
        timezone.localtime(at).isoformat(timespec="minutes") if at else ""
        for at in (one.sent_at, one.read_at, one.acknowledged_at)
    ]
    return [
        order.number, name, order.email, order.phone, line.title, line.batch, line.serials, moments[0], one.rounds,
        moments[1], moments[2], one.read_by,
    ]  # fmt: skip


urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/new/", write, name="notice_new"),
    path("notices/<str:public_id>/", notice, name="notice"),
    path("notices/<str:public_id>/write/", write, name="notice_write"),
    path("notices/<str:public_id>/act/", act, name="notice_act"),
    path("notices/<str:public_id>/note/", note, name="notice_note"),
    path("notices/<str:public_id>/export/", export, name="notice_export"),
]

register_entry(
    Entry(
        group="Engagement", position=34, label=_("Product notices"), icon="megaphone", url_name="notices",
        permission=Permission.CATALOG_READ,
    )
)  # fmt: skip
