"""The page of a notice for one order: that it was opened, and acknowledged, is kept.

Whoever has the order's link may, guests too; the link is also all the protection there is against forged posts.
"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from aftercare.commerce.orders.opening import link_of
from aftercare.engagement.notices.actions import acknowledge, note_read
from aftercare.engagement.notices.queries import addressee_of
from aftercare.engagement.notices.vocabulary import ReadBy
from aftercare.foundation.kit import clock
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page
from aftercare.foundation.web.ratelimit import Limit, take

CUSTOMER = "customer"
_VISITS = Limit("read notices of", burst=60, seconds=600)
_DEAD_LINKS = Limit("dead notice link", burst=30, seconds=600)


@csrf_exempt
@gzip_page
@require_http_methods(["GET", "POST"])
@portal_page
def notice(request: PortalRequest, token: str, public_id: str) -> HttpResponse:
    """Read it, and say so."""
    now = clock.now()
    link = link_of(request, token, dead=_DEAD_LINKS)
    take(limit=_VISITS, who=link.public_id, now=now)
    found = addressee_of(notice=public_id, order=link.public_id)
    if request.method == "POST":
        acknowledge(addressee=found, how=ReadBy.PORTAL, by=CUSTOMER, now=now)
        return redirect(request.path)
    note_read(addressee=found, how=ReadBy.PORTAL, by=CUSTOMER, now=now)
    return render(request, "notices/portal/notice.html", {"notice": found.notice, "addressed": found})


urlpatterns = [path("o/<str:token>/notices/<str:public_id>/", notice, name="order_notice")]
