"""Timelines on pages: which topic and how much of it the address asks for."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.timelines import EVERYTHING, MOST, SHOWN, timeline, topics
from aftercare.foundation.web.listing import address
from aftercare.foundation.web.staff_edge import StaffRequest

TOPIC, AMOUNT = "topic", "events"


def order_timeline(request: StaffRequest, order_id: int) -> dict[str, Any]:
    """Context of `web/console/timeline.html`: what happened to an order."""
    return _timeline(request, Q(order_id=order_id))


def customer_timeline(request: StaffRequest, customer_ids: Collection[int]) -> dict[str, Any]:
    """Context of `web/console/timeline.html`: what happened to a person, under whichever id."""
    return _timeline(request, Q(customer_id__in=customer_ids))


def _timeline(request: StaffRequest, about: Q) -> dict[str, Any]:
    limit = MOST if request.GET.get(AMOUNT) == "all" else SHOWN
    shown = timeline(store=request.store, about=about, topic_key=request.GET.get(TOPIC, ""), limit=limit)
    return {"timeline": shown, "topics": _topics(request, shown.topic), "more_url": address(request, **{AMOUNT: "all"})}


def _topics(request: HttpRequest, chosen: str) -> list[dict[str, Any]]:
    choices = [("", _("Overview")), *((topic.key, topic.label) for topic in topics()), (EVERYTHING, _("Everything"))]
    return [
        {"label": label, "url": address(request, **{TOPIC: key}), "active": key == chosen} for key, label in choices
    ]
