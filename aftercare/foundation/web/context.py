"""What every page's shell needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from aftercare.foundation.web.navigation import navigation

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Theme and language for every page; store, role and navigation for pages of a store."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {
        "theme": theme if theme in THEMES else "",
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "live_url": settings.LIVE_URL,
        "store": getattr(request, "store", None),
    }
    membership = getattr(request, "membership", None)
    if membership is not None:
        context["membership"] = membership
        context["nav"] = navigation(
            request=request, store_slug=membership.store.slug, store_id=membership.store_id, role=membership.held_role
        )
    return context
