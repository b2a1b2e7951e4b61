"""Reads: how parcels fare, for pages and programs. All within a store's scope."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from aftercare.commerce.health.models import Health, Lane
from aftercare.commerce.health.vocabulary import TROUBLED
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound


@dataclass(frozen=True)
class HealthFilter:
    """What a list is narrowed to; empty narrows to whatever is in trouble."""

    state: str = ""
    carrier: str = ""


def health_of_parcels(*, shipment_ids: Collection[int]) -> dict[int, Health]:
    """How these parcels fare, those that are judged; one query."""
    return Health.objects.in_bulk(list(shipment_ids))


def parcels_faring(*, states: Collection[str]) -> Q:
    """Of a query of parcels, those in one of these states."""
    return Q(pk__in=Health.objects.filter(state__in=states).values("shipment_id"))


def health_by_public_id(*, public_id: str) -> Health:
    """How a parcel fares, with the parcel and its order; raises NotFound."""
    found = Health.objects.select_related("shipment__order").filter(shipment__public_id=public_id).first()
    if found is None:
        raise NotFound(f"Nothing is known of how a shipment '{public_id}' fares.", field="shipment")
    return found


def health_for_list(*, narrowed: HealthFilter, after: str = "", limit: int = 50) -> Page[Health]:
    """One page of parcels in trouble (or in one state), the latest found first. One query."""
    found = Health.objects.select_related("shipment__order")
    found = found.filter(state=narrowed.state) if narrowed.state else found.filter(state__in=TROUBLED)
    if narrowed.carrier:
        found = found.filter(shipment__carrier=narrowed.carrier)
    return page(found, by="since", after=after, limit=limit)


def lanes() -> list[Lane]:
    """What was measured of the store's carriers, by carrier and status."""
    return list(Lane.objects.exclude(status="").order_by("carrier", "status"))
