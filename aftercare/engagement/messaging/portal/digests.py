"""Reading in full what a digest only names."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from aftercare.engagement.messaging.actions.digests import READ_PURPOSE
from aftercare.engagement.messaging.portal.opening import dead_link, opened_message
from aftercare.engagement.messaging.showing import as_sent
from aftercare.foundation.kit import clock
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page
from aftercare.foundation.web.untrusted import untrusted_html


@require_safe
@portal_page
def merged_message(request: PortalRequest, token: str) -> HttpResponse:
    """A message that went out in a digest, in full. Whoever has the link may read, as with the mail itself."""
    message = opened_message(request, token, purpose=READ_PURPOSE)
    if message is None or message.merged_into_id is None:
        return dead_link(request)
    return untrusted_html(as_sent(message, now=clock.now()).html)


urlpatterns = [path("messages/<str:token>/", merged_message, name="merged_message")]
