"""What makes a shop's pages an app: its description, its sign, and the worker that keeps orders readable without a net."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from aftercare.foundation.web.portal_edge import PortalRequest, portal_page
from aftercare.foundation.web.templatetags.brand import app_icon

# Enough to draw every page; the rest is kept when it is first fetched.
_DRAWN_WITH = ("web/built/portal.css", "web/built/inter.woff2", "web/built/icons.svg", "web/page.js", "web/app.js")
_A_DAY = "public, max-age=86400"


@require_safe
@portal_page
def manifest(request: PortalRequest) -> HttpResponse:
    """The web app manifest (W3C), in the reader's language."""
    store, home = request.store, reverse("portal_home", args=[request.store.slug])
    icon = reverse("portal_icon", args=[store.slug])
    described = {
        "id": home, "start_url": home, "scope": home, "name": store.name, "short_name": store.name[:12].strip(),
        "display": "standalone", "lang": translation.get_language(),
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "background_color": "#ffffff", "theme_color": store.brand_color,
        "icons": [
            {"src": icon, "type": "image/svg+xml", "sizes": "any", "purpose": purpose} for purpose in ("any", "maskable")
        ],
    }  # fmt: skip
    response = JsonResponse(described, content_type="application/manifest+json")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_safe
@portal_page
def icon(request: PortalRequest) -> HttpResponse:
    """The store's first letter on its colour."""
    response = HttpResponse(app_icon(request.store), content_type="image/svg+xml")
    response["Cache-Control"] = _A_DAY
    return response


@require_safe
@portal_page
def worker(request: PortalRequest) -> HttpResponse:
    """The service worker. It lives under the store, so it sees this store's pages and no other's."""
    slug = request.store.slug
    told = {
        "version": _version(),
        "home": reverse("portal_home", args=[slug]),
        "offline": reverse("portal_offline", args=[slug]),
        "shell": [static(name) for name in _DRAWN_WITH],
        "static": settings.STATIC_URL,
        "icon": reverse("portal_icon", args=[slug]),
    }
    response = HttpResponse(_worker_source().replace("__TOLD__", _as_script(told)), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@portal_page
def offline(request: PortalRequest) -> HttpResponse:
    """What stands in for a page that was never opened on this device."""
    return render(request, "web/portal/offline.html")


def _as_script(value: object) -> str:
    return JsonResponse(value).content.decode()


@cache
def _worker_source() -> str:
    return _file("web/worker.js").read_text(encoding="utf-8")


@cache
def _version() -> str:
    """Changes whenever what pages are drawn with changes."""
    digest = hashlib.blake2b(digest_size=8)
    for name in (*_DRAWN_WITH, "web/worker.js"):
        digest.update(_file(name).read_bytes())
    return digest.hexdigest()


def _file(name: str) -> Path:
    found = finders.find(name)
    assert found, f"{name} has not been built"
    return Path(found)


urlpatterns = [
    path("app.webmanifest", manifest, name="portal_manifest"),
    path("app.svg", icon, name="portal_icon"),
    path("worker.js", worker, name="portal_worker"),
    path("offline/", offline, name="portal_offline"),
]
