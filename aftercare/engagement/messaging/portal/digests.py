"""Reading in full what a digest only names."""

from django.http import Http404, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from aftercare.engagement.messaging.actions.digests import READ_PURPOSE
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.portal.preferences import dead_link
from aftercare.engagement.messaging.queries import message_by_public_id
from aftercare.engagement.messaging.showing import as_sent
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page, read_link
from aftercare.foundation.web.untrusted import untrusted_html


@require_safe
@portal_page
def merged_message(request: PortalRequest, token: str) -> HttpResponse:
    """A message that went out in a digest, in full. Whoever has the link may read, as with the mail itself."""
    message = _message(request, token)
    if message is None or message.merged_into_id is None:
        return dead_link(request)
    return untrusted_html(as_sent(message, now=clock.now()).html)


def _message(request: PortalRequest, token: str) -> Message | None:
    try:
        public_id = read_link(purpose=READ_PURPOSE, store_id=request.store.pk, token=token)
        return message_by_public_id(public_id=public_id)
    except (Http404, NotFound):
        return None


urlpatterns = [path("messages/<str:token>/", merged_message, name="merged_message")]
