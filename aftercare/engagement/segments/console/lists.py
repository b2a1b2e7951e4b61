"""Lists: made, called otherwise, and filled from files."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aftercare.engagement.segments.actions import change_segment, create_segment, import_list
from aftercare.engagement.segments.console.pages import segment_page
from aftercare.engagement.segments.forms import ImportForm, ListForm
from aftercare.engagement.segments.queries import import_by_id, segment_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound, Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.templatetags.amounts import number


@staff_page(Permission.SEGMENTS_WRITE)
def new_list(request: StaffRequest) -> HttpResponse:
    """A list with nobody on it yet."""
    form = ListForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "segment": None}
        return render(request, "segments/console/list.html", context, status=422 if form.is_bound else 200)
    made = create_segment(
        store=request.store, name=form.cleaned_data["name"], description=form.cleaned_data["description"],
        definition=None, by=request.who, now=clock.now(),
    )  # fmt: skip
    return redirect("segment", store=request.store.slug, public_id=made.public_id)


@staff_page(Permission.SEGMENTS_WRITE)
def rename_list(request: StaffRequest, public_id: str) -> HttpResponse:
    """What it is called, and what it is for."""
    found = segment_by_public_id(public_id=public_id)
    known = {"name": found.name, "description": found.description}
    form = ListForm(request.POST if request.method == "POST" else None, initial=known)
    if not form.is_valid():
        context = {"form": form, "segment": found}
        return render(request, "segments/console/list.html", context, status=422 if form.is_bound else 200)
    try:
        change_segment(
            segment=found,
            **form.cleaned_data,
            definition=None,
            revision=found.revision,
            by=request.who,
            now=clock.now(),
        )
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    return redirect("segment", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.SEGMENTS_WRITE)
def import_file(request: StaffRequest, public_id: str) -> HttpResponse:
    """Put on the list whom a file names; who is not found is told, and can be downloaded."""
    found = segment_by_public_id(public_id=public_id)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return segment_page(request, found, form, status=422)
    file = form.cleaned_data["file"]
    try:
        made = import_list(segment=found, name=file.name, content=file.read(), by=request.who, now=clock.now())
    except Refusal as refusal:
        form.add_error("file", f"{refusal.sentence} {refusal.remedy}")
        return segment_page(request, found, form, status=refusal.status)
    added = ngettext("%(n)s customer was put on it.", "%(n)s customers were put on it.", made.added)
    toasts.success(request, added % {"n": number(made.added)})
    if made.refused:
        refused = ngettext("Of %(n)s row nobody was found.", "Of %(n)s rows nobody was found.", made.refused)
        toasts.warning(
            request, refused % {"n": number(made.refused)} + " " + _("They are kept below, to be corrected.")
        )
    return redirect("segment", store=request.store.slug, public_id=public_id)


@staff_page(Permission.SEGMENTS_READ)
def rejects(_request: StaffRequest, public_id: str, row_id: int) -> HttpResponse:
    """The rows of an import nobody was found for, with what is wrong beside each."""
    made = import_by_id(segment=segment_by_public_id(public_id=public_id), row_id=row_id)
    if not made.refused:
        raise NotFound(_("There is nothing to correct in this import."))
    response = HttpResponse(bytes(made.rejects), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="list-{made.pk}.rejects.csv"'
    return response


urlpatterns = [
    path("segments/lists/new/", new_list, name="list_new"),
    path("segments/<str:public_id>/name/", rename_list, name="list_rename"),
    path("segments/<str:public_id>/import/", import_file, name="list_import"),
    path("segments/<str:public_id>/imports/<int:row_id>/rejects.csv", rejects, name="list_rejects"),
]
