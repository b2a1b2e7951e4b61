"""Promising, in sets: each parcel from the moment it was handed over, before that from its order."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter

import numpy as np

from aftercare.commerce.promises.calendars import holidays_of
from aftercare.commerce.promises.estimating.columns import Parcels
from aftercare.commerce.promises.estimating.keeping import Kept, from_bytes
from aftercare.commerce.promises.estimating.moments import day_number, moment
from aftercare.commerce.promises.histories import Found, orders_to_promise, parcels_to_promise
from aftercare.commerce.promises.models import Learned
from aftercare.commerce.promises.policy import COVERAGE, ENOUGH, basis_of
from aftercare.foundation.database.bulk import fetch

_LONGEST_LANE = 80
_RANGE = "earliest, likely, latest, made_at, basis, lane, coverage"
_FIRST = "first_earliest, first_likely, first_latest, first_made_at"
_VALUES = """
    SELECT {ids}, %(store)s, v.earliest, v.likely, v.latest, %(now)s, v.basis, v.lane, %(coverage)s,
           v.earliest, v.likely, v.latest, %(now)s
    FROM unnest(%(ids)s::bigint[], %(orders)s::bigint[], %(earliest)s::timestamptz[], %(likely)s::timestamptz[],
                %(latest)s::timestamptz[], %(basis)s::text[], %(lane)s::text[])
         AS v(id, order_id, earliest, likely, latest, basis, lane)
"""
_ANEW = """
    DO UPDATE SET earliest = excluded.earliest, likely = excluded.likely, latest = excluded.latest,
                  made_at = excluded.made_at, basis = excluded.basis, lane = excluded.lane, coverage = excluded.coverage
"""
_PROMISE_PARCELS = f"""
    INSERT INTO promises_promise (shipment_id, order_id, store_id, {_RANGE}, {_FIRST})
    {_VALUES.format(ids="v.id, v.order_id")} ON CONFLICT (shipment_id) {_ANEW}
"""
_PROMISE_ORDERS = f"""
    INSERT INTO promises_orderpromise (order_id, store_id, {_RANGE}, {_FIRST})
    {_VALUES.format(ids="v.id")} ON CONFLICT (order_id) {_ANEW}
"""


def promise_orders(*, store_id: int, ids: Sequence[int], now: datetime) -> int:
    """Promise orders that are to be sent; answers how many. Within the store's scope."""
    learned = _learned(Learned.Stage.ORDER)
    found = orders_to_promise(store_id=store_id, ids=ids, now=now) if learned else None
    return _write(_PROMISE_ORDERS, store_id, learned, found, now) if learned and found else 0


def promise_parcels(*, store_id: int, ids: Sequence[int], now: datetime) -> int:
    """Promise parcels that have not arrived, anew where they were before; answers how many. Within the store's scope."""
    made = 0
    for handed_over, stage in ((True, Learned.Stage.HAND_OVER), (False, Learned.Stage.ORDER)):
        learned = _learned(stage)
        if learned is not None:
            found = parcels_to_promise(store_id=store_id, ids=ids, handed_over=handed_over, now=now)
            made += _write(_PROMISE_PARCELS, store_id, learned, found, now)
    return made


def _learned(stage: Learned.Stage) -> Kept | None:
    """What the store whose scope this is has learned, if that is enough to promise anything."""
    found = Learned.objects.filter(stage=stage, deliveries__gte=ENOUGH).values_list("pk", "learned_at").first()
    return _read(*found) if found else None


@lru_cache(maxsize=64)
def _read(row_id: int, learned_at: datetime) -> Kept:
    """Kept per process: a store learns once a day and is asked all the time."""
    content = Learned.objects.filter(pk=row_id).values_list("content", flat=True).get()
    years = range(learned_at.year - 2, learned_at.year + 2)
    return from_bytes(bytes(content), holidays=lambda country: holidays_of(country=country, years=years))


def _write(statement: str, store_id: int, learned: Kept, found: Found, now: datetime) -> int:
    if not found.ids:
        return 0
    parcels = learned.travellers(found.parcels)
    ranges = learned.model.ranges(parcels=parcels, now=np.full(len(found.ids), day_number(now)))
    narrow = [learned.support(parcels, factor).tolist() for factor in ("lane", "country", "carrier")]
    bases = [
        basis_of(lane=lane, destination=destination, carrier=carrier if named else 0).value
        for lane, destination, carrier, named in zip(*narrow, found.parcels.carrier, strict=True)
    ]
    columns = zip(
        found.ids, found.orders, *(map(moment, days.tolist()) for days in (ranges.earliest, ranges.likely, ranges.latest)),
        bases, _lanes(found.parcels), strict=True,
    )  # fmt: skip
    # Sorted, so that of two batches with rows in common one waits for the other, and neither for ever.
    ids, orders, earliest, likely, latest, basis, lane = zip(*sorted(columns, key=itemgetter(0)), strict=True)
    fetch(f"{statement} RETURNING 1", {
        "store": store_id, "now": now, "coverage": COVERAGE, "ids": list(ids), "orders": list(orders),
        "earliest": list(earliest), "likely": list(likely), "latest": list(latest), "basis": list(basis),
        "lane": list(lane),
    })  # fmt: skip
    return len(ids)


def _lanes(parcels: Parcels) -> Iterable[str]:
    """Such as "dhl standard DE-04 → FR": what calibration is told by."""
    for carrier, service, origin, country in zip(
        parcels.carrier, parcels.service, parcels.origin, parcels.country, strict=True
    ):
        way = " ".join(filter(None, (carrier, service)))
        yield " · ".join(filter(None, (way, f"{origin or '?'} → {country or '?'}")))[:_LONGEST_LANE]
