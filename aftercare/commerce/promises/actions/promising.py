"""Promising, in sets: each parcel from the moment it was handed over, before that from its order."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from aftercare.commerce.promises.calendars import holidays_of
from aftercare.commerce.promises.estimating.columns import Parcels
from aftercare.commerce.promises.estimating.keeping import Kept, from_bytes
from aftercare.commerce.promises.estimating.moments import day_number, moment
from aftercare.commerce.promises.events import OrderPromised, ShipmentPromised
from aftercare.commerce.promises.histories import Found, orders_to_promise, parcels_to_promise
from aftercare.commerce.promises.models import Learned
from aftercare.commerce.promises.policy import COVERAGE, ENOUGH, Basis, Rules, basis_of
from aftercare.commerce.promises.queries import rules_of
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

_LONGEST_LANE = 80
_RANGE = "earliest, likely, latest, made_at, basis, lane, coverage"
_FIRST = "first_earliest, first_likely, first_latest, first_made_at, told_latest, told_at"
_VALUES = """
    SELECT {ids}, %(store)s, v.earliest, v.likely, v.latest, %(now)s, v.basis, v.lane, %(coverage)s,
           v.earliest, v.likely, v.latest, %(now)s, v.latest, %(now)s
    FROM unnest(%(ids)s::bigint[], %(orders)s::bigint[], %(earliest)s::timestamptz[], %(likely)s::timestamptz[],
                %(latest)s::timestamptz[], %(basis)s::text[], %(lane)s::text[])
         AS v(id, order_id, earliest, likely, latest, basis, lane)
"""
# A last day that wanders by hours is no news; one that has moved by a day since it was told is told again.
_IS_NEWS = "abs(extract(epoch FROM excluded.latest - coalesce(p.told_latest, p.first_latest))) >= 86400"
_MADE = f"""
    WITH before AS MATERIALIZED (
        SELECT {{key}} AS id, coalesce(told_latest, first_latest) AS told_latest, told_at
        FROM promises_{{table}} WHERE {{key}} = ANY(%(ids)s)),
    made AS (
        INSERT INTO promises_{{table}} AS p ({{keys}}, store_id, {_RANGE}, {_FIRST})
        {_VALUES.replace("{ids}", "{values}")} ON CONFLICT ({{key}})
        DO UPDATE SET earliest = excluded.earliest, likely = excluded.likely, latest = excluded.latest,
                      made_at = excluded.made_at, basis = excluded.basis, lane = excluded.lane,
                      coverage = excluded.coverage,
                      told_latest = CASE WHEN {_IS_NEWS} THEN excluded.latest ELSE p.told_latest END,
                      told_at = CASE WHEN {_IS_NEWS} THEN excluded.made_at ELSE p.told_at END
        RETURNING {{key}} AS id, order_id, earliest, likely, latest, told_at)
    SELECT {{told}}, o.public_id, o.number, o.customer_id, o.id,
           ARRAY[m.earliest, m.likely, m.latest, before.told_latest]
    FROM made m JOIN orders_order o ON o.id = m.order_id {{join}} LEFT JOIN before ON before.id = m.id
    WHERE m.told_at = %(now)s AND before.told_at IS DISTINCT FROM m.told_at ORDER BY m.id
"""  # noqa: S608 -- names of ours
_PROMISE_PARCELS = _MADE.format(
    key="shipment_id", table="promise", keys="shipment_id, order_id", values="v.id, v.order_id",
    told="s.id, s.public_id", join="JOIN shipments_shipment s ON s.id = m.id",
)  # fmt: skip
_PROMISE_ORDERS = _MADE.format(
    key="order_id", table="orderpromise", keys="order_id", values="v.id", told="NULL, ''", join=""
)


class _Foretold(NamedTuple):
    """A row to be written."""

    row_id: int
    order_id: int
    earliest: datetime
    likely: datetime
    latest: datetime
    basis: str
    lane: str


class _News(NamedTuple):
    """A promise to tell of: its days are earliest, likely, latest, and the latest that was told before."""

    shipment_id: int | None
    shipment: str
    order: str
    number: str
    customer_id: int | None
    order_id: int
    days: list[datetime | None]


def promise_orders(*, store_id: int, ids: Sequence[int], now: datetime) -> int:
    """Promise orders that are to be sent; answers how many. Within the store's scope."""
    foretell = _foreteller(Learned.Stage.ORDER, store_id, now)
    if foretell is None:
        return 0
    return _write(_PROMISE_ORDERS, store_id, foretell(orders_to_promise(store_id=store_id, ids=ids, now=now)), now)


