"""Reads for the console's pages about parcels: which need a person, what is found, and figures of the week."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.policy import normal_number
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.stores.models import Store

FAILED_ATTEMPTS = 2
# Parcels announced longer ago are history, whatever they last said; the bound keeps the search in the index.
TROUBLE_KEPT = timedelta(days=60)
STUCK = (Status.ON_HOLD, Status.RETURN_TO_SENDER)
_DELIVERED_PER_DAY = """
    SELECT (delivered_at AT TIME ZONE %s)::date, count(*) FROM shipments_shipment
    WHERE store_id = %s AND status = 'delivered' AND created_at >= %s AND delivered_at >= %s GROUP BY 1
"""
_SCANS = """
    SELECT count(*) FROM shipments_shipment p JOIN shipments_scan s ON s.shipment_id = p.id
    WHERE p.store_id = %s AND p.created_at >= %s AND s.received_at >= %s
"""


def parcels_in_trouble(*, now: datetime, limit: int) -> list[Shipment]:
    """Parcels held, going back, or attempted twice in vain, the latest first; each with its order."""
    recent = Shipment.objects.filter(created_at__gte=now - TROUBLE_KEPT)
    stuck = recent.filter(status__in=STUCK).select_related("order")
    failed = recent.filter(status=Status.DELIVERY_FAILED).select_related("order")
    attempts = Count("scans", filter=Q(scans__status=Status.DELIVERY_FAILED))
    twice = failed.annotate(attempts=attempts).filter(attempts__gte=FAILED_ATTEMPTS)
    found = [*stuck.order_by("-status_at", "-id")[:limit], *twice.order_by("-status_at", "-id")[:limit]]
    return sorted(found, key=lambda shipment: shipment.status_at, reverse=True)


def orders_with_parcel_trouble(now: datetime) -> Q:
    """Of a query of orders, those with a parcel that is held, went back or could not be delivered."""
    states = [*STUCK, Status.DELIVERY_FAILED]
    stuck = Shipment.objects.filter(status__in=states, created_at__gte=now - TROUBLE_KEPT)
    return Q(pk__in=stuck.values("order_id"))


def parcels_numbered(*, words: str, limit: int) -> list[Shipment]:
    """Parcels whose tracking number begins so, or whose id it is."""
    by_id, number = Shipment.objects.filter(public_id=words), normal_number(words)
    found = by_id if words.startswith("shp_") else Shipment.objects.numbered(number)
    return list(found.select_related("order").order_by("-created_at", "-id")[:limit])


def parcels_of_customers(*, customer_ids: Collection[int], limit: int) -> list[Shipment]:
    """The latest parcels of these customers' orders."""
    found = Shipment.objects.filter(order__customer_id__in=customer_ids).select_related("order")
    return list(found.newest_first()[:limit])


def delivered_per_day(*, store: Store, since: datetime) -> dict[date, int]:
    """How many parcels arrived on each local day."""
    return dict(fetch(_DELIVERED_PER_DAY, [store.time_zone, store.pk, since - TROUBLE_KEPT, since]))


def count_scans(*, store_id: int, since: datetime) -> int:
    """How many scans carriers have told us of since."""
    return int(fetch(_SCANS, [store_id, since - TROUBLE_KEPT, since])[0][0])
