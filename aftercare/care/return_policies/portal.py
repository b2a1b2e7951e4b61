"""The store's return policy for everybody, and for whoever has an order's link how it stands with each thing."""

from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from aftercare.care.return_policies.queries import judge_orders, policy_now
from aftercare.care.return_policies.shopping import laws_shown, line_shown, rules_shown
from aftercare.care.return_policies.structured import merchant_return_policies
from aftercare.commerce.orders.links import OrderLink, read_order_link
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page
from aftercare.foundation.web.ratelimit import Limit, caller, take

_VISITS = Limit("ask what can be returned of", burst=60, seconds=600)
_DEAD_LINKS = Limit("dead return link", burst=30, seconds=600)


@gzip_page
@require_safe
@portal_page
def policy_page(request: PortalRequest) -> HttpResponse:
    """The policy in force, in plain sentences. Search engines may read it, and find it as data, too."""
    now, found = clock.now(), policy_now()
    link = request.build_absolute_uri(reverse("return_policy_page", args=[request.store.slug]))
    response = render(request, "return_policies/portal/policy.html", {
        "rules": rules_shown(found.policy.written), "laws": laws_shown(found.policy.written, country=request.store.country),
        "since": found.since, "now": now,
        "structured": merchant_return_policies(policy=found.policy, store=request.store, link=link, today=now.date())
        if found.since else [],
    })  # fmt: skip
    response["X-Robots-Tag"] = "all"
    return response


@gzip_page
@require_safe
@portal_page
def order_page(request: PortalRequest, token: str) -> HttpResponse:
    """What can be returned of an order, until when, and why not."""
    now, zone = clock.now(), ZoneInfo(request.store.time_zone)
    link = _link(request, token)
    take(limit=_VISITS, who=link.public_id, now=now)
    order = order_by_public_id(public_id=link.public_id)
    judged = judge_orders(order_ids=[order.pk], store=request.store, now=now).get(order.pk, [])
    with timezone.override(zone):
        lines = [line_shown(one, zone=zone, now=now) for one in judged]
        return render(
            request, "return_policies/portal/order.html", {"order": order, "lines": lines, "token": token, "now": now}
        )


def _link(request: PortalRequest, token: str) -> OrderLink:
    try:
        return read_order_link(store_id=request.store.pk, token=token)
    except Http404:
        take(limit=_DEAD_LINKS, who=caller(request), now=clock.now())
        raise


urlpatterns = [
    path("return-policy/", policy_page, name="return_policy_page"),
    path("o/<str:token>/return-policy/", order_page, name="order_return_policy"),
]
