"""Orders read from their rows in sets: five queries, however many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from aftercare.commerce.orders.policy.states import FulfilmentState, Header, LineState, OrderState, RefundState
from aftercare.foundation.database.bulk import fetch, fetch_decoded

# Keys travel as JSON, which is written and read faster than arrays. The inner LIMIT keeps PostgreSQL at one index probe
# per key, however little it knows of a young table.
_KNOWN = """
    SELECT key, o.id, o.digest FROM json_array_elements_text(%s) AS key CROSS JOIN LATERAL (
        SELECT id, digest FROM orders_order WHERE store_id = %s AND source = %s AND external_id = key LIMIT 1
    ) AS o
"""


@dataclass(slots=True)
class KnownOrder:
    """An order as its rows say, with the ids of the rows by the ids of the shop."""

    id: int
    state: OrderState
    digest: bytes | None = None
    line_ids: dict[str, int] = field(default_factory=dict)
    fulfilment_ids: dict[str, int] = field(default_factory=dict)
    refund_ids: dict[str, int] = field(default_factory=dict)


def known_digests(external_ids: Sequence[str], *, store_id: int, source: str) -> dict[str, tuple[int, bytes | None]]:
    """Row id and digest of those orders that are known, by the shop's id."""
    rows = fetch(_KNOWN, [orjson.dumps(external_ids).decode(), store_id, source])
    return {key: (row_id, bytes(digest) if digest is not None else None) for key, row_id, digest in rows}


def load_orders(ids: Iterable[int], *, store_id: int) -> dict[int, KnownOrder]:
    """Orders with all their parts, by row id."""
    wanted = list(ids)
    if not wanted:
        return {}
    header = fetch_decoded(_select("orders_order", ("id", "customer_id", "digest"), Header._fields), [store_id, wanted])
    orders = {row[0]: _known(row) for row in header}
    _load_lines(orders, store_id)
    _load_fulfilments(orders, store_id)
    for row_id, order_id, *values in fetch_decoded(
        _select("orders_refund", ("id", "order_id"), RefundState._fields, by="order_id"), [store_id, wanted]
    ):
        refund = RefundState._make(values)
        orders[order_id].state.refunds[refund.external_id] = refund
        orders[order_id].refund_ids[refund.external_id] = row_id
    return orders


def _select(table: str, keys: Sequence[str], columns: Sequence[str], *, by: str = "id") -> str:
    # Table and columns are constants of this capability, never input.
    return f"SELECT {', '.join((*keys, *columns))} FROM {table} WHERE store_id = %s AND {by} = ANY(%s) ORDER BY id"  # noqa: S608


def _known(row: Sequence[Any]) -> KnownOrder:
    digest = bytes(row[2]) if row[2] is not None else None
    return KnownOrder(row[0], OrderState(Header._make(row[3:]), {}, customer_id=row[1]), digest)


def _load_lines(orders: dict[int, KnownOrder], store_id: int) -> None:
    query = _select("orders_line", ("id", "order_id"), LineState._fields, by="order_id")
    for row_id, order_id, *values in fetch_decoded(query, [store_id, list(orders)]):
        line = LineState._make(values)
        orders[order_id].state.lines[line.external_id] = line
        orders[order_id].line_ids[line.external_id] = row_id


def _load_fulfilments(orders: dict[int, KnownOrder], store_id: int) -> None:
    query = _select("orders_fulfilment", ("id", "order_id"), FulfilmentState._fields, by="order_id")
    keys: dict[int, str] = {}
    for row_id, order_id, *values in fetch_decoded(query, [store_id, list(orders)]):
        fulfilment = FulfilmentState._make(values)
        key = keys[row_id] = fulfilment.external_id
        orders[order_id].state.fulfilments[key] = fulfilment
        orders[order_id].state.carried[key] = {}
        orders[order_id].fulfilment_ids[key] = row_id
    if not keys:
        return
    carried = fetch(
        "SELECT c.fulfilment_id, l.order_id, l.external_id, c.quantity FROM orders_fulfilmentline c"
        " JOIN orders_line l ON l.id = c.line_id WHERE c.store_id = %s AND c.fulfilment_id = ANY(%s)",
        [store_id, list(keys)],
    )
    for fulfilment_id, order_id, line, quantity in carried:
        orders[order_id].state.carried[keys[fulfilment_id]][line] = quantity
