"""The console's pages about guides."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.content.forms import GuideListFilters
from aftercare.engagement.content.markdown import guide_body
from aftercare.engagement.content.overview import coverage, guide_by_public_id, guides_for_list, languages_of
from aftercare.engagement.content.queries import products_of_guide
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (Column(_("Guide")), Column(_("Kind")), Column(_("Language")), Column(_("Changed")))


@staff_page(Permission.CATALOG_READ)
def guides(request: StaffRequest) -> HttpResponse:
    """Every guide in every language, and which products have none."""
    filters = GuideListFilters(request)
    found = guides_for_list(filters=filters.narrowed(), after=cursor_of(request))
    shown = {"listing": listing(request, filters=filters, page=found, columns=_COLUMNS), "coverage": coverage()}
    return render(request, "content/console/guides.html", shown)


@staff_page(Permission.CATALOG_READ)
def guide(request: StaffRequest, public_id: str) -> HttpResponse:
    """One guide as customers read it, with its languages and products."""
    found = guide_by_public_id(public_id=public_id)
    context = {
        "guide": found,
        "body": guide_body(found.body),
        "languages": languages_of(guide=found),
        "products": products_of_guide(guide=found),
    }
    return render(request, "content/console/guide.html", context)


urlpatterns = [
    path("guides/", guides, name="guides"),
    path("guides/<str:public_id>/", guide, name="guide"),
]

register_entry(
    Entry(
        group="Engagement",
        position=30,
        label=_("Content"),
        icon="book-open",
        url_name="guides",
        permission=Permission.CATALOG_READ,
    )
)
