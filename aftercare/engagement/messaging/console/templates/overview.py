"""Every message in every language."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render

from aftercare.engagement.messaging.console.tabs import tabs
from aftercare.engagement.messaging.drafts import languages
from aftercare.engagement.messaging.translations import fell_back, translations
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_LATELY = timedelta(days=30)


@staff_page(Permission.MESSAGES_READ)
def templates(request: StaffRequest) -> HttpResponse:
    """Messages as rows, languages as columns, and how often one was read in another."""
    rows = translations(store_locale=request.store.locale)
    context = {
        "rows": rows,
        "codes": [cell.locale for cell in rows[0].cells] if rows else [],
        "languages": languages(),
        "fell_back": fell_back(store_id=request.store.pk, since=clock.now() - _LATELY),
        "tabs": tabs(request, "templates"),
    }
    return render(request, "messaging/console/templates.html", context)
