"""What every benchmark shares: taking turns, counting time, CPU and memory, and saying plainly if a goal is met."""

import gc
import os
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: `quick` for a smoke test, else at full size."""

    quick: bool
    seed: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One turn of a contender: `count` operations, and what they took."""

    count: int
    seconds: float
    python_cpu: float
    backend_cpu: float

    @property
    def per_second(self) -> float:
        return self.count / self.seconds

    def line(self, unit: str) -> str:
        """For people: rate, and CPU of this process and of its database backend per operation."""
        python, backend = (cpu / self.count * 1e6 for cpu in (self.python_cpu, self.backend_cpu))
        return f"{self.per_second:>10,.0f} {unit}/s   CPU µs each: python {python:.0f}, PostgreSQL {backend:.0f}"


def measure(work: Callable[[], int]) -> Measured:
    """Do it once; `work` answers how many operations it was."""
    gc.collect()
    backend, python, started = _backend_cpu(), time.process_time(), time.perf_counter()
    count = work()
    seconds = time.perf_counter() - started
    return Measured(count, seconds, time.process_time() - python, _backend_cpu() - backend)


@dataclass(frozen=True, slots=True)
class Contender:
    """`prepare` is not measured; `work` is, and answers how many operations it was."""

    work: Callable[[], int]
    prepare: Callable[[], None] = lambda: None


def take_turns(contenders: Mapping[str, Contender], *, rounds: int) -> dict[str, list[Measured]]:
    """A B A B A B: so that whatever else the machine does meets all alike."""
    turns: dict[str, list[Measured]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            contender.prepare()
            turns[name].append(measure(contender.work))
    return turns


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, minimum and maximum."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} (min {self.low:.2f}, max {self.high:.2f})"


def ratio(contender: Sequence[Measured], limit: Sequence[Measured]) -> Spread:
    """How fast the contender is beside the limit, turn by turn."""
    pairs = [mine.per_second / theirs.per_second for mine, theirs in zip(contender, limit, strict=True)]
    return Spread(statistics.median(pairs), min(pairs), max(pairs))


def median_rate(turns: Sequence[Measured]) -> float:
    """Operations per second of the middle turn."""
    return statistics.median(turn.per_second for turn in turns)


def middle(turns: Sequence[Measured]) -> Measured:
    """The turn of median speed."""
    return sorted(turns, key=lambda turn: turn.per_second)[len(turns) // 2]


def verdict(goal: str, *, met: bool) -> bool:
    """Print whether a goal is met; answers it."""
    print(f"{'MET   ' if met else 'MISSED'} {goal}")
    return met


def peak_memory() -> str:
    """Of this process, since it started."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def _backend_cpu() -> float:
    """CPU seconds of this connection's backend; 0 where its process cannot be seen (another host)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        row = cursor.fetchone()
    stat = Path(f"/proc/{row[0] if row else 0}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
