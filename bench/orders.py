"""Goal 4: from a raw payload to the normalised order, its lines, its customer and its timeline event.

The limit is PostgreSQL alone, given the very same rows, rendered beforehand, into tables of the same shape with the same
indexes, in transactions of the same size: by INSERT of a thousand rows a statement, which the goal is set against, and by
COPY, which is the most there is. Ours starts from the JSON, so parsing and validation count.
"""

import random
from collections.abc import Iterator, Sequence

import orjson
from django.db import connection, transaction
from psycopg import ClientCursor, sql

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.garbage import seldom_collected
from aftercare.foundation.stores.actions import open_store
from bench.harness import Contender, Options, median_rate, middle, peak_memory, ratio, take_turns, verdict
from bench.payloads import order

CHUNK = 1000
GOAL_PER_SECOND = 1600
GOAL_RATIO = 0.40
INSERTED = 20_000  # orders by INSERT at most: more of its statements would not fit in memory
TABLES = ("customers_customer", "customers_identity", "orders_order", "orders_line", "events_event")


class Intake:
    """The contenders over one store: ours, and COPY of the rows ours has just made."""

    def __init__(self, *, size: int, seed: int) -> None:
        self.size = size
        self.now = clock.now()
        self.store = open_store(slug=f"bench-{size}", name="Bench", now=self.now)
        chance = random.Random(seed)
        self.payloads = [orjson.dumps(order(number, chance)) for number in range(size)]
        self.rendered: list[dict[str, bytes]] = []
        self.statements: list[list[str]] = []

    def empty(self) -> None:
        """Let ours start where the limit does."""
        _execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, TABLES))))

    def ours(self) -> int:
        """Parse, validate and record, chunk by chunk, under the same garbage collection as an import."""
        with seldom_collected():
            for start in range(0, self.size, CHUNK):
                chunk = self.payloads[start : start + CHUNK]
                orders = [OrderIn.model_validate(orjson.loads(raw)) for raw in chunk]
                recorded = record_orders(store_id=self.store.pk, source="bench", orders=orders, now=self.now)
                assert recorded.created == len(chunk), recorded.refused
        return self.size

    def render(self) -> None:
        """Take our rows as COPY has them, cut into as many transactions, and make empty tables of the same shape."""
        chunks = max(1, self.size // CHUNK)
        self.rendered = [{} for _ in range(chunks)]
        for table in TABLES:
            _execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(f"limit_{table}")))
            shape = sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)")
            _execute(shape.format(sql.Identifier(f"limit_{table}"), sql.Identifier(table)))
            rows = list(_rows(table))
            for place, rendered in enumerate(self.rendered):
                rendered[table] = b"".join(rows[len(rows) * place // chunks : len(rows) * (place + 1) // chunks])

    def render_statements(self) -> None:
        """The same as INSERT has them, for as many orders as fit in memory."""
        self.render()
        chunks = max(1, min(self.size, INSERTED) // CHUNK)
        self.statements = [[] for _ in range(chunks)]
        for table in TABLES:
            rows = fetch(
                f"SELECT * FROM {table} ORDER BY id LIMIT {_rows_of(table) * min(self.size, INSERTED) // self.size}"
            )
            for place, statements in enumerate(self.statements):
                part = rows[len(rows) * place // chunks : len(rows) * (place + 1) // chunks]
                statements += [_insert(table, part[start : start + CHUNK]) for start in range(0, len(part), CHUNK)]

    def insert(self) -> int:
        """INSERT those rows, passing over what is there, and nothing else."""
        for statements in self.statements:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        return min(self.size, INSERTED)

    def limit(self) -> int:
        """COPY those rows, and nothing else."""
        for rendered in self.rendered:
            with transaction.atomic(), connection.cursor() as cursor:
                for table, rows in rendered.items():
                    with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(f"limit_{table}"))) as copy:
                        copy.write(rows)
        return self.size


def run(options: Options) -> bool:
    """Both sizes; the goal counts at the larger one too."""
    sizes = (1000, 2000) if options.quick else (20_000, 100_000)
    met = [_run_size(size, options) for size in sizes]
    return all(met)


def _run_size(size: int, options: Options) -> bool:
    intake = Intake(size=size, seed=options.seed)
    turns = take_turns(
        {
            "ours": Contender(intake.ours, intake.empty),
            "INSERT": Contender(intake.insert, intake.render_statements),
            "COPY": Contender(intake.limit, intake.render),
        },
        rounds=1 if options.quick else options.rounds,
    )
    print(f"\n{size:,} orders in chunks of {CHUNK:,}; peak memory {peak_memory()}, the benchmark's own data included")
    for name, measured in turns.items():
        print(f"  {name:6}{middle(measured).line('orders')}")
    share = ratio(turns["ours"], turns["INSERT"])
    rate = median_rate(turns["ours"])
    print(f"  ratio to INSERT {share}")
    print(f"  ratio to COPY {ratio(turns['ours'], turns['COPY'])}")
    return verdict(
        f"at least {GOAL_PER_SECOND:,} orders/s and {GOAL_RATIO:.0%} of INSERT: {rate:,.0f}/s, {share.median:.0%}",
        met=rate >= GOAL_PER_SECOND and share.median >= GOAL_RATIO,
    )


def _execute(statement: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _insert(table: str, rows: Sequence[Sequence[object]]) -> str:
    """The finished text of a statement."""
    values = f"({', '.join(['%s'] * len(rows[0]))})"
    statement = f"INSERT INTO limit_{table} VALUES {', '.join([values] * len(rows))} ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor, ClientCursor(cursor.connection) as client:
        return client.mogrify(statement, [value for row in rows for value in row])


def _rows_of(table: str) -> int:
    return int(fetch(f"SELECT count(*) FROM {table}")[0][0])


def _rows(table: str) -> Iterator[bytes]:
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY (SELECT * FROM {} ORDER BY id) TO STDOUT").format(sql.Identifier(table))) as copy,
    ):
        yield from map(bytes, copy)
