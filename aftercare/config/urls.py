"""Addresses: the portal under /s/, the console under /console/, the API under /api/, machines under /hooks/.

Importing the edges here also registers what they show on each other's pages (timelines, panels, cards, navigation).
"""

import importlib
import importlib.util

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView, TemplateView

from aftercare.commerce.platforms.hooks import from_shop
from aftercare.config import health, home
from aftercare.config.api import api
from aftercare.engagement.messaging.hooks import from_mail_provider, from_provider

handler400 = "aftercare.foundation.web.refusals.bad_request"
handler403 = "aftercare.foundation.web.refusals.forbidden"
handler404 = "aftercare.foundation.web.refusals.not_found"
handler429 = "aftercare.foundation.web.refusals.too_many"
handler500 = "aftercare.foundation.web.refusals.server_error"


def _edges(kind: str) -> list[URLPattern | URLResolver]:
    """The `urlpatterns` of every capability's edge of this kind, if it has any."""
    found: list[URLPattern | URLResolver] = []
    for capability in settings.CAPABILITIES:
        if importlib.util.find_spec(f"{capability}.{kind}") is not None:
            found += getattr(importlib.import_module(f"{capability}.{kind}"), "urlpatterns", [])
    return found


for shown_elsewhere in ("timeline", "panels", "cards"):
    _edges(shown_elsewhere)
_STYLE_GUIDE = [
    path("styleguide/", TemplateView.as_view(template_name="web/styleguide.html")),
    path("styleguide/order/", TemplateView.as_view(template_name="web/styleguide/portal/order.html")),
]

urlpatterns = [
    *(_STYLE_GUIDE if settings.DEBUG else []),
    path("", home.welcome, name="welcome"),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", health.metrics),
    path("accounts/", include("aftercare.foundation.web.account")),
    path("accounts/", include("allauth.urls")),
    path("favicon.ico", RedirectView.as_view(url="/static/web/favicon.svg")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("console/", home.console, name="console"),
    path("console/<slug:store>/", include(_edges("console"))),
    path("s/<slug:store>/", include(_edges("portal"))),
    path("hooks/shops/<str:connection>/", from_shop, name="from_shop"),
    path("hooks/mail/<str:connection>/<slug:webhook>/", from_mail_provider, name="from_mail_provider"),
    path("hooks/messages/<str:connection>/<slug:webhook>/", from_provider, name="from_provider"),
    path("hooks/<slug:store>/", include(_edges("hooks"))),
    path("api/v1/", api.urls),
]
