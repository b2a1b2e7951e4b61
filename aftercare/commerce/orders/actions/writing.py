"""Orders written to their rows in sets: what is new by COPY, what changed by UPDATE, nothing that did not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from aftercare.commerce.orders.actions.loading import KnownOrder
from aftercare.commerce.orders.models import FULFILMENT_PREFIX, ORDER_PREFIX
from aftercare.commerce.orders.policy.states import FulfilmentState, Header, LineState, OrderState, RefundState
from aftercare.foundation.database.bulk import copy_rows, fetch, reserve_ids, update_rows
from aftercare.foundation.kit.ids import public_ids

_HEADER_TYPES = {
    **dict.fromkeys(Header._fields, "text"),
    **dict.fromkeys(("subtotal", "shipping", "discount", "tax", "total", "refunded"), "bigint"),
    **dict.fromkeys(
        ("placed_at", "cancelled_at", "promised_by", "version_at", "paid_at", "delivered_at"), "timestamptz"
    ),
    **dict.fromkeys(("shipping_address", "billing_address", "gift", "tags"), "jsonb"),
}
_ORDER_TYPES = {"customer_id": "bigint", "digest": "bytea", "changed_at": "timestamptz", **_HEADER_TYPES}
_ORDER_DOCUMENTS = {place for place, kind in enumerate(_ORDER_TYPES.values()) if kind == "jsonb"}
_LINE_TYPES = {
    **dict.fromkeys(LineState._fields, "text"),
    **dict.fromkeys(("product_id", "variant_id", "unit_price", "discount", "tax", "total"), "bigint"),
    **dict.fromkeys(("quantity", "cancelled_quantity", "refunded_quantity", "fulfilled_quantity"), "integer"),
    "delivered_at": "timestamptz",
}
_FULFILMENT_TYPES = {
    **dict.fromkeys(("external_id", "kind", "status"), "text"),
    **dict.fromkeys(("status_at", "scheduled_from", "scheduled_until"), "timestamptz"),
    "location": "jsonb", "completed_at": "timestamptz", "reached": "jsonb",
}  # fmt: skip
_REFUND_TYPES = {"external_id": "text", "amount": "bigint", "reason": "text", "refunded_at": "timestamptz"}

_FULFILMENT_DOCUMENTS = {FulfilmentState._fields.index(name) for name in ("location", "reached")}

# The row's id, its columns as they are and as they will be.
_Changed = tuple[int, Sequence[object], Sequence[object]]


@dataclass(slots=True)
class Writing:
    """One order to be written. `known` is how its rows stand; None where there are none yet."""

    after: OrderState
    digest: bytes | None
    known: KnownOrder | None = None
    external_id: str = ""
    source: str = ""
    id: int = 0
    line_ids: dict[str, int] = field(default_factory=dict)
    fulfilment_ids: dict[str, int] = field(default_factory=dict)


def write(writings: Sequence[Writing], *, store_id: int, now: datetime) -> None:
    """Write orders with all their parts; sets the row ids of the new ones."""
    _write_orders(writings, store_id, now)
    _write_lines(writings, store_id)
    _write_fulfilments(writings, store_id)
    _write_carried(writings, store_id)
    _write_refunds(writings, store_id)


def _write_orders(writings: Sequence[Writing], store_id: int, now: datetime) -> None:
    fresh = [writing for writing in writings if writing.known is None]
    if fresh:
        for writing, row_id in zip(fresh, reserve_ids("orders_order", len(fresh)), strict=True):
            writing.id = row_id
        names = public_ids(ORDER_PREFIX, len(fresh))
        columns = ("id", "store_id", "public_id", "source", "external_id", *_ORDER_TYPES)
        copy_rows("orders_order", columns, (
            (
                writing.id, store_id, name, writing.source, writing.external_id,
                *_encoded(_standing(writing.after, writing.digest, now), _ORDER_DOCUMENTS),
            )
            for writing, name in zip(fresh, names, strict=True)
        ))  # fmt: skip
    _update("orders_order", _ORDER_TYPES, [
        (writing.id, _standing(known.state, known.digest, None), _standing(writing.after, writing.digest, now))
        for writing in writings
        if (known := writing.known) and _differs(writing, known)
    ])  # fmt: skip


def _standing(state: OrderState, digest: bytes | None, changed_at: datetime | None) -> tuple[object, ...]:
    return (state.customer_id, digest, changed_at, *state.header)


def _differs(writing: Writing, known: KnownOrder) -> bool:
    before, after = known.state, writing.after
    return (before.header, before.customer_id, known.digest) != (after.header, after.customer_id, writing.digest)


def _write_lines(writings: Sequence[Writing], store_id: int) -> None:
    fresh, changed = [], []
    for writing in writings:
        known = writing.known
        before: Mapping[str, LineState] = known.state.lines if known else {}
        writing.line_ids = dict(known.line_ids) if known else {}
        for key, line in writing.after.lines.items():
            if key not in before:
                fresh.append((writing, key, line))
            elif before[key] != line:
                changed.append((writing.line_ids[key], before[key], line))
    if fresh:
        ids = reserve_ids("orders_line", len(fresh))
        for (writing, key, _), row_id in zip(fresh, ids, strict=True):
            writing.line_ids[key] = row_id
        columns = ("id", "store_id", "order_id", *LineState._fields)
        copy_rows("orders_line", columns, (
            (row_id, store_id, writing.id, *line) for row_id, (writing, _, line) in zip(ids, fresh, strict=True)
        ))  # fmt: skip
    _update("orders_line", _LINE_TYPES, changed)


def _write_fulfilments(writings: Sequence[Writing], store_id: int) -> None:
    fresh, changed = [], []
    for writing in writings:
        known = writing.known
        before: Mapping[str, FulfilmentState] = known.state.fulfilments if known else {}
        writing.fulfilment_ids = dict(known.fulfilment_ids) if known else {}
        for key, fulfilment in writing.after.fulfilments.items():
            if key not in before:
                fresh.append((writing, key, fulfilment))
            elif before[key] != fulfilment:
                changed.append((writing.fulfilment_ids[key], before[key], fulfilment))
    if fresh:
        ids = reserve_ids("orders_fulfilment", len(fresh))
        for (writing, key, _), row_id in zip(fresh, ids, strict=True):
            writing.fulfilment_ids[key] = row_id
        columns = ("id", "store_id", "public_id", "order_id", *FulfilmentState._fields)
        names = public_ids(FULFILMENT_PREFIX, len(fresh))
        copy_rows("orders_fulfilment", columns, (
            (row_id, store_id, name, writing.id, *_encoded(fulfilment, _FULFILMENT_DOCUMENTS))
            for row_id, name, (writing, _, fulfilment) in zip(ids, names, fresh, strict=True)
        ))  # fmt: skip
    _update("orders_fulfilment", _FULFILMENT_TYPES, changed)


def _write_carried(writings: Sequence[Writing], store_id: int) -> None:
    emptied: list[int] = []
    rows: list[tuple[int, int, int, int]] = []
    for writing in writings:
        before: Mapping[str, Mapping[str, int]] = writing.known.state.carried if writing.known else {}
        for key, carried in writing.after.carried.items():
            if before.get(key, {}) == carried:
                continue
            fulfilment_id = writing.fulfilment_ids[key]
            if before.get(key):
                emptied.append(fulfilment_id)
            rows += [(store_id, fulfilment_id, writing.line_ids[line], count) for line, count in carried.items()]
    if emptied:
        fetch(
            "DELETE FROM orders_fulfilmentline WHERE store_id = %s AND fulfilment_id = ANY(%s) RETURNING 1",
            [store_id, emptied],
        )
    if rows:
        copy_rows("orders_fulfilmentline", ("store_id", "fulfilment_id", "line_id", "quantity"), rows)


def _write_refunds(writings: Sequence[Writing], store_id: int) -> None:
    fresh: list[tuple[object, ...]] = []
    changed: list[_Changed] = []
    for writing, key, refund in _refunds(writings):
        known = writing.known
        if known is None or key not in known.refund_ids:
            fresh.append((store_id, writing.id, *refund))
        elif known.state.refunds[key] != refund:
            changed.append((known.refund_ids[key], known.state.refunds[key], refund))
    if fresh:
        copy_rows("orders_refund", ("store_id", "order_id", *RefundState._fields), fresh)
    _update("orders_refund", _REFUND_TYPES, changed)


def _refunds(writings: Iterable[Writing]) -> Iterator[tuple[Writing, str, RefundState]]:
    return ((writing, key, refund) for writing in writings for key, refund in writing.after.refunds.items())


def _update(table: str, types: Mapping[str, str], changed: Sequence[_Changed]) -> None:
    """Set the columns that differ in any of the rows: news of parcels touches three of an order's thirty."""
    differing = sorted(
        {
            place
            for _, before, after in changed
            for place, (old, new) in enumerate(zip(before, after, strict=True))
            if old != new
        }
    )
    kinds = list(types.items())
    documents = {place for place in differing if kinds[place][1] == "jsonb"}
    update_rows(table, {"id": "bigint", **dict(kinds[place] for place in differing)}, [
        (row_id, *(_document(after[place]) if place in documents else after[place] for place in differing))
        for row_id, _, after in changed
    ])  # fmt: skip


def _encoded(values: Iterable[Any], positions: set[int]) -> list[object]:
    encoded = list(values)
    for position in positions:
        encoded[position] = _document(encoded[position])
    return encoded


def _document(value: object) -> str:
    return orjson.dumps(value).decode()
