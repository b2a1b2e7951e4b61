"""What every page's shell needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from aftercare.foundation.staff.models import Membership
from aftercare.foundation.staff.policy import GRANTS
from aftercare.foundation.staff.queries import memberships_of
from aftercare.foundation.web.language import languages_for
from aftercare.foundation.web.navigation import navigation

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Theme and language for every page; store, role and navigation for pages of a store."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {
        "theme": theme if theme in THEMES else "",
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "spoken_languages": languages_for(request),
        "live_url": settings.LIVE_URL,
        "store": getattr(request, "store", None),
    }
    membership = getattr(request, "membership", None)
    return context | _console(request, membership) if membership is not None else context


def _console(request: HttpRequest, membership: Membership) -> dict[str, Any]:
    slug = membership.store.slug
    return {
        "membership": membership,
        # For templates: {% if may.orders_write %}. What a page may not do it does not show; the edges refuse it anyway.
        "may": {permission.name.lower(): True for permission in GRANTS[membership.held_role]},
        "nav": navigation(request=request, store_slug=slug, store_id=membership.store_id, role=membership.held_role),
        "nav_home_url": reverse("today", args=[slug]),
        "stores": [
            {
                "name": other.store.name,
                "url": reverse("today", args=[other.store.slug]),
                "active": other.store_id == membership.store_id,
            }
            for other in memberships_of(user=membership.user)
        ],
        "search_url": reverse("search", args=[slug]),
        "search_suggest_url": reverse("search_suggest", args=[slug]),
    }
