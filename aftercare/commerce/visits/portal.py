"""The shopper's calendar entry of a visit, for whoever has the link of its order."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aftercare.commerce.orders.links import order_page_url
from aftercare.commerce.orders.opening import link_of
from aftercare.commerce.visits.calendar import MEDIA_TYPE, calendar_entry
from aftercare.commerce.visits.queries import visit_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page
from aftercare.foundation.web.ratelimit import Limit, caller, take

_DEAD_LINKS = Limit("dead calendar link", burst=30, seconds=600)


@require_safe
@portal_page
def calendar(request: PortalRequest, token: str, public_id: str) -> HttpResponse:
    """The entry as it stands now; calendars put it in the place of an earlier one."""
    now = clock.now()
    link = link_of(request, token, dead=_DEAD_LINKS)
    try:
        visit = visit_by_public_id(public_id=public_id)
    except NotFound:
        take(limit=_DEAD_LINKS, who=caller(request), now=now)
        raise Http404 from None
    if visit.order.public_id != link.public_id or visit.scheduled_from is None:
        raise Http404
    url = order_page_url(
        store_slug=request.store.slug, store_id=request.store.pk, order_public_id=link.public_id,
        for_recipient=link.for_recipient,
    )  # fmt: skip
    title = _("%(store)s: visit for order %(number)s") % {"store": request.store.name, "number": visit.order.number}
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    content = calendar_entry(visit=visit, title=title, url=url, host=host, now=now)
    answer = HttpResponse(content, content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{public_id}.ics"'
    return answer


urlpatterns = [path("o/<str:token>/visits/<slug:public_id>.ics", calendar, name="visit_calendar")]
