"""Goals 1 and 2: queued messages leave the house, with the database: claim, render, assemble, SMTP, durable status, event.

The limit is the pipelined socket: ready-made bytes of the same mails, written by as many processes (bench.mail_path).
Workers are what `aftercare worker --only outbox --processes 3` runs. Their memory is the proportional set size of all of
its processes, where a page that several share counts once.
"""

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection, transaction

from aftercare.engagement.messaging.actions.brands import brands_of
from aftercare.engagement.messaging.actions.request import OUTBOX
from aftercare.engagement.messaging.models import TemplateVersion, new_message_id
from aftercare.foundation.database.bulk import copy_rows, fetch
from aftercare.foundation.jobs.loops import wake
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
SENDERS = 2
PROCESSES = 3
_COLUMNS = (
    "public_id", "store_id", "message_type", "legal_class", "channel", "origin", "dedupe_key", "template_id", "brand_id",
    "recipient", "recipient_name", "context", "state", "reason", "detail", "due_at", "attempts", "subject", "reply",
    "created_at",
)  # fmt: skip
_ENTER = """
    INSERT INTO messaging_outboxentry (message_id, store_id, channel, waits, due_at, attempts)
    SELECT id, store_id, channel, false, due_at, 0 FROM messaging_message
"""


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
            cursor.execute("TRUNCATE messaging_message, messaging_outboxentry, events_event CASCADE")
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
            cursor.execute(_ENTER)
            cursor.execute("ANALYZE messaging_message, messaging_outboxentry")


def run(options: Options) -> bool:
    """Two sizes, with and without signatures."""
    sizes = (500, 1_000) if options.quick else (10_000, 30_000)
    met = [_run_size(size, options) for size in sizes]
    return all(met)


@dataclass(frozen=True)
class Sending:
    """One turn: messages a second from the moment they were due to the last one's durable "sent", and what it took."""

    rate: float
    memory: float
    resident: float
    cpu: Mapping[str, float]

    @property
    def effort(self) -> str:
        """CPU microseconds of each message, by party."""
        return ", ".join(f"{party} {micros:.0f}" for party, micros in self.cpu.items())


def _run_size(size: int, options: Options) -> bool:
    campaign = Campaign(size=size, seed=options.seed)
    plain, signed, shares = [], [], []
    with Sink() as sink:
        crew = Senders("raw socket", SENDERS)
        for turn in range(1 if options.quick else options.rounds):
            limit = crew.send(count=size, seed=options.seed + turn, sink=sink)
            plain.append(_send(campaign, sink, signed=False))
            shares.append(plain[-1].rate / limit.rate)
            signed.append(_send(campaign, sink, signed=True))
        crew.stop()
    share = Spread(statistics.median(shares), min(shares), max(shares))
    usual, with_signature = _middle(plain), _middle(signed)
    memory, resident = max((turn.memory, turn.resident) for turn in plain)
    print(
        f"\n{size:,} queued messages, {PROCESSES} workers, to {sink.name};"
        f" all their processes {memory:.0f} MB (proportional set size; resident sizes add up to {resident:.0f} MB)"
    )
    print(f"  {usual.rate:>8,.0f} messages/s, of the pipelined socket {share}; CPU µs each: {usual.effort}")
    print(f"  {with_signature.rate:>8,.0f} messages/s with RSA-2048 signatures; CPU µs each: {with_signature.effort}")
    return all([
        verdict(f"goal 1: at least {GOAL_SHARE:.0%} of the pipelined socket", met=share.median >= GOAL_SHARE),
        verdict(f"goal 1: all senders within {GOAL_MEMORY} MB", met=memory <= GOAL_MEMORY),
        verdict(f"goal 2: at least {GOAL_SIGNED:,} signed/s", met=with_signature.rate >= GOAL_SIGNED),
    ])  # fmt: skip


def _middle(turns: list[Sending]) -> Sending:
    return sorted(turns, key=lambda turn: turn.rate)[len(turns) // 2]


def _send(campaign: Campaign, sink: Sink, *, signed: bool) -> Sending:
    lead = 6.0 + campaign.size / 10_000
    with _workers(sink, signed=signed) as supervisor:
        before = sink.count()
        campaign.queue(in_seconds=lead)
        due = fetch("SELECT min(due_at) FROM messaging_message")[0][0]
        time.sleep(max(0.0, (due - clock.now()).total_seconds() - 0.1))
        workers = [supervisor.pid, *_children(supervisor.pid)]
        assert len(workers) == PROCESSES + 1, "a worker has not come up, or has been started again"
        parties = {"workers": workers, "PostgreSQL": _backends(), "sink": [sink.pid]}
        used = {party: sum(map(_cpu, pids)) for party, pids in parties.items()}
        time.sleep(max(0.0, (due - clock.now()).total_seconds()))
        wake(OUTBOX)  # as a request does
        while fetch("SELECT count(*) FROM messaging_outboxentry")[0][0]:
            time.sleep(0.1)
        took = max((clock.now() - due).total_seconds(), 0.001)
        cpu = {party: (sum(map(_cpu, pids)) - used[party]) / campaign.size * 1e6 for party, pids in parties.items()}
        memory, resident = (sum(_memory(pid, kind) for pid in workers) for kind in ("Pss", "Rss"))
    assert sink.count() - before == campaign.size, f"{sink.count() - before} of {campaign.size} arrived"
    return Sending(campaign.size / took, memory, resident, cpu)


@contextmanager
def _workers(sink: Sink, *, signed: bool) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ, "AFTERCARE_SMTP_HOST": "127.0.0.1", "AFTERCARE_SMTP_PORT": str(sink.port),
        "AFTERCARE_SMTP_SECURITY": "none", "AFTERCARE_SMTP_CONNECTIONS": "2", "AFTERCARE_DEMO": "no",
    }  # fmt: skip
    if signed:
        key = private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        environment |= {"AFTERCARE_DKIM_DOMAIN": "shop.example", "AFTERCARE_DKIM_KEY": key}
    command = [sys.executable, "-m", "aftercare.config.cli", "worker", "--only", "outbox", "--no-tasks"]
    supervisor = subprocess.Popen([*command, "--processes", str(PROCESSES)], env=environment)
    time.sleep(3)
    try:
        yield supervisor
    finally:
        supervisor.terminate()
        supervisor.wait(20)


def _children(pid: int) -> list[int]:
    """The processes that it has forked."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _memory(pid: int, kind: str) -> float:
    """Megabytes: `Rss`, or `Pss`, of which a page that several processes share counts to each in proportion."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _backends() -> list[int]:
    """The server processes of all connections, ours apart; none that can be seen where the server is another host's."""
    return [pid for (pid,) in fetch("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")]


def _cpu(pid: int) -> float:
    """Seconds of processor time."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
