"""Goals 1 and 2: queued messages leave the house, with the database: claim, render, assemble, SMTP, durable status, event.

The limit is the pipelined socket: ready-made bytes of the same mails, written by as many processes (bench.mail_path).
Workers are what `aftercare worker --only outbox` runs.
"""

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection, transaction

from aftercare.engagement.messaging.actions.brands import brands_of
from aftercare.engagement.messaging.models import TemplateVersion, new_message_id
from aftercare.foundation.database.bulk import copy_rows, fetch
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.scope import store_scope
from bench.harness import Options, Spread, verdict
from bench.mail_path import Senders
from bench.mail_senders import private_key
from bench.order_mail import HTML, SUBJECT, contexts
from bench.sink import Sink

GOAL_SHARE = 0.60
GOAL_SIGNED = 2_300
GOAL_MEMORY = 150
WORKERS = 2
_COLUMNS = (
    "public_id", "store_id", "message_type", "legal_class", "channel", "origin", "dedupe_key", "template_id", "brand_id",
    "recipient", "recipient_name", "context", "state", "reason", "detail", "due_at", "attempts", "subject", "reply",
    "created_at",
)  # fmt: skip


class Campaign:
    """A store with one template, and messages queued for a moment ahead."""

    def __init__(self, *, size: int, seed: int) -> None:
        self.size = size
        self.seed = seed
        self.store = open_store(slug=f"mail-{size}", name="Mail", now=clock.now(), sender_email="hello@shop.example")
        with store_scope(self.store.pk):
            self.template = TemplateVersion.objects.create(
                store=self.store, key="order_confirmed", locale="en", number=1, subject=SUBJECT, html=HTML, source="",
                digest=str(size), created_at=clock.now(), created_by="bench",
            )  # fmt: skip
        self.brand = brands_of({self.store.pk})[self.store.pk]

    def queue(self, *, in_seconds: float) -> None:
        """All due at the same moment, when the workers are long up."""
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE messaging_message, events_event CASCADE")
        now = clock.now()
        due = now + timedelta(seconds=in_seconds)
        several = [orjson.dumps(context).decode() for context in contexts(500, seed=self.seed)]
        chance = random.Random(self.seed)
        with transaction.atomic():
            copy_rows("messaging_message", _COLUMNS, (
                (
                    new_message_id(), self.store.pk, "order_confirmed", "transactional", "email", "bench", f"bench:{number}",
                    self.template.pk, self.brand, f"customer{number}@example.com", "Sam Okafor", chance.choice(several),
                    "queued", "good_moment", "", due, 0, "", "", now,
                )
                for number in range(self.size)
            ))  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE messaging_message")


def run(options: Options) -> bool:
    """Two sizes, with and without signatures."""
    sizes = (500, 1_000) if options.quick else (10_000, 30_000)
    met = [_run_size(size, options) for size in sizes]
    return all(met)


def _run_size(size: int, options: Options) -> bool:
    campaign = Campaign(size=size, seed=options.seed)
    plain, signed, shares, memory = [], [], [], []
    with Sink() as sink:
        crew = Senders("raw socket", WORKERS)
        for turn in range(1 if options.quick else options.rounds):
            limit = crew.send(count=size, seed=options.seed + turn, sink=sink)
            rate, used = _send(campaign, sink, signed=False)
            plain.append(rate)
            memory.append(used)
            shares.append(rate / limit.rate)
            signed.append(_send(campaign, sink, signed=True)[0])
        crew.stop()
    share = Spread(statistics.median(shares), min(shares), max(shares))
    print(f"\n{size:,} queued messages, {WORKERS} workers, to {sink.name}")
    print(
        f"  {statistics.median(plain):>8,.0f} messages/s, of the pipelined socket {share}; senders {max(memory):.0f} MB"
    )
    print(f"  {statistics.median(signed):>8,.0f} messages/s with RSA-2048 signatures")
    return all([
        verdict(f"goal 1: at least {GOAL_SHARE:.0%} of the pipelined socket", met=share.median >= GOAL_SHARE),
        verdict(f"goal 1: all senders within {GOAL_MEMORY} MB", met=max(memory) <= GOAL_MEMORY),
        verdict(f"goal 2: at least {GOAL_SIGNED:,} signed/s", met=statistics.median(signed) >= GOAL_SIGNED),
    ])  # fmt: skip


def _send(campaign: Campaign, sink: Sink, *, signed: bool) -> tuple[float, float]:
    """Messages a second from the moment they are due to the last one's durable "sent", and the workers' memory in MB."""
    lead = 6.0 + campaign.size / 10_000
    with _workers(sink, signed=signed) as workers:
        before = sink.count()
        campaign.queue(in_seconds=lead)
        due = fetch("SELECT min(due_at) FROM messaging_message")[0][0]
        while fetch("SELECT count(*) FROM messaging_message WHERE state <> 'sent'")[0][0]:
            time.sleep(0.05)
        took = max((clock.now() - due).total_seconds(), 0.001)
        memory = sum(_memory(worker.pid) for worker in workers)
    assert sink.count() - before == campaign.size, f"{sink.count() - before} of {campaign.size} arrived"
    return campaign.size / took, memory


@contextmanager
def _workers(sink: Sink, *, signed: bool) -> Iterator[list[subprocess.Popen[bytes]]]:
    environment = {
        **os.environ, "AFTERCARE_SMTP_HOST": "127.0.0.1", "AFTERCARE_SMTP_PORT": str(sink.port),
        "AFTERCARE_SMTP_SECURITY": "none", "AFTERCARE_SMTP_CONNECTIONS": "2", "AFTERCARE_DEMO": "no",
    }  # fmt: skip
    if signed:
        key = private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        environment |= {"AFTERCARE_DKIM_DOMAIN": "shop.example", "AFTERCARE_DKIM_KEY": key}
    command = [sys.executable, "-m", "aftercare.config.cli", "worker", "--only", "outbox", "--no-tasks"]
    workers = [subprocess.Popen(command, env=environment) for _ in range(WORKERS)]
    time.sleep(3)
    try:
        yield workers
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(20)


def _memory(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0
