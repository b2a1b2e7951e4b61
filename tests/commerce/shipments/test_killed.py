"""A worker killed while it asks carriers: nothing is lost, nothing doubled, and nothing of it stays behind."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from aftercare.commerce.shipments.actions import LOOKS, connect_carrier
from aftercare.commerce.shipments.models import Look, Scan, Shipment
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from tests.commerce.shipments.carriers.answering import KEYS, UNDER_WAY, FakeCarrier, fake_carrier
from tests.commerce.shipments.carriers.answering import parcel as answer
from tests.commerce.shipments.parcels import NOW, announce, place_order, shipment, told
from tests.processes import environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="who was started is read from Linux's /proc"),
]
_COUNT = 40
_PATIENCE = 240.0
_LEASE = timedelta(minutes=15)
_RUN = timedelta(minutes=5)  # longer than the first worker's clock has run
_WORKER = [sys.executable, "-m", "aftercare.config.cli", "worker", "--only", LOOKS, "--no-tasks"]


@contextmanager
def worker(carrier: FakeCarrier, *, later: timedelta = timedelta(0)) -> Iterator[subprocess.Popen[bytes]]:
    """One worker whose clock shows a time that much later."""
    own = environment(
        AFTERCARE_DEMO="no", AFTERCARE_CARRIER_GATEWAY=carrier.address,
        AFTERCARE_CLOCK=clock.setting_for(speed=1, shown=NOW + later),
    )  # fmt: skip
    with subprocess.Popen(_WORKER, env=own, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def started_by(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text(encoding="ascii").split()]


def wait_until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.01)


def test_a_worker_killed_while_it_asks_loses_and_doubles_nothing(shop: Store) -> None:
    place_order(shop)
    numbers = [f"1ZKILLED{number:010d}" for number in range(_COUNT)]
    announce(shop, *(
        shipment(number, carrier="ups", tracking_number=number, created_at=NOW - timedelta(days=1)) for number in numbers
    ))  # fmt: skip
    with fake_carrier() as carrier:
        carrier.parcels = {number: answer(number, UNDER_WAY) for number in numbers}
        carrier.delay = 0.02
        connect_carrier(store_id=shop.pk, carrier_key="ups", settings={**KEYS, "per_hour": 100_000}, now=NOW)
        with worker(carrier) as process:
            # In the middle of the second round: the first is concluded, this one is not.
            wait_until(lambda: len(carrier.numbers) >= 15)
            children = started_by(process.pid)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert children
        wait_until(lambda: not any(Path(f"/proc/{child}/exe").exists() for child in children))
        known = Scan.objects.count()
        assert known < _COUNT * len(UNDER_WAY)
        assert Scan.objects.values("shipment").distinct().count() * len(UNDER_WAY) == known
        with worker(carrier, later=_LEASE + _RUN):
            wait_until(lambda: Look.objects.filter(looked_at__isnull=True).count() == 0)
    assert Counter(Shipment.objects.values_list("status", flat=True)) == {"out_for_delivery": _COUNT}
    assert Scan.objects.count() == _COUNT * len(UNDER_WAY)
    assert told(shop).count("shipment.out_for_delivery") == _COUNT
    repeated = {number for number, times in Counter(carrier.numbers).items() if times > 1}
    assert len(repeated) <= 10
