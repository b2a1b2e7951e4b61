"""Loops: batches of work, woken by PostgreSQL's NOTIFY or by the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aftercare.foundation.database.bulk import notify
from aftercare.foundation.events.actions import WAKE_CHANNEL, WAKE_SUBSCRIBERS
from aftercare.foundation.events.runner import run_batch
from aftercare.foundation.events.subscriptions import Subscriber, subscribers


@dataclass(frozen=True)
class Loop:
    """`work(now)` does one batch and answers how much it did; 0 lets the loop sleep until `wake` or for `idle` seconds.

    One that several things wake names them all.
    """

    name: str
    work: Callable[[datetime], int]
    wake: str | frozenset[str]
    idle: float = 1.0


# Every event rings. Looking without being rung for is for what came before somebody listened.
_WITHOUT_NEWS = 8.0
_registered: dict[str, Loop] = {}


def register_loop(loop: Loop) -> None:
    """Make a loop part of every worker."""
    assert loop.name not in _registered, f"two loops are called '{loop.name}'"
    _registered[loop.name] = loop


def all_loops(*, shards: int = 1) -> list[Loop]:
    """Every loop there is: one for each subscriber (and shard), and those that capabilities registered."""
    reading = [_reading(reader, shard, shards) for reader in subscribers() for shard in range(shards)]
    return reading + list(_registered.values())


def wake(name: str) -> None:
    """Let the loops that wait for `name` look for work as soon as this transaction commits."""
    notify(WAKE_CHANNEL, name)


def _reading(reader: Subscriber, shard: int, shards: int) -> Loop:
    def work(now: datetime) -> int:
        return run_batch(reader=reader, now=now, shard=shard, shards=shards)

    name = reader.name if shards == 1 else f"{reader.name}/{shard}"
    return Loop(name=name, work=work, wake=reader.types or WAKE_SUBSCRIBERS, idle=_WITHOUT_NEWS)
