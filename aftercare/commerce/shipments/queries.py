"""Reads: the parcels of orders, lists, and the carriers a store works with. All within a store's scope."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Min, Q

from aftercare.commerce.shipments.errors import NotConnected
from aftercare.commerce.shipments.faring import faring
from aftercare.commerce.shipments.looking import ended_as
from aftercare.commerce.shipments.models import CarrierAccount, Look, Scan, Shipment, ShipmentQuerySet
from aftercare.commerce.shipments.policy import carrier_key as normal_carrier
from aftercare.commerce.shipments.policy import normal_number
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.database.whole import Part, read_whole
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.queries import stores_by_id
from aftercare.foundation.stores.scope import across_stores, active_store_id

# The newest first.
_SCANS = (Part("scans", order="occurred_at DESC, id DESC"),)


@dataclass(frozen=True)
class ShipmentFilter:
    """What a list is narrowed to; empty narrows nothing. `number` is (the beginning of) a tracking number."""

    status: str = ""
    carrier: str = ""
    number: str = ""
    source: str = ""
    order_id: int | None = None
    fares: str = ""


class LooksDue(NamedTuple):
    """Parcels that a connection is still asked about."""

    parcels: int
    next_at: datetime


def parcels_of_orders(*, order_ids: Sequence[int]) -> dict[int, list[Shipment]]:
    """Every parcel with its scans (newest first) by order, oldest parcel first; one query however many orders."""
    found: dict[int, list[Shipment]] = defaultdict(list)
    for shipment in read_whole(
        Shipment, where="t.store_id = %s AND t.order_id = ANY(%s)", parameters=[active_store_id(), list(order_ids)],
        order="created_at, id", parts=_SCANS,
    ):  # fmt: skip
        found[shipment.order_id].append(shipment)
    return dict(found)


def shipment_by_public_id(*, public_id: str) -> Shipment:
    """One parcel with its order, fulfilment and scans; raises NotFound."""
    return _whole(Shipment.objects.filter(public_id=public_id), public_id)


def shipment_of_source(*, source: str, external_id: str) -> Shipment:
    """One parcel with its order, fulfilment and scans, by its id at the source; raises NotFound."""
    return _whole(Shipment.objects.filter(source=source, external_id=external_id), external_id)


def shipments_for_list(*, narrowed: ShipmentFilter, after: str = "", limit: int = 50) -> Page[Shipment]:
    """One page of parcels with order and fulfilment, the newest first. One query, wherever in the list it lies."""
    found = Shipment.objects.select_related("order", "fulfilment", "look__account")
    if narrowed.status:
        found = found.filter(status=narrowed.status)
    if narrowed.carrier:
        found = found.filter(carrier=normal_carrier(narrowed.carrier))
    if narrowed.number:
        found = found.numbered(normal_number(narrowed.number))
    if narrowed.source:
        found = found.filter(source=narrowed.source)
    if narrowed.order_id:
        found = found.filter(order_id=narrowed.order_id)
    if narrowed.fares:
        found = found.filter(faring(narrowed.fares))
    return page(found, by="created_at", after=after, limit=limit)


def by_words(words: str) -> Q:
    """Of rows about an order, its customer and its parcel: a part of the number or name, or how the tracking number begins."""
    return (
        Q(order__number__icontains=words)
        | Q(customer__name__icontains=words)
        | Q(shipment__tracking_number__startswith=normal_number(words) or words)
    )


def public_ids_of_shipments(*, ids: Collection[int]) -> dict[int, str]:
    """Public ids by row id."""
    return dict(Shipment.objects.filter(pk__in=ids).values_list("pk", "public_id"))


def latest_scans(*, shipment_ids: Sequence[int]) -> dict[int, Scan]:
    """What the carrier said last of each parcel, in one query."""
    newest = Scan.objects.filter(shipment_id__in=shipment_ids).order_by("shipment_id", "-occurred_at", "-id")
    return {scan.shipment_id: scan for scan in newest.distinct("shipment_id")}


class Asking(NamedTuple):
    """How it stands with asking a parcel's carrier, as people and programs are told."""

    carrier: str
    looked_at: datetime | None
    next_at: datetime | None
    stopped: str
    problem: str


def asking_of(shipment: Shipment) -> Asking | None:
    """Of a parcel fetched with its look; None where nobody can be asked about it."""
    try:
        look = shipment.look
    except Look.DoesNotExist:
        return None
    # A parcel that has arrived since is found out when its next look is due; until then its status says so.
    stopped = look.stopped or ended_as(shipment.status)
    is_asked = not stopped and look.account.state == CarrierAccount.State.ACTIVE
    waits_until = max(filter(None, (look.due_at, look.account.free_at)), default=None)
    return Asking(look.account.carrier, look.looked_at, waits_until if is_asked else None, stopped, look.problem)


def carrier_account(*, store_id: int, carrier_key: str) -> CarrierAccount:
    """The store's account with a carrier; raises NotConnected."""
    account = CarrierAccount.objects.filter(store_id=store_id, carrier=carrier_key).first()
    if account is None:
        raise NotConnected(
            f"The store has not connected '{carrier_key}'.", remedy="Connect the carrier in the settings first."
        )
    return account


def carrier_accounts() -> list[CarrierAccount]:
    """Every carrier the store has connected, by key."""
    return list(CarrierAccount.objects.order_by("carrier"))


def looks_by_account() -> dict[int, LooksDue]:
    """How many parcels each connection of the store is still asked about, and when the next is due; one query."""
    found = Look.objects.filter(due_at__isnull=False).values("account").annotate(count=Count("pk"), next=Min("due_at"))
    return {row["account"]: LooksDue(row["count"], row["next"]) for row in found}


def stores_with_carrier(*, carrier_key: str) -> list[Store]:
    """Every store that has connected a carrier."""
    with across_stores("a carrier's loop serves every store that connected it"):
        ids = set(CarrierAccount.objects.filter(carrier=carrier_key).values_list("store_id", flat=True))
    return list(stores_by_id(ids=ids).values())


def _whole(shipments: ShipmentQuerySet, name: str) -> Shipment:
    found = shipments.select_related("order", "fulfilment", "look__account").with_scans().first()
    if found is None:
        raise NotFound(f"There is no shipment '{name}'.", field="shipment")
    return found
