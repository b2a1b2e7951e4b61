"""Taking in parcels as the shop announces them, with whatever scans it already has."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import orjson
from django.db import transaction

from aftercare.commerce.orders.actions import ensure_fulfilments
from aftercare.commerce.shipments.actions.batch import (
    Batch,
    Known,
    OrderFound,
    only_fulfilments,
    open_batch,
    orders_by_external_id,
    parcels_by_external_id,
)
from aftercare.commerce.shipments.actions.looks import plan_looks
from aftercare.commerce.shipments.actions.parcel import EXPECTATION_COLUMNS, STATE_COLUMNS, Parcel, check_not_ahead
from aftercare.commerce.shipments.actions.progress import tell, update_states, weigh, write_scans
from aftercare.commerce.shipments.actions.results import Recorded
from aftercare.commerce.shipments.carriers import Naming, naming
from aftercare.commerce.shipments.errors import OtherOrder, UnknownOrder
from aftercare.commerce.shipments.models import new_shipment_id
from aftercare.commerce.shipments.schemas import ShipmentIn
from aftercare.commerce.shipments.vocabulary import NamedBy
from aftercare.foundation.database.bulk import copy_rows, reserve_ids, update_rows
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.intake import Outcome, digest_of, waves

_TABLE = "shipments_shipment"
_OWN_COLUMNS = ("id", "public_id", "store_id", "order_id", "fulfilment_id", "source", "external_id", "created_at")
_DESCRIPTION_COLUMNS = {
    "carrier": "text", "carrier_name": "text", "tracking_number": "text", "tracking_url": "text", "named_by": "text",
    "service": "text", "origin": "jsonb", "weight_g": "integer", "digest": "bytea",
}  # fmt: skip
# Parcels of which nobody said what is in them share one fulfilment: the order is complete when all of them are there.
_SHARED_FULFILMENT = "parcels"
_HALF = 8


class _Announced(NamedTuple):
    position: int
    item: ShipmentIn
    order: OrderFound
    digest: bytes
    naming: Naming


@transaction.atomic
def record_shipments(*, store_id: int, source: str, shipments: Sequence[ShipmentIn], now: datetime) -> Recorded:
    """Add or change parcels and add their scans, in one set of statements however many there are.

    The same parcel again changes nothing. What names no known order is refused by position; the rest is recorded.
    """
    batch = open_batch(store_id=store_id, source=source, now=now)
    result = Recorded.of(len(shipments))
    # Whoever sends a parcel twice means the second to follow the first.
    for wave in waves(shipments, attrgetter("id")):
        _record_wave({index: shipments[index] for index in wave}, batch, result)
    return result


def _record_wave(wave: Mapping[int, ShipmentIn], batch: Batch, result: Recorded) -> None:
    known = parcels_by_external_id(batch, [item.id for item in wave.values()])
    announced = _accepted(wave, known, batch, result)
    if not announced:
        return
    new = [one for one in announced if one.item.id not in known]
    met_before = [one for one in announced if one.item.id in known]
    parcels = {one.item.id: known[one.item.id].parcel for one in met_before}
    parcels |= _new_parcels(new, batch)
    for one in announced:
        parcels[one.item.id].arriving.extend(one.item.scans)
    weigh(parcels.values(), batch)
    _insert(new, parcels, batch)
    _describe_anew(met_before, parcels, batch)
    result.scans += write_scans(parcels.values(), batch)
    update_states(parcel for parcel in parcels.values() if parcel.fresh and not parcel.is_new)
    tell(parcels.values(), batch)
    plan_looks(store_id=batch.store_id, shipment_ids=[parcel.id for parcel in parcels.values()], now=batch.now)
    _settle(announced, parcels, known, result)


def _accepted(
    wave: Mapping[int, ShipmentIn], known: Mapping[str, Known], batch: Batch, result: Recorded
) -> list[_Announced]:
    orders = orders_by_external_id(batch, [item.order for item in wave.values()])
    accepted = []
    for index, item in wave.items():
        digest = _digest(item, batch)
        if item.id in known and known[item.id].digest == digest:
            result.settle(index, Outcome.UNCHANGED, known[item.id].parcel.id)
            continue
        try:
            check_not_ahead(item.scans, now=batch.now)
            order = _order_of(item, orders, known)
        except Refusal as refusal:
            result.refuse(index, refusal)
            continue
        accepted.append(_Announced(index, item, order, digest, _naming(item)))
    return accepted


def _order_of(item: ShipmentIn, orders: Mapping[str, OrderFound], known: Mapping[str, Known]) -> OrderFound:
    order = orders.get(item.order)
    if order is None:
        raise UnknownOrder(
            f"There is no order '{item.order}' from this source.",
            field="order",
            remedy="Send the order first, or correct the id.",
        )
    if item.id in known and known[item.id].parcel.order_id != order.id:
        raise OtherOrder(
            f"Shipment '{item.id}' belongs to order {known[item.id].parcel.order_number}.",
            field="order",
            remedy="Send it under an id of its own, or with the order it belongs to.",
        )
    return order


def _digest(item: ShipmentIn, batch: Batch) -> bytes:
    """One half for all that is said, which passes over what was said before; one for the parcel without its scans."""
    whole = digest_of(item, source=batch.source)
    described = digest_of(item.model_copy(update={"scans": ()}), source=batch.source) if item.scans else whole
    return whole[:_HALF] + described[:_HALF]


def _naming(item: ShipmentIn) -> Naming:
    return naming(
        carrier=item.carrier,
        carrier_name=item.carrier_name,
        tracking_number=item.tracking_number,
        tracking_url=item.tracking_url,
    )


def _new_parcels(new: Sequence[_Announced], batch: Batch) -> dict[str, Parcel]:
    fulfilments = _fulfilments(new, batch)
    parcels = {}
    for one, row_id in zip(new, reserve_ids(_TABLE, len(new)), strict=True):
        parcels[one.item.id] = Parcel(
            id=row_id, public_id=new_shipment_id(), order_id=one.order.id, order_number=one.order.number,
            customer_id=one.order.customer_id, fulfilment_id=fulfilments[one.item.id], naming=one.naming,
            created_at=one.item.created_at or batch.now,
            expected_from=one.item.expected_from, expected_by=one.item.expected_by, is_new=True,
        )  # fmt: skip
    return parcels


def _fulfilments(announced: Sequence[_Announced], batch: Batch) -> dict[str, int]:
    """The fulfilment each parcel carries out, by the parcel's id; made where the shop has not named it before."""
    if not announced:
        return {}
    unnamed = [one.order.id for one in announced if one.item.fulfilment is None and not one.item.lines]
    only = only_fulfilments(batch, unnamed) if unnamed else {}
    needed: list[tuple[int, str, dict[str, int] | None]] = []
    for _, item, order, *_ in announced:
        # A parcel that says what is in it is a fulfilment of its own, unless the shop says otherwise.
        own = item.id if item.lines else only.get(order.id, _SHARED_FULFILMENT)
        contents = {line.line: line.quantity for line in item.lines} or None
        needed.append((order.id, item.fulfilment or own, contents))
    ids = ensure_fulfilments(store_id=batch.store_id, needed=needed, now=batch.now)
    return {one.item.id: fulfilment_id for one, fulfilment_id in zip(announced, ids, strict=True)}


