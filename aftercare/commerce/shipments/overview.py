"""Reads for the console's pages about parcels: which need a person, what is found, and figures of the week."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Count, OuterRef, Q, Subquery

from aftercare.commerce.shipments.looked_after import looked_after
from aftercare.commerce.shipments.models import Scan, Shipment, ShipmentQuerySet
from aftercare.commerce.shipments.policy import normal_number
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.stores.models import Store

FAILED_ATTEMPTS = 2
# Parcels announced longer ago are history, whatever they last said; the bound keeps the search in the index.
TROUBLE_KEPT = timedelta(days=60)
# What hurts most is first.
_TROUBLES = (Status.RETURN_TO_SENDER, Status.DELIVERY_FAILED, Status.ON_HOLD)
STUCK = (Status.ON_HOLD, Status.RETURN_TO_SENDER)
_DELIVERED_PER_DAY = """
    SELECT (delivered_at AT TIME ZONE %s)::date, count(*) FROM shipments_shipment
    WHERE store_id = %s AND status = 'delivered' AND created_at >= %s AND delivered_at >= %s GROUP BY 1
"""


def parcels_in_trouble(*, now: datetime, limit: int) -> list[Shipment]:
    """Parcels going back, attempted twice in vain, or held, in this order; each with its order. Two queries.

    Those that are a task elsewhere are left out.
    """
    first, *others = (_in_trouble(now, status).newest_first().values_list("pk")[:limit] for status in _TROUBLES)
    ids = [row_id for (row_id,) in first.union(*others, all=True)]
    found = list(Shipment.objects.filter(pk__in=ids).select_related("order").newest_first()) if ids else []
    return sorted(found, key=lambda parcel: _TROUBLES.index(Status(parcel.status)))[:limit]


def count_parcels_in_trouble(*, now: datetime, most: int) -> int:
    """How many need a person, counted up to `most` of each kind."""
    return sum(_in_trouble(now, status)[:most].count() for status in _TROUBLES)


def _in_trouble(now: datetime, status: Status) -> ShipmentQuerySet:
    found: ShipmentQuerySet = Shipment.objects.filter(status=status, created_at__gte=now - TROUBLE_KEPT)
    for is_another_task in looked_after():
        found = found.exclude(is_another_task)
    if status != Status.DELIVERY_FAILED:
        return found
    attempts = Scan.objects.filter(shipment=OuterRef("pk"), status=Status.DELIVERY_FAILED).order_by()
    # Counted parcel by parcel along the index, so that a page of a few stops after a few.
    counted = Subquery(attempts.values("shipment").annotate(count=Count("pk")).values("count"))
    return found.annotate(attempts=counted).filter(attempts__gte=FAILED_ATTEMPTS)


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


def count_announced(*, since: datetime) -> int:
    """How many parcels were announced since."""
    return int(Shipment.objects.filter(created_at__gte=since).count())
