"""Which role may do what, as a table that the console itself is guarded by."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from aftercare.foundation.staff.policy import GRANTS, PERMISSION_WORDS, ROLE_LABELS, Permission, Role
from aftercare.foundation.web.console.settings import settings_tabs
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page


@staff_page(Permission.SETTINGS_READ)
def permissions(request: StaffRequest) -> HttpResponse:
    """Which role may do what, in words, with the name each permission has as a token's scope."""
    rows = [
        {"scope": permission.value, "words": words, "grants": [permission in GRANTS[role] for role in Role]}
        for permission, words in PERMISSION_WORDS.items()
    ]
    roles = [(role == request.membership.held_role, label) for role, label in ROLE_LABELS.items()]
    context = {"roles": roles, "rows": rows, "tabs": settings_tabs(request, "permissions")}
    return render(request, "web/console/settings/permissions.html", context)


urlpatterns = [path("settings/permissions/", permissions, name="permissions")]
