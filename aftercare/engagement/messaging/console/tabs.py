"""The pages of messaging as tabs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.foundation.web.staff_edge import StaffRequest


def tabs(request: StaffRequest, active: str) -> list[dict[str, Any]]:
    """What stands above each of these pages."""
    pages = {
        "messages": _("Messages"),
        "replies": _("Received"),
        "templates": _("Templates"),
        "suppressions": _("Blocked addresses"),
        "calls": _("Calls"),
        "ways": _("Channels"),
        "sending_rules": _("Rules"),
        "simulator": _("Simulator"),
        "sending": _("Sending"),
    }
    return [
        {"label": label, "url": reverse(name, args=[request.store.slug]), "active": name == active}
        for name, label in pages.items()
    ]
