"""Workers killed in the middle of their batches: nothing is lost, and nothing repeats but what was in flight."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from aftercare.engagement.messaging.actions.delivery import LEASE
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.channels.mail import EmailChannel
from aftercare.engagement.messaging.models import Message, OutboxEntry
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates
from tests.engagement.messaging.sink import Sink, running_sink
from tests.processes import environment

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="who was forked is read from Linux's /proc"),
]
_COUNT = 2000
_PATIENCE = 60.0
_WORKER = [sys.executable, "-m", "aftercare.config.cli", "worker", "--only", "outbox", "--no-tasks"]


@contextmanager
def workers(sink: Sink, *, later: timedelta = timedelta(0)) -> Iterator[list[int]]:
    """Two workers under a supervisor, whose id leads; their clock shows a time that much later."""
    own = environment(
        AFTERCARE_DEMO="no", AFTERCARE_SMTP_HOST="127.0.0.1", AFTERCARE_SMTP_PORT=str(sink.port),
        AFTERCARE_SMTP_SECURITY="none", AFTERCARE_CLOCK=clock.setting_for(speed=1, shown=clock.now() + later),
    )  # fmt: skip
    with subprocess.Popen([*_WORKER, "--processes", "2"], env=own, stdout=subprocess.DEVNULL) as supervisor:
        try:
            wait_until(lambda: len(forked_by(supervisor.pid)) == 2)
            yield [supervisor.pid, *forked_by(supervisor.pid)]
        finally:
            supervisor.terminate()


def forked_by(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def wait_until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.002)


def test_nothing_is_lost_and_only_what_was_in_flight_repeats(shop: Store) -> None:
    now = clock.now()
    with_templates(shop, now)
    order = make_order(make_customer(shop, now), now)
    request_messages(requests=[request_for(order, now, key=str(number)) for number in range(_COUNT)], now=now)
    with running_sink() as sink:
        with workers(sink) as (supervisor, first, second):
            wait_until(lambda: sink.arrived.total() > 100)
            os.kill(first, signal.SIGKILL)
            wait_until(lambda: forked_by(supervisor) not in ([second], [first, second]))
            wait_until(lambda: sink.arrived.total() > 800)
            for pid in (*forked_by(supervisor), supervisor):
                os.kill(pid, signal.SIGKILL)
        in_flight = set(OutboxEntry.objects.exclude(leased_until=None).values_list("message__public_id", flat=True))
        assert 0 < len(in_flight) <= 3 * EmailChannel.batch
        assert OutboxEntry.objects.filter(leased_until=None).exists()
        with workers(sink, later=LEASE + timedelta(seconds=1)):
            wait_until(lambda: not OutboxEntry.objects.exists())
    assert set(Message.objects.values_list("public_id", "state")) == {(name, "sent") for name in sink.arrived}
    assert len(sink.arrived) == _COUNT
    repeated = {name for name, times in sink.arrived.items() if times > 1}
    assert repeated <= in_flight
    assert max(sink.arrived.values()) <= 2
    assert EventRow.objects.filter(type="message.sent").count() == _COUNT
