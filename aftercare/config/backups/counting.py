"""How many there are of what counts: by these a restored installation is held against the one it was."""

import psycopg

_COUNTED = {
    "stores": "stores_store", "customers": "customers_customer", "products": "catalog_product",
    "orders": "orders_order", "shipments": "shipments_shipment", "messages": "messaging_message",
    "events": "events_event",
}  # fmt: skip


def count_everything(connection: "psycopg.Connection[tuple[int]]") -> dict[str, int]:
    """Rows by what they are; as of the connection's snapshot."""
    counts = {}
    for name, table in _COUNTED.items():
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 -- constants of this module
        assert row is not None
        counts[name] = row[0]
    return counts
