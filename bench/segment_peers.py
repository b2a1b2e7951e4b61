"""The same questions by hand: in SQL on the plain tables, in SQL on the narrow rows, and on the plain tables in DuckDB."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection

# Plain tables by the columns that are asked for; DuckDB gets them under the same names.
_TABLES = {
    "customers_customer": "id, country, traits, created_at",
    "customers_consent": "customer_id, purpose, channel, granted",
    "orders_order": "id, customer_id, placed_at, total, refunded, currency, cancelled_at",
    "orders_line": "order_id, product_id",
    "catalog_product": "id, category",
    "events_event": "customer_id, type, occurred_at",
}


class Duck:
    """A DuckDB in memory, filled with the plain tables."""

    def __init__(self) -> None:
        self._database = duckdb.connect()
        self._database.execute("SET threads = 2")
        with tempfile.TemporaryDirectory() as folder:
            for table, columns in _TABLES.items():
                file = Path(folder) / f"{table}.csv"
                with file.open("wb") as sink, connection.cursor() as cursor:
                    query = f"COPY (SELECT {columns} FROM {table}) TO STDOUT (FORMAT csv, HEADER)"
                    with cursor.copy(query) as copy:
                        for block in copy:
                            sink.write(block)
                self._database.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{file}')")

    def count(self, query: str) -> int:
        row: Any = self._database.execute(query).fetchone()
        return int(row[0])


def in_postgres(query: str) -> int:
    """The one number that a query answers."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def days_ago(now: datetime, days: int) -> str:
    """As a literal that both databases read."""
    return f"TIMESTAMPTZ '{(now - timedelta(days=days)).isoformat()}'"


def plain(now: datetime) -> dict[str, str]:
    """Each question on the plain tables, as one writes it for a report."""
    return {
        "loyal": f"""
            SELECT count(*) FROM customers_customer c
            JOIN customers_consent k ON k.customer_id = c.id AND k.purpose = 'marketing' AND k.channel = 'email' AND k.granted
            JOIN (SELECT customer_id FROM orders_order WHERE cancelled_at IS NULL AND placed_at > {days_ago(now, 365)}
                  GROUP BY customer_id HAVING count(*) >= 2) o ON o.customer_id = c.id
            WHERE c.country IN ('DE', 'AT')""",
        "lapsed": f"""
            SELECT count(*) FROM
                (SELECT customer_id FROM events_event WHERE type = 'order.placed' GROUP BY customer_id
                 HAVING max(occurred_at) <= {days_ago(now, 180)}) o
            LEFT JOIN (SELECT DISTINCT customer_id FROM events_event WHERE type = 'message.opened'
                       AND occurred_at > {days_ago(now, 90)}) m ON m.customer_id = o.customer_id
            WHERE m.customer_id IS NULL""",
        "nested": f"""
            SELECT count(*) FROM customers_customer c
            LEFT JOIN (SELECT customer_id FROM orders_order WHERE cancelled_at IS NULL AND currency = 'EUR'
                       GROUP BY customer_id HAVING sum(total - refunded) >= 20000) o ON o.customer_id = c.id
            LEFT JOIN (SELECT DISTINCT o.customer_id FROM orders_order o JOIN orders_line l ON l.order_id = o.id
                       JOIN catalog_product p ON p.id = l.product_id
                       WHERE o.cancelled_at IS NULL AND p.category = 'Kitchen' AND o.placed_at > {days_ago(now, 365)}) b
                   ON b.customer_id = c.id
            LEFT JOIN (SELECT customer_id FROM events_event WHERE type = 'message.clicked'
                       AND occurred_at > {days_ago(now, 90)} GROUP BY customer_id HAVING count(*) >= 2) m
                   ON m.customer_id = c.id
            WHERE (c.traits ->> 'tier' = 'gold' OR o.customer_id IS NOT NULL)
              AND (b.customer_id IS NOT NULL OR m.customer_id IS NOT NULL) AND c.country <> 'US'""",
        "never": """
            SELECT count(*) FROM customers_customer c
            JOIN customers_consent k ON k.customer_id = c.id AND k.purpose = 'marketing' AND k.channel = 'email' AND k.granted
            LEFT JOIN (SELECT DISTINCT customer_id FROM events_event WHERE type = 'order.placed') o ON o.customer_id = c.id
            WHERE o.customer_id IS NULL""",
    }


def narrow(now: datetime, store_id: int) -> dict[str, str]:
    """Each question on the rows that conditions read, as one writes it who knows them."""
    return {
        "loyal": f"""
            SELECT count(*) FROM customers_customer c
            JOIN customers_consent k ON k.customer_id = c.id AND k.purpose = 'marketing' AND k.channel = 'email' AND k.granted
            JOIN (SELECT customer_id FROM segments_purchase WHERE store_id = {store_id} AND placed_at > {days_ago(now, 365)}
                  GROUP BY customer_id HAVING count(*) >= 2) o ON o.customer_id = c.id
            WHERE c.country IN ('DE', 'AT')""",
        "lapsed": f"""
            SELECT count(*) FROM segments_activity o LEFT JOIN segments_activity m
                ON m.store_id = {store_id} AND m.type = 'message.opened' AND m.last_at > {days_ago(now, 90)}
                AND m.customer_id = o.customer_id
            WHERE o.store_id = {store_id} AND o.type = 'order.placed' AND o.last_at <= {days_ago(now, 180)}
              AND m.customer_id IS NULL""",
        "nested": f"""
            SELECT count(*) FROM customers_customer c
            LEFT JOIN (SELECT customer_id FROM segments_purchase WHERE store_id = {store_id} AND currency = 'EUR'
                       GROUP BY customer_id HAVING sum(amount) >= 20000) o ON o.customer_id = c.id
            LEFT JOIN (SELECT DISTINCT b.customer_id FROM segments_bought b JOIN catalog_product p ON p.id = b.product_id
                       WHERE p.category = 'Kitchen' AND b.placed_at > {days_ago(now, 365)}) b ON b.customer_id = c.id
            LEFT JOIN segments_activity m ON m.store_id = {store_id} AND m.type = 'message.clicked'
                   AND m.recent[2] > {days_ago(now, 90)} AND m.customer_id = c.id
            WHERE (c.traits ->> 'tier' = 'gold' OR o.customer_id IS NOT NULL)
              AND (b.customer_id IS NOT NULL OR m.customer_id IS NOT NULL) AND c.country <> 'US'""",
        "never": f"""
            SELECT count(*) FROM customers_customer c
            JOIN customers_consent k ON k.customer_id = c.id AND k.purpose = 'marketing' AND k.channel = 'email' AND k.granted
            LEFT JOIN segments_activity o ON o.store_id = {store_id} AND o.type = 'order.placed' AND o.customer_id = c.id
            WHERE o.customer_id IS NULL""",
    }
