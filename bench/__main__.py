"""Run benchmarks, each in a process and a scratch database of its own."""

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

from bench.harness import Options
from bench.scratch import scratch_database

# What a benchmark is, as opposed to what benchmarks share.
_BEGINS = "\ndef run(options: Options) -> bool:"


def main() -> int:
    """The exit code tells whether every goal was met; with --quick it only tells whether the benchmarks run."""
    names = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if _BEGINS in file.read_text("utf-8"))
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure a hot path against its limit.")
    parser.add_argument("name", nargs="?", choices=names, help="all of them, if none is named")
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that it runs, says nothing of speed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="how often the contenders take turns")
    given = parser.parse_args()
    if given.name is None:
        runs = [subprocess.run([sys.executable, "-m", "bench", name, *sys.argv[1:]], check=False) for name in names]
        return max(run.returncode for run in runs)
    with scratch_database():
        # Only now: the models cannot be imported before the scratch database is Django's.
        benchmark = importlib.import_module(f"bench.{given.name}")
        met = benchmark.run(Options(quick=given.quick, seed=given.seed, rounds=given.rounds))
    return 0 if met or given.quick else 1


if __name__ == "__main__":
    sys.exit(main())
