"""Messages on mixed channels, from the event that triggers them to local sinks that speak the providers' protocols.

Mail, text messages, notifications, the inbox and webhooks, an order's event for one of each, by a journey of five steps and
`aftercare worker`. Then once more with a gateway for texts that throttles (429 with Retry-After) and fails (5xx, resets)
part of the time: every message must have been taken exactly once, and the other channels must not be held up by it. What
failed is tried again after half a minute, two, ten, sixty: in that turn the worker's clock runs ten times as fast, and
seconds are told as they pass outside.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from aftercare.commerce.customers.models import Consent, Customer
from aftercare.commerce.orders.events import OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.config.prepare import equip_store
from aftercare.engagement.journeys.actions.publish import publish_version
from aftercare.engagement.journeys.models import Journey
from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.jws import base64url
from aftercare.engagement.messaging.models import Device
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.scope import store_scope
from bench.harness import Options, verdict
from bench.provider_sinks import BROKEN, RESET, RETRY_AFTER, THROTTLED, ProviderSinks
from bench.sink import Sink

CHANNELS = ("email", "sms", "push", "inbox", "webhook")
FAULTY = "sms"
_LONGEST = 1800.0
_HURRY = 10.0
_CHUNK = 2000
_READS = "SELECT 1 FROM events_cursor WHERE subscriber = 'journeys.enter_and_nudge'"
_DONE = """
    SELECT channel, count(*), extract(epoch FROM max(sent_at) - %s) FROM messaging_message
    WHERE store_id = %s AND state = 'sent' GROUP BY 1
