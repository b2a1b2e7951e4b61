"""Today, and search over everything."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.search import search_everything
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.today import today_of

_SUGGESTED_PER_KIND = 4
_FOUND_PER_KIND = 20
_LONGEST = 200


@staff_page(Permission.ORDERS_READ)
def today(request: StaffRequest) -> HttpResponse:
    """What needs a person now, how the week goes, and what was done by itself."""
    now = clock.now()
    shown = today_of(store=request.store, role=request.membership.held_role, now=now)
    return render(request, "web/console/today.html", {"today": shown, "now": now})


@staff_page(Permission.ORDERS_READ)
def search(request: StaffRequest) -> HttpResponse:
    """Everything these words find, by kind."""
    return render(request, "web/console/search.html", _found(request, _FOUND_PER_KIND))


@staff_page(Permission.ORDERS_READ)
def suggest(request: StaffRequest) -> HttpResponse:
    """The same, shorter, for the panel under the search field."""
    return render(request, "web/console/suggestions.html", _found(request, _SUGGESTED_PER_KIND))


def _found(request: StaffRequest, limit: int) -> dict[str, object]:
    words = request.GET.get("q", "")[:_LONGEST]
    role = request.membership.held_role
    return {"words": words, "found": search_everything(store=request.store, role=role, words=words, limit=limit)}


urlpatterns = [
    path("", today, name="today"),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="search_suggest"),
]

register_entry(
    Entry(group="", position=0, label=_("Today"), icon="sun", url_name="today", permission=Permission.ORDERS_READ)
)
