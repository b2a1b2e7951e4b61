"""Goal 3: webhooks of a shop, taken in durably: signature over the raw bytes, JSON, de-duplication, answered after commit.

The limit is a bare server that does only that, with grouped commits; the peer is a plain Django view that commits each.
All of them are processes of their own with one web worker; the client is this process. After each turn, rows in the
database must equal 2xx answers, and every message sent twice is one row.
"""

import hashlib
import hmac
import random
import statistics
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
from django.db import connection

from aftercare.commerce.platforms.actions import connect_shop
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.scope import store_scope
from bench import intake_peers, payloads
from bench.harness import Options, Spread, verdict
from bench.web_load import Load, drive, post
from tests.e2e.site import running_site, serving

GOAL_OF_CEILING = 0.70
GOAL_RATE = 5_000
GOAL_OF_PLAIN = 2.5
GOAL_P99 = 25.0
GOAL_P99_CALM = 10.0
_CONNECTIONS = 32
_CALM = 500
_SHOP = "bench.myshopify.com"


@dataclass(frozen=True)
class Server:
    """Whom to ask where, and the table in which what it took must stand."""

    port: int
    path: str
    table: str


def run(options: Options) -> bool:
    """Two sizes in turns, then a calm stream of 500 a second."""
    with connection.cursor() as cursor:
        cursor.execute(intake_peers.TABLE)
    sizes = (300, 600) if options.quick else (20_000, 60_000)
    with _servers() as servers:
        for server in servers.values():
            drive(server.port, _messages(server, 200, options.seed, "warm"), connections=_CONNECTIONS)
        met = [_run_size(servers, size, options) for size in sizes]
        met.append(_run_calm(servers["ours"], options))
        met.append(_run_twice(servers["ours"], options))
    return all(met)


def _run_size(servers: dict[str, Server], size: int, options: Options) -> bool:
    turns: dict[str, list[Load]] = {name: [] for name in servers}
    for turn in range(1 if options.quick else options.rounds):
        for name, server in servers.items():
            messages = _messages(server, size, options.seed, f"{size}-{turn}")
            before = _rows(server)
            load = drive(server.port, messages, connections=_CONNECTIONS)
            assert set(load.statuses) == {200}, load.statuses
            assert _rows(server) - before == size, f"{name}: rows are not answers"
            turns[name].append(load)
    print(f"\n{size:,} webhooks of {len(_body(1, random.Random(1))):,} bytes over {_CONNECTIONS} connections")
    for name, loads in turns.items():
        print(f"  {name:8}{sorted(loads, key=lambda one: one.per_second)[len(loads) // 2].line()}")
    of_ceiling, of_plain = _ratio(turns["ours"], turns["ceiling"]), _ratio(turns["ours"], turns["plain"])
    rate = statistics.median(load.per_second for load in turns["ours"])
    p99 = statistics.median(load.percentile(0.99) for load in turns["ours"])
    return all([
        verdict(f"at least {GOAL_OF_CEILING:.0%} of the ceiling: {of_ceiling}", met=of_ceiling.median >= GOAL_OF_CEILING),
        verdict(f"at least {GOAL_RATE:,}/s: {rate:,.0f}/s", met=rate >= GOAL_RATE),
        verdict(f"at least {GOAL_OF_PLAIN} times plain Django: {of_plain}", met=of_plain.median >= GOAL_OF_PLAIN),
        verdict(f"p99 at most {GOAL_P99:.0f} ms: {p99:.1f} ms", met=p99 <= GOAL_P99),
    ])  # fmt: skip


def _run_calm(server: Server, options: Options) -> bool:
    count = _CALM if options.quick else _CALM * 20
    load = drive(server.port, _messages(server, count, options.seed, "calm"), connections=_CONNECTIONS, pace=_CALM)
    print(f"\n{_CALM} webhooks a second\n  ours    {load.line()}")
    p99 = load.percentile(0.99)
    return verdict(f"p99 at most {GOAL_P99_CALM:.0f} ms at {_CALM}/s: {p99:.1f} ms", met=p99 <= GOAL_P99_CALM)


def _run_twice(server: Server, options: Options) -> bool:
    """Senders repeat themselves: all of it twice, at the same time."""
    count = 200 if options.quick else 5_000
    messages, before = _messages(server, count, options.seed, "twice"), _rows(server)
    twice = [message for message in messages for _ in range(2)]
    load = drive(server.port, twice, connections=_CONNECTIONS)
    rows = _rows(server) - before
    print(f"\n{count:,} webhooks sent twice: {rows:,} rows, {dict(load.statuses)}")
    return verdict("each is kept once", met=rows == count and set(load.statuses) == {200})


@contextmanager
def _servers() -> Iterator[dict[str, Server]]:
    store = open_store(slug="bench", name="Bench", now=clock.now())
    with store_scope(store.pk):
        told = {"shop": _SHOP, "secret": intake_peers.SECRET.decode(), "access_token": ""}
        connected = connect_shop(
            store_id=store.pk, platform="shopify", source="shop", settings=told, by="bench", now=clock.now()
        )
    with (
        running_site(loops="none") as site,
        serving("rsgi", "bench.intake_peers:ceiling") as ceiling,
        serving("wsgi", "bench.intake_peers:plain") as plain,
    ):
        yield {
            "ours": Server(_port(site.url), f"/hooks/shops/{connected.public_id}/", "platforms_delivery"),
            "ceiling": Server(ceiling, "/hook", "bench_intake"),
            "plain": Server(plain, "/hook", "bench_intake"),
        }


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


def _rows(server: Server) -> int:
    return int(fetch(f"SELECT count(*) FROM {server.table}")[0][0])


def _messages(server: Server, count: int, seed: int, run_id: str) -> list[bytes]:
    chance = random.Random(seed)
    return [_message(server, f"{server.port}-{run_id}-{number}", _body(number, chance)) for number in range(count)]


def _message(server: Server, message_id: str, body: bytes) -> bytes:
    headers = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": _SHOP,
        "X-Shopify-Webhook-Id": message_id,
        "X-Shopify-Hmac-Sha256": b64encode(hmac.digest(intake_peers.SECRET, body, hashlib.sha256)).decode(),
    }
    return post(server.path, body, headers)


def _body(number: int, chance: random.Random) -> bytes:
    """As large as an order of a shop is: 2.4 kB."""
    order = payloads.order(number, chance)
    body = orjson.dumps(order)
    return orjson.dumps({**order, "note": "x" * max(0, 2_390 - len(body))})


def _ratio(ours: Sequence[Load], theirs: Sequence[Load]) -> Spread:
    pairs = [mine.per_second / other.per_second for mine, other in zip(ours, theirs, strict=True)]
    return Spread(statistics.median(pairs), min(pairs), max(pairs))
