"""All segments, and one: what decides who is in it, how many they are, and who."""

from collections.abc import Iterator, Sequence

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.engagement.segments.actions import archive_segment
from aftercare.engagement.segments.definition import Definition
from aftercare.engagement.segments.forms import ImportForm, MemberFilters, SegmentListFilters
from aftercare.engagement.segments.models import Member, Segment
from aftercare.engagement.segments.queries import (
    imports_of,
    members_for_list,
    segment_by_public_id,
    segments_for_list,
    sizes_over_time,
)
from aftercare.engagement.segments.sentences import read
from aftercare.engagement.segments.vocabulary import SegmentKind
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.csv_export import ROWS_AT_ONCE, Chunk, csv_response
from aftercare.foundation.web.listing import Column, View, address, cursor_of, listing
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (
    Column(gettext_lazy("Segment")),
    Column(gettext_lazy("Customers"), number=True),
    Column(gettext_lazy("Last two weeks")),
    Column(gettext_lazy("Changed")),
)
_VIEWS = (
    View(gettext_lazy("All")),
    View(gettext_lazy("By rules"), {"kind": SegmentKind.RULES.value}),
    View(gettext_lazy("Lists"), {"kind": SegmentKind.LIST.value}),
    View(gettext_lazy("Archived"), {"state": "archived"}),
)
_MEMBER_COLUMNS = (
    Column(gettext_lazy("Customer")),
    Column(gettext_lazy("E-mail")),
    Column(gettext_lazy("Phone")),
    Column(gettext_lazy("Country")),
    Column(gettext_lazy("In it since")),
)
_CSV = ("id", "name", "email", "phone", "locale", "country", "since")


@staff_page(Permission.SEGMENTS_READ)
def segments(request: StaffRequest) -> HttpResponse:
    """Every segment and list with how many are in it, and how that went."""
    filters = SegmentListFilters(request)
    found = segments_for_list(
        words=filters.chosen("q") or "",
        state=filters.chosen("state") or "",
        kind=filters.chosen("kind") or "",
        after=cursor_of(request),
    )
    context = {
        "listing": listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS),
        "sizes": sizes_over_time(segments=found.rows, today=clock.now().date()),
    }
    return render(request, "segments/console/segments.html", context)


@staff_page(Permission.SEGMENTS_READ)
def segment(request: StaffRequest, public_id: str) -> HttpResponse:
    """One segment: its rules in sentences, and who is in it."""
    found = segment_by_public_id(public_id=public_id)
    return segment_page(request, found, ImportForm())


def segment_page(request: StaffRequest, found: Segment, form: ImportForm, *, status: int = 200) -> HttpResponse:
    """The page of a segment; of a list with its imports, and `form` for another."""
    filters = MemberFilters(request)
    page = members_for_list(segment=found, words=filters.chosen("q") or "", after=cursor_of(request))
    export = reverse("segment_csv", args=[request.store.slug, found.public_id])
    context = {
        "segment": found,
        "reading": None if found.is_list else read(Definition.model_validate(found.definition)),
        "listing": listing(request, filters=filters, page=page, columns=_MEMBER_COLUMNS),
        "sizes": sizes_over_time(segments=[found], today=clock.now().date()).get(found.pk, []),
        "imports": imports_of(segment=found) if found.is_list else [],
        "form": form,
        "export_url": export + address(request).removeprefix(request.path),
    }
    return render(request, "segments/console/segment.html", context, status=status)


@staff_page(Permission.SEGMENTS_READ)
def segment_csv(request: StaffRequest, public_id: str) -> HttpResponseBase:
    """Who is in it, as a file, all of them, the latest first."""
    found, words = segment_by_public_id(public_id=public_id), MemberFilters(request).chosen("q") or ""

    def chunk(cursor: str) -> Chunk:
        page = members_for_list(segment=found, words=words, after=cursor, limit=ROWS_AT_ONCE)
        return Chunk(_cells(page.rows), page.following)

    return csv_response(name=f"segment-{found.public_id}", store_id=request.store.pk, header=_CSV, read=chunk)


@require_POST
@staff_page(Permission.SEGMENTS_WRITE)
def archive(request: StaffRequest, public_id: str) -> HttpResponse:
    """Keep it no longer."""
    found = segment_by_public_id(public_id=public_id)
    try:
        archive_segment(segment=found, by=request.who, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
        return redirect("segment", store=request.store.slug, public_id=public_id)
    toasts.success(request, _("Archived. Nobody is in it any more."))
    return redirect("segments", store=request.store.slug)


def _cells(rows: Sequence[Member]) -> Iterator[list[object]]:
    for row in rows:
        who = row.customer
        yield [who.public_id, who.name, who.email, who.phone, who.locale, who.country, row.since.isoformat()]


urlpatterns = [
    path("segments/", segments, name="segments"),
    path("segments/<str:public_id>/", segment, name="segment"),
    path("segments/<str:public_id>/members.csv", segment_csv, name="segment_csv"),
    path("segments/<str:public_id>/archive/", archive, name="segment_archive"),
]
