"""What every batch shares: whose parcels, from where, and when; and its lookups, one query for all."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from aftercare.commerce.shipments.actions.parcel import Parcel
from aftercare.commerce.shipments.carriers import Naming
from aftercare.foundation.database.bulk import fetch, fetch_decoded, lock_for_transaction

_FIELDS = (
    "id", "public_id", "order_id", "order_number", "customer_id", "fulfilment_id", "created_at", "expected_from",
    "expected_by", "signed_by", "proof_url", "has_scans",
)  # fmt: skip
_NAMING_STARTS = 2 + len(_FIELDS)
_PARCEL = """
    SELECT s.{key}, s.digest,
           s.id, s.public_id, s.order_id, o.number, o.customer_id, s.fulfilment_id, s.created_at, s.expected_from,
           s.expected_by, s.signed_by, s.proof_url, s.last_scan_at IS NOT NULL,
           s.carrier, s.carrier_name, s.tracking_number, s.tracking_url, s.named_by
    FROM shipments_shipment s JOIN orders_order o ON o.id = s.order_id
    WHERE s.store_id = %s AND {condition}
"""
_BY_EXTERNAL_ID = _PARCEL.format(key="external_id", condition="s.source = %s AND s.external_id = ANY(%s)")
# Carriers use their numbers again after a year or two; the newest parcel is the one they mean.
_BY_NUMBER = _PARCEL.format(key="tracking_number", condition="s.tracking_number = ANY(%s) ORDER BY s.created_at, s.id")


@dataclass(frozen=True, slots=True)
class Batch:
    """Things on their way in. `zone` is the store's: where one day of delivery attempts ends."""

    store_id: int
    source: str
    zone: ZoneInfo
    now: datetime


class OrderFound(NamedTuple):
    """What parcels need to know of their order."""

    id: int
    number: str
    customer_id: int | None


class Known(NamedTuple):
    """A parcel and the digest of what its source last said of it."""

    digest: bytes
    parcel: Parcel


def open_batch(*, store_id: int, source: str, now: datetime) -> Batch:
    """Wait until nobody else takes in facts of this store, so that no batch sees half of another."""
    lock_for_transaction("commerce", store_id)
    ((zone,),) = fetch("SELECT time_zone FROM stores_store WHERE id = %s", [store_id])
    return Batch(store_id, source, ZoneInfo(zone), now)


def orders_by_external_id(batch: Batch, external_ids: Iterable[str]) -> dict[str, OrderFound]:
    """Orders of this source by their id there."""
    rows = fetch(
        "SELECT external_id, id, number, customer_id FROM orders_order"
        " WHERE store_id = %s AND source = %s AND external_id = ANY(%s)",
        [batch.store_id, batch.source, list(set(external_ids))],
    )
    return {row[0]: OrderFound(*row[1:]) for row in rows}


def only_fulfilments(batch: Batch, order_ids: Iterable[int]) -> dict[int, str]:
    """The external id of the one fulfilment by parcel of each order that has exactly one."""
    rows = fetch(
        "SELECT order_id, min(external_id) FROM orders_fulfilment"
        " WHERE store_id = %s AND order_id = ANY(%s) AND kind = 'shipment' AND status <> 'cancelled'"
        " GROUP BY order_id HAVING count(*) = 1",
        [batch.store_id, list(set(order_ids))],
    )
    return dict(rows)


def parcels_by_external_id(batch: Batch, external_ids: Collection[str]) -> dict[str, Known]:
    """Known parcels of this source by their id there."""
    if not external_ids:
        return {}
    rows = fetch_decoded(_BY_EXTERNAL_ID, [batch.store_id, batch.source, list(set(external_ids))])
    return {row[0]: Known(digest=bytes(row[1] or b""), parcel=_parcel(row)) for row in rows}


def parcels_by_number(batch: Batch, numbers: Collection[str]) -> dict[str, list[Parcel]]:
    """Known parcels by tracking number, the newest last."""
    found: dict[str, list[Parcel]] = defaultdict(list)
    if not numbers:
        return found
    for row in fetch_decoded(_BY_NUMBER, [batch.store_id, list(set(numbers))]):
        found[row[0]].append(_parcel(row))
    return found


def _parcel(row: tuple[Any, ...]) -> Parcel:
    naming = Naming(*row[_NAMING_STARTS:])
    return Parcel(naming=naming, **dict(zip(_FIELDS, row[2:_NAMING_STARTS], strict=True)))