def promise_parcels(*, store_id: int, ids: Sequence[int], now: datetime) -> int:
    """Promise parcels that have not arrived, anew where they were before; answers how many. Within the store's scope."""
    made = 0
    for handed_over, stage in ((True, Learned.Stage.HAND_OVER), (False, Learned.Stage.ORDER)):
        foretell = _foreteller(stage, store_id, now)
        if foretell is not None:
            found = parcels_to_promise(store_id=store_id, ids=ids, handed_over=handed_over, now=now)
            made += _write(_PROMISE_PARCELS, store_id, foretell(found), now)
    return made


def _foreteller(stage: Learned.Stage, store_id: int, now: datetime) -> Callable[[Found], list[_Foretold]] | None:
    """From what was learned; while that is not enough, from what the store says, if it does."""
    learned = _learned(stage)
    if learned is not None:
        return partial(_from_history, learned, now)
    rules = rules_of(store_id=store_id)
    return partial(_from_rules, rules, now) if rules and rules.transit else None


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


def _from_history(learned: Kept, now: datetime, found: Found) -> list[_Foretold]:
    if not found.ids:
        return []
    parcels = learned.travellers(found.parcels)
    ranges = learned.model.ranges(parcels=parcels, now=np.full(len(found.ids), day_number(now)))
    narrow = [learned.support(parcels, factor).tolist() for factor in ("lane", "country", "carrier")]
    bases = [
        basis_of(lane=lane, destination=destination, carrier=carrier if named else 0).value
        for lane, destination, carrier, named in zip(*narrow, found.parcels.carrier, strict=True)
    ]
    days = (map(moment, column.tolist()) for column in (ranges.earliest, ranges.likely, ranges.latest))
    return [_Foretold(*row) for row in zip(found.ids, found.orders, *days, bases, _lanes(found.parcels), strict=True)]


def _from_rules(rules: Rules, now: datetime, found: Found) -> list[_Foretold]:
    """What should have come by now is not foretold: the store's days say nothing of when it does."""
    ready = map(moment, found.parcels.began.tolist())
    rows = zip(found.ids, found.orders, map(rules.arrival, ready), _lanes(found.parcels), strict=True)
    return [
        _Foretold(row_id, order_id, *days, Basis.STATED.value, lane)
        for row_id, order_id, days, lane in rows
        if days and days[-1] > now
    ]


def _write(statement: str, store_id: int, foretold: Sequence[_Foretold], now: datetime) -> int:
    if not foretold:
        return 0
    # Sorted, so that of two batches with rows in common one waits for the other, and neither for ever.
    ids, orders, earliest, likely, latest, basis, lane = zip(*sorted(foretold, key=itemgetter(0)), strict=True)
    told = fetch(statement, {
        "store": store_id, "now": now, "coverage": COVERAGE, "ids": list(ids), "orders": list(orders),
        "earliest": list(earliest), "likely": list(likely), "latest": list(latest), "basis": list(basis),
        "lane": list(lane),
    })  # fmt: skip
    record([_fact(_News(*row), store_id, now) for row in told], now=now)
    return len(ids)


def _fact(row: _News, store_id: int, now: datetime) -> Fact:
    written = [day.astimezone(UTC).isoformat() if day else "" for day in row.days]
    days = dict(zip(("earliest", "likely", "latest", "told_before"), written, strict=True))
    event = (
        ShipmentPromised(number=row.number, order=row.order, shipment=row.shipment, **days)
        if row.shipment
        else OrderPromised(number=row.number, order=row.order, **days)
    )
    return Fact(
        event, store_id=store_id, occurred_at=now, customer_id=row.customer_id, order_id=row.order_id,
        shipment_id=row.shipment_id,
    )  # fmt: skip


def _lanes(parcels: Parcels) -> Iterable[str]:
    """Such as "dhl standard DE-04 → FR": what calibration is told by."""
    for carrier, service, origin, country in zip(
        parcels.carrier, parcels.service, parcels.origin, parcels.country, strict=True
    ):
        way = " ".join(filter(None, (carrier, service)))
        yield " · ".join(filter(None, (way, f"{origin or '?'} → {country or '?'}")))[:_LONGEST_LANE]
