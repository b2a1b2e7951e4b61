"""Run one benchmark in a scratch database of its own."""

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

from bench.harness import Options
from bench.scratch import scratch_database

_MACHINERY = {"__main__", "harness", "payloads", "scratch"}


def main() -> int:
    """The exit code tells whether every goal was met; with --quick it only tells whether the benchmark runs."""
    names = sorted({module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])} - _MACHINERY)
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure a hot path against its limit.")
    parser.add_argument("name", choices=names)
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that it runs, says nothing of speed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="how often the contenders take turns")
    given = parser.parse_args()
    with scratch_database():
        # Only now: the models cannot be imported before the scratch database is Django's.
        benchmark = importlib.import_module(f"bench.{given.name}")
        met = benchmark.run(Options(quick=given.quick, seed=given.seed, rounds=given.rounds))
    return 0 if met or given.quick else 1


if __name__ == "__main__":
    sys.exit(main())
