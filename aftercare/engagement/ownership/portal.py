"""What owners do with their services: done, or later. Whoever has the order's link may, guests too.

The link is also all the protection there is against forged posts, for a page elsewhere does not know it.
"""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aftercare.commerce.orders.links import order_page_path
from aftercare.commerce.orders.opening import link_of
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.ownership.actions import mark_done, snooze
from aftercare.engagement.ownership.queries import service_of
from aftercare.foundation.kit import clock
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page
from aftercare.foundation.web.ratelimit import Limit, take

CUSTOMER = "customer"
SNOOZED_FOR = timedelta(days=7)
_SERVICES = Limit("look after what an order brought", burst=60, seconds=3600)
_DEAD_LINKS = Limit("dead service link", burst=30, seconds=600)


@csrf_exempt
@require_POST
@portal_page
def service(request: PortalRequest, token: str, key: UUID) -> HttpResponse:
    """It was done today, or is put off by a week."""
    now = clock.now()
    link = link_of(request, token, dead=_DEAD_LINKS)
    take(limit=_SERVICES, who=link.public_id, now=now)
    found = service_of(key=str(key), order_id=order_by_public_id(public_id=link.public_id).pk)
    if request.POST.get("do") == "later":
        snooze(service=found, until=now + SNOOZED_FOR, by=CUSTOMER, now=now)
    else:
        mark_done(service=found, by=CUSTOMER, now=now)
    page = order_page_path(
        store_slug=request.store.slug, store_id=request.store.pk, order_public_id=link.public_id,
        for_recipient=link.for_recipient,
    )  # fmt: skip
    return redirect(f"{page}#services")


urlpatterns = [path("o/<str:token>/services/<uuid:key>/", service, name="order_service")]
