"""The shopper's edges of content: a guide's page, all guides, and what other pages show of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from aftercare.commerce.orders.page_rows import page_drawn_from
from aftercare.commerce.orders.showing import ShownOrder
from aftercare.engagement.content.queries import (
    OrderGuide,
    guide_by_slug,
    guides_for_orders,
    guides_of_store,
    in_language,
    products_of_guide,
)
from aftercare.engagement.content.texts import text_context
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page

_ON_THE_START_PAGE = 6
_LONGEST_SEARCH = 100


@gzip_page
@require_safe
@portal_page
def guide(request: PortalRequest, slug: str) -> HttpResponse:
    """One guide."""
    found = guide_by_slug(store=request.store, slug=slug, locale=_locale())
    context = {"guide": found, **text_context(found), "products": products_of_guide(guide=found)}
    return _for_everyone(render(request, "content/portal/guide.html", context))


@gzip_page
@require_safe
@portal_page
def guides(request: PortalRequest) -> HttpResponse:
    """All guides of the store, or those that hold the words that somebody looks for."""
    words = request.GET.get("q", "").replace("\x00", "")[:_LONGEST_SEARCH].strip()
    found = guides_of_store(store=request.store, locale=_locale(), words=words)
    return _for_everyone(render(request, "content/portal/guides.html", {"guides": found, "words": words}))


def _for_everyone(response: HttpResponse) -> HttpResponse:
    """Guides are public: search engines may find them."""
    response["X-Robots-Tag"] = "all"
    return response


def _locale() -> str:
    return get_language() or "en"


def _guides_of_order(shown: ShownOrder) -> list[OrderGuide]:
    if "guides" not in shown.shared:
        every = guides_for_orders(order_ids=[shown.order.pk]).get(shown.order.pk, [])
        shown.shared["guides"] = in_language(every, _locale())
    found: list[OrderGuide] = shown.shared["guides"]
    return found


def _order_guides(shown: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:  # noqa: ARG001 -- every panel's signature
    """Guides to what was bought."""
    found = _guides_of_order(shown)
    return {"guides": found} if found and not shown.order.cancelled_at else None


def _order_action(shown: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:
    """Leads to the only guide, or to the list of them further down."""
    context = _order_guides(shown, request)
    if context is None:
        return None
    found = context["guides"]
    return {"url": found[0].url if len(found) == 1 else "#order-guides"}


def _store_guides(store: Store, request: HttpRequest) -> dict[str, Any] | None:  # noqa: ARG001 -- every panel's signature
    """Some of the store's guides on its start page."""
    found = guides_of_store(store=store, locale=_locale())
    if not found:
        return None
    return {"guides": found[:_ON_THE_START_PAGE], "more": len(found) > _ON_THE_START_PAGE}


page_drawn_from(
    "orders_line AS l JOIN content_guideproduct AS r ON r.product_id = l.product_id WHERE l.order_id = o.id",
    "orders_line AS l JOIN content_guideproduct AS p ON p.product_id = l.product_id"
    " JOIN content_guide AS r ON r.id = p.guide_id WHERE l.order_id = o.id",
)
register_panel(Panel("portal.order.main", "content.guides", 60, "content/portal/order_guides.html", _order_guides))
register_panel(Panel("portal.order.actions", "content.guides", 60, "content/portal/order_action.html", _order_action))
register_panel(Panel("portal.home.main", "content.guides", 60, "content/portal/store_guides.html", _store_guides))

urlpatterns = [
    path("guides/", guides, name="portal_guides"),
    path("guides/<slug:slug>/", guide, name="portal_guide"),
]
