"""The shopper's edges of orders: looking one up, and its own page."""

from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from aftercare.commerce.orders import wording
from aftercare.commerce.orders.links import OrderLink, lasts, order_page_path
from aftercare.commerce.orders.opening import link_of
from aftercare.commerce.orders.page_rows import page_versions, watching
from aftercare.commerce.orders.policy.amounts import amounts_of
from aftercare.commerce.orders.policy.arrivals import PACKED_KINDS
from aftercare.commerce.orders.policy.masking import masked_address
from aftercare.commerce.orders.policy.steps import steps_of
from aftercare.commerce.orders.queries import FoundOrder, find_order
from aftercare.commerce.orders.showing import ShownOrder, order_for_page
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import normal_email
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.kept_pages import LONGEST_KEPT, Drawing, drawn
from aftercare.foundation.web.live import live_url
from aftercare.foundation.web.panels import Panel, register_panel, render_panels
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page
from aftercare.foundation.web.ratelimit import Limit, caller, take
from aftercare.foundation.web.slots import own_words

_LOOK_UPS_FROM = Limit("look up an order from", burst=10, seconds=600)
_LOOK_UPS_FOR = Limit("look up an order for", burst=10, seconds=3600)
_DEAD_LINKS = Limit("dead link", burst=30, seconds=600)


class LookUpForm(forms.Form):
    """What is printed on every confirmation."""

    number = forms.CharField(
        label=_("Order number"), max_length=60, help_text=_("It stands in your confirmation, such as #1042."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("The address the order was placed with."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )  # fmt: skip


@csrf_exempt
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def home(request: PortalRequest) -> HttpResponse:
    """Find an order by its number and e-mail address. What is wrong about a pair that finds nothing is not said.

    It changes nothing, so it needs no protection against forged posts, and works without cookies.
    """
    form = LookUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        number, email = form.cleaned_data["number"], form.cleaned_data["email"]
        take(limit=_LOOK_UPS_FROM, who=caller(request), now=clock.now())
        take(limit=_LOOK_UPS_FOR, who=f"{request.store.pk} {normal_email(email)}", now=clock.now())
        found = find_order(store_id=request.store.pk, number=number, email=email)
        if found:
            return redirect(_path_of(request, found))
        form.add_error(None, _("We found no order with this number and address. Check both, then try again."))
    panels = render_panels(place="portal.home.main", about=request.store, request=request)
    return render(request, "orders/portal/home.html", {"form": form, "panels": panels})


@gzip_page
@require_safe
@portal_page
def order(request: PortalRequest, token: str) -> HttpResponse:
    """An order's own page, for whoever has its link; scripts ask for the part that changes."""
    try:
        link = link_of(request, token, dead=_DEAD_LINKS)
    except Http404:
        return render(request, "orders/portal/dead_link.html", {"form": LookUpForm()}, status=404)
    is_lasting = lasts(store_id=request.store.pk, token=token, still=LONGEST_KEPT)
    draw = partial(_draw, store=request.store, link=link, is_lasting=is_lasting)
    versions = partial(page_versions, store_id=request.store.pk, public_id=link.public_id)
    return drawn(request, versions=versions, draw=draw) or HttpResponse(draw(request).text)


def _draw(request: HttpRequest, *, store: Store, link: OrderLink, is_lasting: bool) -> Drawing:
    with watching() as strangers:
        shown = order_for_page(
            store=store, public_id=link.public_id, for_recipient=link.for_recipient, now=clock.now()
        )  # fmt: skip
        only_part = request.headers.get("HX-Request") == "true"
        with timezone.override(shown.zone):
            template = "orders/portal/order_parts.html" if only_part else "orders/portal/order.html"
            text = render_to_string(template, _context(request, shown), request)
    return Drawing(
        text, about=(store.pk, link.public_id), order_id=shown.order.pk, zone=shown.zone, now=shown.now,
        can_be_kept=is_lasting and not strangers,
    )  # fmt: skip


def _context(request: HttpRequest, shown: ShownOrder) -> dict[str, Any]:
    today = shown.now.astimezone(shown.zone).date()
    return {
        "now": shown.now,
        "shown": shown,
        "order": shown.order,
        "title": wording.title(shown.outlook, today=today),
        "explanation": wording.explanation(shown.outlook, today=today, zone=shown.zone),
        "is_over": not any(arrival.is_open for arrival in shown.arrivals),
        "steps": steps_of(lead=shown.outlook.lead) if not shown.order.cancelled_at else [],
        "address": masked_address(shown.order.shipping_address),
        "has_parcels": not shown.arrivals or any(arrival.kind == "shipment" for arrival in shown.arrivals),
        "amounts": None if shown.for_recipient else amounts_of(shown.order),
        "order_live_url": live_url(order_id=shown.order.pk),
        "panels": render_panels(place="portal.order.main", about=shown, request=request),
        "head": render_panels(place="portal.order.head", about=shown, request=request),
        "actions": render_panels(place="portal.order.actions", about=shown, request=request),
        **own_words(request),
    }


def _path_of(request: PortalRequest, found: FoundOrder) -> str:
    return order_page_path(
        store_slug=request.store.slug, store_id=request.store.pk, order_public_id=found.order.public_id,
        for_recipient=found.as_recipient,
    )  # fmt: skip


def _other_fulfilments(shown: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:  # noqa: ARG001 -- every panel's signature
    """Pick-ups, downloads and visits: what no parcel tells of."""
    told = [(arrival, shown.items.get(arrival.fulfilment_id, [])) for arrival in shown.own_arrivals]
    return {"told": told, "now": shown.now} if told else None


def _waiting_items(shown: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:  # noqa: ARG001 -- every panel's signature
    """What nothing carries yet: to be packed, unless it is nothing that can be."""
    if not shown.waiting or shown.order.cancelled_at:
        return None
    goods = any(item.line.kind in PACKED_KINDS for item in shown.waiting)
    return {"items": shown.waiting, "whole": not shown.items, "to_be_packed": goods}


register_panel(
    Panel("portal.order.main", "orders.fulfilments", 30, "orders/portal/fulfilments.html", _other_fulfilments)
)
register_panel(Panel("portal.order.main", "orders.waiting", 40, "orders/portal/waiting.html", _waiting_items))

urlpatterns = [
    path("", home, name="portal_home"),
    path("o/<str:token>/", order, name="order_page"),
]