"""


@dataclass(frozen=True)
class Turn:
    """For each channel how many were sent and the seconds to the last; and what the sinks took."""

    seconds: dict[str, float]
    sent: dict[str, int]
    taken: dict[str, dict[str, int]]
    mails: int

    @property
    def whole(self) -> float:
        return max(self.seconds.values(), default=0.0)


def run(options: Options) -> bool:
    """Two sizes, each with providers that are well, and with one that is not."""
    sizes = (10,) if options.quick else (5_000, 20_000)
    return all([_run_size(size) for size in sizes])  # noqa: C419 -- both are wanted


def _run_size(size: int) -> bool:
    well, ill = _turn(size, faulty=""), _turn(size, faulty=FAULTY)
    print(f"\n{size * len(CHANNELS):,} messages of {size:,} events, {len(CHANNELS)} channels; one worker")
    print(
        f"  {FAULTY} then throttles {THROTTLED:.0%} (Retry-After {RETRY_AFTER}), breaks {BROKEN:.0%}, resets {RESET:.0%}"
    )
    print(f"  {'':10}{'messages':>10}{'seconds':>10}{'per second':>12}   with a troubled gateway: seconds")
    for channel in CHANNELS:
        took, then = well.seconds.get(channel, 0.001), ill.seconds.get(channel, 0.001)
        sent = well.sent.get(channel, 0)
        print(f"  {channel:10}{sent:>10,}{took:>10.1f}{sent / took:>12,.0f}{then:>10.1f} ({then / took:.2f} times)")
    total = sum(well.sent.values())
    print(f"  {'all':10}{total:>10,}{well.whole:>10.1f}{total / well.whole:>12,.0f}{ill.whole:>10.1f}")
    print(f"  troubled gateway: {ill.taken[FAULTY]}")
    others = [ill.seconds[name] / well.seconds[name] for name in CHANNELS if name != FAULTY]
    return all([
        verdict("every message was taken exactly once", met=_once(well, size) and _once(ill, size)),
        verdict(f"the other channels were not held up: {max(others):.2f} times", met=max(others) <= 1.3),
    ])  # fmt: skip


def _once(turn: Turn, size: int) -> bool:
    by_sinks = all(one["taken"] == one["once"] == size for one in turn.taken.values())
    return by_sinks and turn.mails == size and all(turn.sent.get(name) == size for name in CHANNELS)


def _turn(size: int, *, faulty: str) -> Turn:
    store_id, speed = _shop(f"mixed-{size}-{faulty or 'well'}", size), _HURRY if faulty else 1.0
    with Sink() as sink, ProviderSinks(faulty=faulty) as sinks, _worker(sink, sinks, speed=speed) as starts:
        while not fetch(_READS):
            time.sleep(0.2)  # what was before its first look is not its business
        began = starts + (clock.now() - starts) * speed
        _trigger(store_id, now=began)
        expected, until = size * len(CHANNELS), time.monotonic() + _LONGEST
        while (done := fetch(_DONE, [began, store_id])) is not None and sum(row[1] for row in done) < expected:
            if time.monotonic() > until:
                print(f"  given up after {_LONGEST:.0f} s: {done}")
                break
            time.sleep(0.25)
        time.sleep(0.5)  # the sinks tell a moment later
        taken = {name: dict(sinks.taken.get(name, {})) for name in ("sms", "push", "webhook")}
        return Turn(
            {row[0]: float(row[2]) / speed for row in done}, {row[0]: row[1] for row in done}, taken, sink.count()
        )


@contextmanager
def _worker(sink: Sink, sinks: ProviderSinks, *, speed: float) -> Iterator[datetime]:
    """Runs; answers from when on its clock runs at that speed."""
    starts = clock.now()
    environment = {
        **os.environ, "AFTERCARE_SMTP_HOST": "127.0.0.1", "AFTERCARE_SMTP_PORT": str(sink.port),
        "AFTERCARE_SMTP_SECURITY": "none", "AFTERCARE_DEMO": "no", "AFTERCARE_MAIL_GATEWAY": sinks.url,
        "AFTERCARE_PRIVATE_HOSTS": "127.0.0.1", "AFTERCARE_CLOCK": clock.setting_for(speed=speed, shown=starts),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "aftercare.config.cli", "worker", "--no-tasks"], env=environment)
    try:
        yield starts
    finally:
        process.terminate()
        process.wait(30)


def _shop(slug: str, size: int) -> int:
    """A store with a journey of five steps, and customers who are reached by all."""
    now = clock.now()
    store = open_store(slug=slug, name="Mixed", now=now, sender_email="hello@shop.example")
    equip_store(store)
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )  # fmt: skip
    with store_scope(store.pk):
        Journey.objects.update(state=Journey.State.PAUSED)
        for channel, provider, settings in (
            ("sms", "http", {"address": "https://sms.example/send", "sender": "Shop"}),
            ("push", "webpush", {}), ("webhook", "endpoint", {"address": "https://hooks.example/messages"}),
        ):  # fmt: skip
            connect_provider(
                store_id=store.pk, channel=channel, provider=provider, settings=settings, by="bench", now=now
            )
        steps = [
            {"id": channel, "kind": "send", "config": {"message": "order_confirmed", "channel": channel}}
            for channel in CHANNELS
        ]
        publish_version(
            store=store, key="mixed", name="Mixed", description="", by="bench", now=now,
            definition={"trigger": "order.placed", "entry": {"once_per": "order"}, "steps": steps},
        )  # fmt: skip
        for place in range(0, size, _CHUNK):
            _people(store.pk, range(place, min(size, place + _CHUNK)), base64url(point))
    return int(store.pk)


def _people(store_id: int, numbers: range, point: str) -> None:
    now, common = clock.now(), {"store_id": store_id}
    customers = Customer.objects.bulk_create(
        Customer(
            **common, name="Sam Okafor", email=f"sam{number}@example.com", phone=f"+4915{number:09d}", country="DE",
            created_at=now,
        )
        for number in numbers
    )  # fmt: skip
    Consent.objects.bulk_create(
        Consent(**common, customer=one, purpose=Consent.Purpose.ORDERS, channel=channel, granted=True, source="bench",
                changed_at=now)
        for one in customers for channel in CHANNELS
    )  # fmt: skip
    Device.objects.bulk_create(
        Device(**common, customer=one, digest=one.pk.to_bytes(16), endpoint=f"https://push.example/{one.pk}", key=point,
               secret=base64url(bytes(16)), added_at=now)
        for one in customers
    )  # fmt: skip
    Order.objects.bulk_create(
        Order(**common, source="bench", external_id=str(one.pk), number=f"#{one.pk}", customer=one, placed_at=now,
              currency="EUR", total=8900, subtotal=8900, changed_at=now)
        for one in customers
    )  # fmt: skip


def _trigger(store_id: int, *, now: datetime) -> None:
    orders: list[tuple[Any, ...]] = fetch(
        "SELECT id, customer_id, number FROM orders_order WHERE store_id = %s", [store_id]
    )
    for place in range(0, len(orders), _CHUNK):
        with transaction.atomic():
            record([
                Fact(OrderPlaced(number, 8900, "EUR", 1), store_id, now, customer_id=customer, order_id=order)
                for order, customer, number in orders[place : place + _CHUNK]
            ], now=now)  # fmt: skip
