"""Browsers that ask for notifications, and that want no more."""

from typing import Annotated

import orjson
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.customers.queries import surviving
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.messaging.actions.devices import add_device, end_device
from aftercare.engagement.messaging.channels import PUSH, channels
from aftercare.engagement.messaging.links import DEVICES_LINK
from aftercare.engagement.messaging.preferences import PURPOSES, wording_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid, NotFound
from aftercare.foundation.kit.schema import Text
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page, read_link
from aftercare.foundation.web.ratelimit import Limit, take
from aftercare.foundation.webhooks.outgoing import check_address

_CHANGES = Limit("notifications", burst=20, seconds=600)
_LONGEST = 8192


class _Keys(BaseModel):
    p256dh: Annotated[Text, Field(max_length=120)]
    auth: Annotated[Text, Field(max_length=40)]


class _Subscription(BaseModel):
    """As browsers write one down (`PushSubscription.toJSON`), and what it is wanted for."""

    model_config = ConfigDict(extra="ignore")
    endpoint: Annotated[Text, Field(max_length=2000, pattern="^https?://")]
    keys: _Keys
    purposes: Annotated[tuple[Annotated[str, Field(max_length=12)], ...], Field(max_length=4)] = ()


class _End(BaseModel):
    endpoint: Annotated[Text, Field(max_length=2000)]


@csrf_exempt
@require_http_methods(["POST", "DELETE"])
@portal_page
def push_device(request: PortalRequest, token: str) -> HttpResponse:
    """Keep the browser, or let it go. The order's own link has led here: its token is the proof."""
    try:
        order = order_by_public_id(public_id=read_link(purpose=DEVICES_LINK, store_id=request.store.pk, token=token))
    except NotFound:
        raise Http404 from None
    if order.customer is None:
        raise Http404
    take(limit=_CHANGES, who=order.public_id, now=clock.now())
    try:
        said = orjson.loads(request.read(_LONGEST))
        if request.method == "DELETE":
            end_device(store_id=request.store.pk, endpoint=_End.model_validate(said).endpoint, now=clock.now())
            return HttpResponse(status=204)
        wanted = _Subscription.model_validate(said)
        label = str(channels[PUSH].label)
        check_address(wanted.endpoint)
        device = add_device(
            customer=surviving(customer=order.customer), endpoint=wanted.endpoint, key=wanted.keys.p256dh,
            secret=wanted.keys.auth, browser=_browser(request.headers.get("User-Agent", "")), now=clock.now(),
            purposes={one.key: wording_of(one, label) for one in PURPOSES if one.key in wanted.purposes},
        )  # fmt: skip
    except (ValueError, OSError, Invalid):
        return JsonResponse({"code": "no_subscription"}, status=422)
    return JsonResponse({"id": device.public_id, "language": translation.get_language()}, status=201)


def _browser(agent: str) -> str:
    """What staff and customers recognise a browser by; the rest of what it says of itself is not kept."""
    names = (("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
             ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
               ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
    name, system = (next((label for mark, label in known if mark in agent), "") for known in (names, systems))
    return ", ".join(filter(None, (name, system)))


urlpatterns = [path("push/<str:token>/", push_device, name="push_device")]
