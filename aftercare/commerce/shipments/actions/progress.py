"""What new scans do to parcels: rows, facts, and the fulfilments they carry out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter

from aftercare.commerce.orders.actions import complete_fulfilments, start_fulfilments
from aftercare.commerce.shipments import events
from aftercare.commerce.shipments.actions.batch import Batch
from aftercare.commerce.shipments.actions.parcel import EXPECTATION_COLUMNS, STATE_COLUMNS, Parcel
from aftercare.commerce.shipments.following import tell_followers
from aftercare.commerce.shipments.policy import (
    Kind,
    Milestone,
    ParcelState,
    Seen,
    fold,
    fulfilment_done_at,
    milestones,
    scan_digest,
    seen,
)
from aftercare.foundation.database.bulk import copy_rows, fetch, fetch_decoded, update_rows
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.web.live import announce_changes

_EVENTS: dict[Kind, type[events.ShipmentEvent]] = {
    "handed_over": events.ShipmentHandedOver,
    "out_for_delivery": events.ShipmentOutForDelivery,
    "ready_for_pickup": events.ShipmentReadyForPickup,
    "attempt_failed": events.ShipmentAttemptFailed,
    "delivered": events.ShipmentDelivered,
    "delayed": events.ShipmentDelayed,
    "held": events.ShipmentHeld,
    "returning": events.ShipmentReturning,
    "cancelled": events.ShipmentCancelled,
}
_SCAN_COLUMNS = (
    "store_id", "shipment_id", "digest", "occurred_at", "zone_known", "code", "text", "place", "status", "reason",
    "source", "received_at",
)  # fmt: skip
_NONE: frozenset[Seen] = frozenset()
_UPDATED_COLUMNS = {"id": "bigint", **STATE_COLUMNS, **EXPECTATION_COLUMNS}


def weigh(parcels: Iterable[Parcel], batch: Batch) -> None:
    """Tell fresh scans from repeated ones, and find each parcel's state before and after them."""
    scanned = [parcel for parcel in parcels if parcel.arriving]
    known = _known_scans([parcel.id for parcel in scanned if parcel.has_scans], batch)
    for parcel in scanned:
        old = known.get(parcel.id, _NONE)
        for scan in parcel.arriving:
            fact = seen(
                at=scan.at, status=scan.status, reason=scan.reason, code=scan.code, text=scan.text, place=scan.place
            )
            if fact not in old:
                parcel.fresh.setdefault(fact, scan)
        parcel.before = fold(old, zone=batch.zone)
        parcel.after = fold(old | parcel.fresh.keys(), zone=batch.zone) if parcel.fresh else parcel.before


def write_scans(parcels: Iterable[Parcel], batch: Batch) -> int:
    """Insert what `weigh` found fresh; answers how many scans that were."""
    rows = [
        (
            batch.store_id, parcel.id, scan_digest(fact), scan.at, scan.zone_known, scan.code, scan.text, scan.place,
            scan.status, scan.reason, batch.source, batch.now,
        )
        for parcel in parcels
        for fact, scan in parcel.fresh.items()
    ]  # fmt: skip
    if rows:
        copy_rows("shipments_scan", _SCAN_COLUMNS, rows)
    return len(rows)


def update_states(parcels: Iterable[Parcel]) -> None:
    """Bring the rows of known parcels to the state they have reached."""
    rows = [(parcel.id, *parcel.state(), *parcel.expectation()) for parcel in parcels]
    update_rows("shipments_shipment", _UPDATED_COLUMNS, rows)


