"""A changed return policy on real orders: how long a replay of all that Olist delivered takes. Goal: under 30 seconds.

    python -m bench.policy_replay --data DIR [--starter restocking_fee]

DIR holds the published files, gzipped, as docs/examples/olist.toml reads them. They are imported as the docs say, and the
starter is held against thirty days for everybody.
"""

import argparse
import importlib
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.scratch import scratch_database

_MAP = Path(__file__).parent.parent / "docs" / "examples" / "olist.toml"
_FILES = (("products", "products"), ("orders", "orders"), ("shipments", "orders"))
_SINCE, _UNTIL = datetime(2016, 1, 1, tzinfo=UTC), datetime(2019, 1, 1, tzinfo=UTC)
_MOST_SECONDS = 30


def main() -> int:
    """The exit code tells whether the goal was met."""
    parser = argparse.ArgumentParser(description="Replay a changed return policy on the orders of Olist.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the Olist files")
    parser.add_argument("--starter", default="restocking_fee")
    given = parser.parse_args()
    os.environ["AFTERCARE_DEMO"] = "no"
    with scratch_database():
        store = _store()
        _import(store, given.data)
        return 0 if _measure(store, given.starter) < _MOST_SECONDS else 1


def _store() -> Any:
    stores: Any = importlib.import_module("aftercare.foundation.stores.models")
    return stores.Store.objects.create(
        slug="olist", name="Olist", country="BR", currency="BRL", time_zone="America/Sao_Paulo", created_at=_SINCE
    )


def _import(store: Any, data: Path) -> None:
    platforms: Any = importlib.import_module("aftercare.commerce.platforms.actions")
    clock: Any = importlib.import_module("aftercare.foundation.kit.clock")
    for kind, name in _FILES:
        feed = platforms.Feed(
            kind=kind, path=str(data / f"{name}.csv.gz"), source="olist", by="bench", mapping=_MAP,
            rejects=Path(os.environ["AFTERCARE_HOME"]) / f"{kind}.rejects.csv",
        )  # fmt: skip
        report = platforms.import_file(store_id=store.pk, feed=feed, clock=clock.now)
        print(f"{kind}: {report.created:,} in")


def _measure(store: Any, key: str) -> float:
    replaying: Any = importlib.import_module("aftercare.care.return_policies.replaying")
    starters: Any = importlib.import_module("aftercare.care.return_policies.starters")
    compiling: Any = importlib.import_module("aftercare.care.return_policies.policy.compiling")
    scope: Any = importlib.import_module("aftercare.foundation.stores.scope")
    policy, against = (compiling.compile_policy(starters.starter(name).policy) for name in (key, "days_30"))
    trial = replaying.Trial(policy, against, _SINCE, _UNTIL, ZoneInfo(store.time_zone))
    began = time.perf_counter()
    with scope.store_scope(store.pk):
        found = replaying.replay(trial=trial, now=_UNTIL)
    took = time.perf_counter() - began
    for currency, tally in found.all.items():
        print(
            f"{tally.lines:,} lines ({currency}) in {took:.1f} s, {tally.lines / took:,.0f} a second;"
            f" {tally.denied:,} denied, {tally.gained:,} gained, refunds {tally.before.refunds / 100:,.0f}"
            f" before and {tally.after.refunds / 100:,.0f} after"
        )
    print(f"goal: under {_MOST_SECONDS} s: {'met' if took < _MOST_SECONDS else 'missed'}")
    return took


if __name__ == "__main__":
    sys.exit(main())
