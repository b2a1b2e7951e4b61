"""The shopper's edges of content: a guide's page, all guides, and what other pages show of them."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from aftercare.commerce.orders.opening import link_of
from aftercare.commerce.orders.page_rows import page_drawn_from
from aftercare.commerce.orders.showing import ShownOrder
from aftercare.engagement.content.actions import note_opened, tick_step
from aftercare.engagement.content.kinds import can_be_ticked
from aftercare.engagement.content.markdown import guide_body
from aftercare.engagement.content.models import Guide
from aftercare.engagement.content.policy import Reader
from aftercare.engagement.content.queries import (
    Moment,
    OrderGuide,
    guide_by_slug,
    guides_for_orders,
    guides_of_store,
    in_language,
    products_of_guide,
    reader_of_guide,
    steps_done,
)
from aftercare.engagement.content.texts import text_context
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page
from aftercare.foundation.web.ratelimit import Limit, take

_ON_THE_START_PAGE = 6
_LONGEST_SEARCH = 100
_TICKS = Limit("tick steps of", burst=200, seconds=600)
_DEAD_LINKS = Limit("dead guide link", burst=30, seconds=600)


@gzip_page
@require_safe
@portal_page
def guide(request: PortalRequest, slug: str) -> HttpResponse:
    """One guide."""
    found = guide_by_slug(store=request.store, slug=slug, locale=_locale())
    context = {"guide": found, **text_context(found), "products": products_of_guide(guide=found)}
    return _for_everyone(render(request, "content/portal/guide.html", context))


@csrf_exempt
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def order_guide(request: PortalRequest, token: str, slug: str) -> HttpResponse:
    """A guide opened from an order: its steps can be ticked off by whoever has the order's link.

    The link is also all the protection there is against forged posts, for a page elsewhere does not know it.
    """
    link = link_of(request, token, dead=_DEAD_LINKS)
    found = guide_by_slug(store=request.store, slug=slug, locale=_locale())
    reader = reader_of_guide(store_id=request.store.pk, order_public_id=link.public_id, slug=slug)
    if reader is None:
        return redirect("portal_guide", request.store.slug, slug)
    if request.method == "POST":
        return _ticked(request, found, reader)
    note_opened(guide=found, reader=reader, now=clock.now())
    context = {
        "guide": found, **text_context(found), "products": products_of_guide(guide=found),
        "is_of_order": True, "done": steps_done(order_id=reader.order_id, slug=slug),
    }  # fmt: skip
    return render(request, "content/portal/guide.html", context)


def _ticked(request: PortalRequest, found: Guide, reader: Reader) -> HttpResponse:
    """Back to the step; one that there is no more is passed over."""
    take(limit=_TICKS, who=str(reader.order_id), now=clock.now())
    step = request.POST.get("step", "")
    place = int(step) if step.isascii() and step.isdigit() and len(step) <= 3 else 0
    steps = len(guide_body(found.body).steps) if can_be_ticked(found.kind) else 0
    with suppress(Invalid):
        tick_step(
            guide=found, reader=reader, step=place, steps=steps, done=request.POST.get("done") == "1", now=clock.now()
        )  # fmt: skip
    return redirect(f"{request.path}#step-{place}")


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
        at = Moment(shown.now, shown.zone)
        every = guides_for_orders(order_ids=[shown.order.pk], at=at).get(shown.order.pk, [])
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
    return {"url": f"guides/{found[0].slug}/" if len(found) == 1 else "#order-guides"}


def _store_guides(store: Store, request: HttpRequest) -> dict[str, Any] | None:  # noqa: ARG001 -- every panel's signature
    """Some of the store's guides on its start page."""
    found = guides_of_store(store=store, locale=_locale())
    if not found:
        return None
    return {"guides": found[:_ON_THE_START_PAGE], "more": len(found) > _ON_THE_START_PAGE}


page_drawn_from(
    "content_followed AS r WHERE r.order_id = o.id",
    "orders_line AS l JOIN catalog_product AS r ON r.id = l.product_id WHERE l.order_id = o.id",
    "orders_line AS l JOIN catalog_product AS p ON p.id = l.product_id"
    " JOIN content_guidecollection AS r ON r.store_id = l.store_id AND r.category = p.category"
    " WHERE l.order_id = o.id AND p.category <> ''",
    "orders_line AS l JOIN catalog_product AS p ON p.id = l.product_id"
    " JOIN content_guidecollection AS c ON c.store_id = l.store_id AND c.category = p.category"
    " JOIN content_guide AS r ON r.id = c.guide_id WHERE l.order_id = o.id AND p.category <> ''",
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
    path("o/<str:token>/guides/<slug:slug>/", order_guide, name="order_guide"),
]