def _insert(new: Sequence[_Announced], parcels: Mapping[str, Parcel], batch: Batch) -> None:
    columns = (*_OWN_COLUMNS, *_DESCRIPTION_COLUMNS, *STATE_COLUMNS, *EXPECTATION_COLUMNS)
    rows = []
    for one in new:
        parcel = parcels[one.item.id]
        rows.append((
            parcel.id, parcel.public_id, batch.store_id, parcel.order_id, parcel.fulfilment_id, batch.source,
            one.item.id, parcel.created_at, *_description(one, one.naming), *parcel.state(), *parcel.expectation(),
        ))  # fmt: skip
    if rows:
        copy_rows(_TABLE, columns, rows)


def _describe_anew(met_before: Sequence[_Announced], parcels: Mapping[str, Parcel], batch: Batch) -> None:
    """Bring the rows of known parcels to what their source now says of them."""
    regrouped = _fulfilments([one for one in met_before if one.item.fulfilment is not None], batch)
    columns = {"id": "bigint", "fulfilment_id": "bigint", **_DESCRIPTION_COLUMNS, **EXPECTATION_COLUMNS}
    rows = []
    for one in met_before:
        parcel = parcels[one.item.id]
        fulfilment_id = regrouped.get(one.item.id, parcel.fulfilment_id)
        parcel.is_regrouped, parcel.fulfilment_id = fulfilment_id != parcel.fulfilment_id, fulfilment_id
        parcel.naming = _named_anew(parcel.naming, one)
        parcel.expect(since=one.item.expected_from, by=one.item.expected_by)
        rows.append((parcel.id, parcel.fulfilment_id, *_description(one, parcel.naming), *parcel.expectation()))
    update_rows(_TABLE, columns, rows)


def _named_anew(before: Naming, one: _Announced) -> Naming:
    """What the source says now, but for a carrier that staff have corrected."""
    if before.named_by != NamedBy.STAFF:
        return one.naming
    if before.tracking_number == one.naming.tracking_number:
        return before
    corrected = naming(
        carrier=before.carrier, carrier_name=before.carrier_name, tracking_number=one.naming.tracking_number,
        tracking_url="",
    )  # fmt: skip
    return corrected._replace(named_by=NamedBy.STAFF.value)


def _description(one: _Announced, named: Naming) -> tuple[object, ...]:
    origin = one.item.origin.model_dump(exclude_defaults=True) if one.item.origin else {}
    return (*named, one.item.service, orjson.dumps(origin).decode(), one.item.weight_g, one.digest)


def _settle(
    announced: Sequence[_Announced], parcels: Mapping[str, Parcel], known: Mapping[str, Known], result: Recorded
) -> None:
    for one in announced:
        parcel = parcels[one.item.id]
        if parcel.is_new:
            outcome = Outcome.CREATED
        else:
            described_anew = known[one.item.id].digest[_HALF:] != one.digest[_HALF:]
            outcome = Outcome.CHANGED if parcel.fresh or described_anew else Outcome.UNCHANGED
        result.settle(one.position, outcome, parcel.id)
