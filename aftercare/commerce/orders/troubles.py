"""What can be wrong with orders, as filters of their list. Capabilities above register what they know of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.orders.models import Fulfilment, Order
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.policy import BusinessHours

UNFULFILLED_AFTER = 3
_LONGEST_CLOSURE = 60
# A visit or a download is nothing to pack; an order that says nothing of its parts may be.
_PACKED = (Fulfilment.Kind.SHIPMENT, Fulfilment.Kind.PICKUP)
_PARTS = Fulfilment.objects.filter(order=OuterRef("pk"))
_OVER = (Order.Progress.DELIVERED, Order.Progress.CANCELLED)


@dataclass(frozen=True)
class Trouble:
    """One thing that can be wrong; `of(store, now)` selects the orders it is wrong with."""

    key: str
    label: Any
    of: Callable[[Store, datetime], Q]


_troubles: dict[str, Trouble] = {}


def register_trouble(trouble: Trouble) -> None:
    """Let lists of orders be narrowed to this trouble."""
    assert trouble.key not in _troubles, f"two troubles are called '{trouble.key}'"
    _troubles[trouble.key] = trouble


def troubles() -> list[Trouble]:
    """All of them, in order of registration."""
    return list(_troubles.values())


def in_trouble(key: str, *, store: Store, now: datetime) -> Q:
    """The orders with this trouble, or with `any`."""
    chosen = [trouble for trouble in _troubles.values() if key in {trouble.key, ANY}]
    condition = Q()
    for trouble in chosen:
        condition |= trouble.of(store, now)
    return condition


ANY = "any"


def unfulfilled_before(hours: BusinessHours, now: datetime) -> datetime:
    """Orders placed before this and not packed yet have waited for three working days."""
    zone = ZoneInfo(hours.time_zone)
    return datetime.combine(_working_days_before(hours, now.astimezone(zone).date()), time(0), zone)


def _working_days_before(hours: BusinessHours, day: date) -> date:
    left = UNFULFILLED_AFTER
    for _day in range(_LONGEST_CLOSURE):
        if left == 0:
            break
        day -= timedelta(days=1)
        left -= hours.is_working_day(day)
    return day


def _late(_store: Store, now: datetime) -> Q:
    return Q(promised_by__lt=now) & ~Q(progress__in=_OVER)


def _unfulfilled(store: Store, now: datetime) -> Q:
    before = unfulfilled_before(store.business_hours, now)
    waits = Q(progress=Order.Progress.PLACED, placed_at__lt=before) & ~Q(payment=Order.Payment.PENDING)
    return waits & (Exists(_PARTS.filter(kind__in=_PACKED, status=Fulfilment.Status.OPEN)) | ~Exists(_PARTS))


def _fulfilment(status: Fulfilment.Status) -> Callable[[Store, datetime], Q]:
    def of(_store: Store, _now: datetime) -> Q:
        return Q(pk__in=Fulfilment.objects.filter(status=status).values("order_id"))

    return of


register_trouble(Trouble("late", _("Later than promised"), _late))
register_trouble(Trouble("unfulfilled", _("Not packed for three working days"), _unfulfilled))
register_trouble(Trouble("back_ordered", _("Back-ordered"), _fulfilment(Fulfilment.Status.BACK_ORDERED)))
register_trouble(Trouble("missed", _("Visit or pick-up missed"), _fulfilment(Fulfilment.Status.MISSED)))
