"""From an NDJSON file of orders to rows: reading, checking, recording, and the run's own bookkeeping.

Two limits: PostgreSQL alone (COPY of the very same rows, as in `bench.orders`), and reading alone (parsing each line as
JSON and doing nothing with it).
"""

import os
import tempfile
from pathlib import Path

import orjson
from django.db import connection

from aftercare.commerce.platforms.actions import Feed, import_file
from aftercare.foundation.kit import clock
from bench.harness import Contender, Options, median_rate, middle, peak_memory, ratio, take_turns, verdict
from bench.orders import Intake

GOAL_PER_SECOND = 5000


class FileImport:
    """The contenders over one file."""

    def __init__(self, *, folder: Path, size: int, seed: int) -> None:
        self.intake = Intake(size=size, seed=seed)
        self.path = folder / f"orders-{size}.ndjson"
        self.path.write_bytes(b"\n".join(self.intake.payloads))
        self.intake.payloads = []

    def empty(self) -> None:
        self.intake.empty()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE platforms_importrun")

    def ours(self) -> int:
        """What `aftercare import orders` does."""
        feed = Feed(kind="orders", path=str(self.path), source="bench", by="bench")
        report = import_file(store_id=self.intake.store.pk, feed=feed, clock=clock.now)
        assert report.created == self.intake.size, report
        return self.intake.size

    def parsing(self) -> int:
        """Every line as JSON, and nothing else."""
        with self.path.open("rb") as file:
            return sum(1 for line in file if orjson.loads(line))


def run(options: Options) -> bool:
    """Both sizes; the goal counts at each."""
    sizes = (1000, 2000) if options.quick else (20_000, 100_000)
    with tempfile.TemporaryDirectory(prefix="aftercare-bench-") as folder:
        os.chdir(folder)
        met = [_run_size(Path(folder), size, options) for size in sizes]
    return all(met)


def _run_size(folder: Path, size: int, options: Options) -> bool:
    contest = FileImport(folder=folder, size=size, seed=options.seed)
    turns = take_turns(
        {
            "file": Contender(contest.ours, contest.empty),
            "copy": Contender(contest.intake.limit, contest.intake.render),
            "json": Contender(contest.parsing),
        },
        rounds=1 if options.quick else options.rounds,
    )
    print(f"\n{size:,} orders, {contest.path.stat().st_size / 1e6:.0f} MB of NDJSON; peak memory {peak_memory()}")
    for name, measured in turns.items():
        print(f"  {name:6}{middle(measured).line('orders')}")
    print(f"  ratio to COPY alone {ratio(turns['file'], turns['copy'])}")
    print(f"  ratio to JSON alone {ratio(turns['file'], turns['json'])}")
    rate = median_rate(turns["file"])
    return verdict(
        f"at least {GOAL_PER_SECOND:,} orders/s from file to rows: {rate:,.0f}/s", met=rate >= GOAL_PER_SECOND
    )
