"""Which rows an order's page is drawn from: whoever shows something on it says so, and a drawn page is kept while they last."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from aftercare.foundation.database.bulk import fetch_prepared
from aftercare.foundation.database.versions import reading_only, tables_in, version_of

_rows = [
    "stores_store AS r WHERE r.id = o.store_id",
    "orders_order AS r WHERE r.id = o.id",
    "customers_customer AS r WHERE r.id = o.customer_id",
    "orders_line AS r WHERE r.order_id = o.id",
    "orders_fulfilment AS r WHERE r.order_id = o.id",
    "orders_fulfilmentline AS r JOIN orders_fulfilment AS f ON f.id = r.fulfilment_id WHERE f.order_id = o.id",
    "orders_refund AS r WHERE r.order_id = o.id",
]


def page_drawn_from(*rows: str) -> None:
    """Declare rows that a panel or teller reads: SQL that follows FROM, over the alias `r`, with `o` as the order."""
    _rows.extend(rows)
    _statement.cache_clear()


def page_versions(*, store_id: int, public_id: str) -> tuple[Any, ...]:
    """Differs as soon as any row differs that the page of this order is drawn from; empty where there is no such order."""
    return next(iter(fetch_prepared(_statement(), [public_id, store_id])), ())


@contextmanager
def watching() -> Iterator[set[str]]:
    """Within, a page is drawn: gathers what it reads besides the rows that were declared."""
    with reading_only(tables_in(_statement())) as strangers:
        yield strangers


@cache
def _statement() -> str:
    versions = ", ".join(map(version_of, _rows))
    return f"SELECT {versions} FROM orders_order AS o WHERE o.public_id = %s AND o.store_id = %s"  # noqa: S608 -- SQL of ours only
