"""What shops and aggregators really send, through the whole intake: one line per payload, and what mutations of them do.

    python -m bench.shop_webhooks --data DIR [--mutations 1000]

DIR holds folders of JSON payloads (`shopify_…`, `woocommerce_…`, `easypost_…`, `aftership_…`). They are signed here as the
sender would, called over HTTP, and worked off. No answer may be a server error, nothing may be parked as an error of
ours, and no order may be left half-written. Nothing of DIR is kept.
"""

import importlib
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.mail_events import mutated
from bench.recordings import Recordings
from bench.scratch import scratch_database

_SERVERS_FAULT = 500
_SHOWN = 100
# By the beginning of a file's name, what its payload is told as; else it is told as an update of what it is.
_SHOPIFY = {
    "orders_edited": ("orders/edited",),
    "order_transactions": ("order_transactions/create",),
    "orders": ("orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/fulfilled"),
    "order": ("orders/updated",),
    "refunds_create": ("refunds/create",),
    "refund": ("refunds/create",),
    "fulfillment_events": ("fulfillment_events/create",),
    "fulfillment_event": ("fulfillment_events/create",),
    "fulfillments": ("fulfillments/create", "fulfillments/update"),
    "fulfillment": ("fulfillments/update",),
    "customers": ("customers/create", "customers/update"),
    "customer": ("customers/update",),
    "products": ("products/create", "products/update"),
    "product": ("products/update",),
}
_WOO = {
    "orders": "order", "order": "order", "customers": "customer", "products": "product", "product": "product",
    "coupons": "coupon", "refunds": "order", "webhooks": "webhook",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A payload as it is told: by whom, about what."""

    sender: str
    topic: str
    file: str
    payload: Any


def main() -> int:
    """The exit code tells whether anything failed that must not."""
    given = Recordings(
        "shop_webhooks",
        reads="Read what shops and aggregators send.",
        holds="shopify_webhook_*, woocommerce_* and the like",
    )
    os.environ.setdefault("AFTERCARE_LOG_LEVEL", "CRITICAL")
    with scratch_database():
        return _run(given)


def _run(given: Recordings) -> int:
    # Only now: the models cannot be imported before the scratch database is Django's.
    intake = importlib.import_module("bench.shop_intake").Intake()
    pieces = list(_pieces(given.data))
    ends: Counter[tuple[str, str]] = Counter()
    for piece in pieces:
        status, end, said = intake.tell(piece.sender, piece.topic, orjson.dumps(piece.payload))
        end = "error" if status >= _SERVERS_FAULT else end
        ends[piece.sender, end] += 1
        print(f"{piece.sender:12} {piece.topic:28} {piece.file[:60]:60} {end:9} {said[:_SHOWN]}")
    print(f"\n{len(pieces)} payloads")
    for (sender, end), count in sorted(ends.items()):
        print(f"  {sender:12} {end:9} {count}")
    broken = sum(count for (_, end), count in ends.items() if end == "error")
    if given.mutations:
        broken += _mutate(pieces, intake, given.mutations, given.seed)
    return given.exit_code(read=len(pieces), failed=broken + intake.half_written())


def _mutate(pieces: list[Piece], intake: Any, mutations: int, seed: int) -> int:
    """Spoil what something is made of, at random places; answers how often that broke something."""
    chance, ends = random.Random(seed), Counter[str]()
    kinds = {
        (piece.sender, piece.topic): piece for piece in pieces if intake.makes_something(piece.sender, piece.topic)
    }
    for (sender, topic), piece in kinds.items():
        for _ in range(mutations):
            body = orjson.dumps(mutated(piece.payload, chance), option=orjson.OPT_NON_STR_KEYS)
            if chance.random() < 0.05:
                body = body[: chance.randrange(len(body) + 1)]
            status, end, said = intake.tell(sender, topic, body)
            end = "error" if status >= _SERVERS_FAULT else end
            ends[end] += 1
            if end == "error":
                print(f"BROKEN {sender} {topic}: {said}\n  {body[:400]!r}")
    print(f"\n{sum(ends.values()):,} mutations of {len(kinds)} kinds: {dict(ends)}; {intake.counts()}")
    return ends["error"]


def _pieces(data: Path) -> Iterator[Piece]:
    for folder in sorted(data.iterdir()):
        sender = folder.name.partition("_")[0]
        find = _SENDERS.get(sender)
        for file in sorted(folder.glob("*.json")) if find else ():
            for topic, payload in find(file.stem, orjson.loads(file.read_bytes())):  # type: ignore[misc]
                yield Piece(sender, topic, file.stem, payload)


def _of_shopify(stem: str, payload: Any) -> Iterator[tuple[str, Any]]:
    """Webhooks bring a thing bare; answers of the REST API name it, and bring many in a list."""
    if isinstance(payload, dict) and len(payload) == 1 and stem != "orders_edited":
        ((name, inner),) = payload.items()
        things = inner if isinstance(inner, list) else [inner]
        topics = _SHOPIFY.get(name, _SHOPIFY.get(stem, (f"{stem}/update",)))
    else:
        things, topics = [payload], _SHOPIFY.get(stem, (f"{stem}/update",))
    yield from ((topic, thing) for thing in things for topic in topics)


def _of_woocommerce(stem: str, payload: Any) -> Iterator[tuple[str, Any]]:
    resource = stem.partition("__")[0]
    topic = f"{_WOO.get(resource, resource)}.updated"
    for thing in payload if isinstance(payload, list) else [payload]:
        yield topic, thing


def _of_easypost(_stem: str, recorded: Any) -> Iterator[tuple[str, Any]]:
    """As an event about it, which is how EasyPost would tell it; an answer as it is, too."""
    body = recorded["body"]
    yield "as it is", body
    for tracker in _objects(body, "tracking_code"):
        if "tracking_details" in tracker:
            event = {"object": "Event", "description": "tracker.updated", "result": tracker}
            yield "tracker.updated", event


def _of_aftership(_stem: str, recorded: Any) -> Iterator[tuple[str, Any]]:
    yield "as it is", recorded
    for tracking in _objects(recorded, "tracking_number"):
        if "checkpoints" in tracking:
            yield "tracking_update", {"event": "tracking_update", "event_id": "1", "msg": tracking}


def _objects(value: Any, key: str) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get(key):
            yield value
        for inner in value.values():
            yield from _objects(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner, key)


_SENDERS = {
    "shopify": _of_shopify, "woocommerce": _of_woocommerce, "easypost": _of_easypost, "aftership": _of_aftership,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
