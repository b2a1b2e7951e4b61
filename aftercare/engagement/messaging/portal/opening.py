"""Opening what the links of messages lead to."""

from collections.abc import Callable
from typing import TypeVar

from django.http import Http404, HttpResponse
from django.shortcuts import render

from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.queries import message_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.web.portal_edge import PortalRequest, read_link
from aftercare.foundation.web.ratelimit import Limit, caller, take

_DEAD_LINKS = Limit("dead preference link", burst=30, seconds=600)
Thing = TypeVar("Thing")


def opened(
    request: PortalRequest, token: str, *, purpose: str, find: Callable[[str], Thing]
) -> Thing | None:  # fmt: skip
    """What `find` knows of the id a token names; None where the token opens nothing, or what it opened has gone."""
    try:
        return find(read_link(purpose=purpose, store_id=request.store.pk, token=token))
    except (Http404, NotFound):
        return None


def opened_message(request: PortalRequest, token: str, *, purpose: str) -> Message | None:
    """The same where it is a message."""
    return opened(request, token, purpose=purpose, find=lambda thing: message_by_public_id(public_id=thing))


def dead_link(request: PortalRequest) -> HttpResponse:
    """What a link that opens nothing shows; not as often as somebody who guesses would like."""
    take(limit=_DEAD_LINKS, who=caller(request), now=clock.now())
    return render(request, "messaging/portal/dead_link.html", status=404)
