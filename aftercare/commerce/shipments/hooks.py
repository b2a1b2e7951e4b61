"""Where carriers, and whoever stands between them and us, send what they know of parcels."""

from typing import Any

from django.urls import path

from aftercare.commerce.shipments.actions import receive_webhook
from aftercare.foundation.kit import clock
from aftercare.foundation.web.hook_edge import HookRequest, hook


@hook
def from_carrier(request: HookRequest, carrier: str) -> dict[str, Any]:
    """What a carrier pushed, checked by the carrier's own rules. A parcel nobody knows is told, not an error.

    Senders repeat what is not answered with 2xx; repeating would not make an unknown parcel known.
    """
    taken = receive_webhook(
        store=request.store, carrier_key=carrier, body=request.raw, headers=request.headers,
        query=request.GET.dict(), now=clock.now(),
    )  # fmt: skip
    refused = [
        {"index": index, "code": refusal.code, "detail": refusal.sentence} for index, refusal in taken.refused.items()
    ]
    return {"scans": taken.scans, "refused": refused}


urlpatterns = [path("carriers/<slug:carrier>", from_carrier, name="from_carrier")]