def tell(parcels: Iterable[Parcel], batch: Batch) -> None:
    """Record what the parcels have newly reached, in the order of truth, and move their fulfilments on.

    A scan that is no milestone is no fact for the log, but whoever is looking at the order's page sees it all the same.
    """
    announce_changes(order_ids={parcel.order_id for parcel in parcels if parcel.fresh})
    facts: list[Fact] = []
    started: dict[int, datetime] = {}
    ended: set[int] = set()
    heard: set[int] = set()
    changed: set[int] = set()
    for parcel in parcels:
        reached = milestones(parcel.before, parcel.after)
        if not parcel.is_new and not reached:
            heard |= {parcel.id} if parcel.fresh else set()
            changed |= {parcel.id} if _has_changed(parcel) else set()
        facts.extend(_facts(parcel, reached, batch))
        for milestone in reached:
            if milestone.kind == "handed_over":
                first = started.get(parcel.fulfilment_id, milestone.scan.at)
                started[parcel.fulfilment_id] = min(first, milestone.scan.at)
        if parcel.is_regrouped or (_has_ended(parcel.after) and not _has_ended(parcel.before)):
            ended.add(parcel.fulfilment_id)
    record(sorted(facts, key=attrgetter("occurred_at")), now=batch.now)
    tell_followers(heard=heard, changed=changed, now=batch.now)
    completed = _completions(ended, batch)
    # What is complete has no news of being under way.
    under_way = [(fulfilment_id, at) for fulfilment_id, at in started.items() if fulfilment_id not in completed]
    if under_way:
        start_fulfilments(store_id=batch.store_id, ids_and_times=under_way, now=batch.now)
    if completed:
        complete_fulfilments(store_id=batch.store_id, completions=list(completed.items()), now=batch.now)


def _has_changed(parcel: Parcel) -> bool:
    before, after = parcel.before, parcel.after
    means_other = (before.status, before.reason) != (after.status, after.reason)
    return parcel.is_expected_anew or (bool(parcel.fresh) and means_other)


def _has_ended(state: ParcelState) -> bool:
    return state.delivered_at is not None or state.status == "cancelled"


def _known_scans(parcel_ids: list[int], batch: Batch) -> dict[int, set[Seen]]:
    known: dict[int, set[Seen]] = defaultdict(set)
    if parcel_ids:
        # Seconds, because reading a time costs ten times as much; a double holds them to the microsecond until 2242.
        query = (
            "SELECT shipment_id, extract(epoch FROM occurred_at)::float8, status, reason, code, text, place"
            " FROM shipments_scan WHERE store_id = %s AND shipment_id = ANY(%s)"
        )
        for parcel_id, seconds, status, reason, code, text, place in fetch(query, [batch.store_id, parcel_ids]):
            at = datetime.fromtimestamp(seconds, UTC)
            known[parcel_id].add(seen(at=at, status=status, reason=reason, code=code, text=text, place=place))
    return known


def _facts(parcel: Parcel, reached: Sequence[Milestone], batch: Batch) -> Iterator[Fact]:
    if parcel.is_new:
        created = events.ShipmentCreated(
            number=parcel.order_number, shipment=parcel.public_id, carrier=parcel.naming.carrier,
            tracking_number=parcel.naming.tracking_number, current=parcel.after.status == "pending",
        )  # fmt: skip
        first = min([parcel.created_at, *(milestone.scan.at for milestone in reached)])
        yield _fact(created, parcel, batch, at=first, actor=batch.source)
    for milestone in reached:
        told = _EVENTS[milestone.kind](
            number=parcel.order_number, shipment=parcel.public_id, carrier=parcel.naming.carrier,
            tracking_number=parcel.naming.tracking_number, text=milestone.scan.text, place=milestone.scan.place,
            reason=milestone.scan.reason, current=milestone.current,
        )  # fmt: skip
        yield _fact(told, parcel, batch, at=milestone.scan.at, actor=parcel.naming.carrier or batch.source)


def _fact(event: events.ShipmentEvent, parcel: Parcel, batch: Batch, *, at: datetime, actor: str) -> Fact:
    return Fact(
        event=event, store_id=batch.store_id, occurred_at=at, customer_id=parcel.customer_id,
        order_id=parcel.order_id, shipment_id=parcel.id, actor=actor,
    )  # fmt: skip


def _completions(fulfilment_ids: set[int], batch: Batch) -> dict[int, datetime]:
    """Those of the fulfilments whose parcels have all arrived, with when the last one did."""
    if not fulfilment_ids:
        return {}
    query = (
        "SELECT fulfilment_id, status, delivered_at FROM shipments_shipment"
        " WHERE store_id = %s AND fulfilment_id = ANY(%s)"
    )
    parcels: dict[int, list[tuple[str, datetime | None]]] = defaultdict(list)
    for fulfilment_id, status, delivered_at in fetch_decoded(query, [batch.store_id, list(fulfilment_ids)]):
        parcels[fulfilment_id].append((status, delivered_at))
    done = ((fulfilment_id, fulfilment_done_at(states)) for fulfilment_id, states in parcels.items())
    return {fulfilment_id: done_at for fulfilment_id, done_at in done if done_at is not None}
