"""Running an installation: the database, then web, live updates and a worker under one supervisor.

Everything is imported once, here; the processes are forks of this one, which start at once and share its memory.
"""

import importlib
import os
import threading
import time
from datetime import datetime
from functools import partial

import click
import httpx
from django.conf import settings
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from aftercare.config import live
from aftercare.config.cli.addresses import Addresses
from aftercare.config.cli.ground import with_database
from aftercare.config.cli.worker import run_worker
from aftercare.config.processes import ProcessSpec, Supervisor
from aftercare.foundation.database.embedded.__main__ import hold
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.garbage import keep_imported

WSGI = "aftercare.config.wsgi"
_THREADS = 32  # see there


@with_database
def serve(addresses: Addresses, *, web_workers: int, speed: float, shown: datetime | None = None) -> int:
    """Run until told to stop; answers the exit status. The clock runs `speed` times as fast, beginning at `shown`."""
    _set_pace(speed, shown)
    for module in (WSGI, settings.ROOT_URLCONF):
        importlib.import_module(module)
    connections.close_all()
    keep_imported()
    announcer = threading.Thread(target=_announce, args=(f"http://{addresses.name}:{addresses.port}",), daemon=True)
    return Supervisor(_processes(addresses, web_workers)).run(started=announcer.start)


def _set_pace(speed: float, shown: datetime | None) -> None:
    if speed != 1.0 or shown is not None:
        os.environ["AFTERCARE_CLOCK"] = clock.setting_for(speed=speed, shown=shown)
        clock.pace.cache_clear()


def _processes(addresses: Addresses, web_workers: int) -> list[ProcessSpec]:
    return [
        *_database(),
        ProcessSpec(name="web", run=partial(_answer_pages, addresses.host, addresses.port, web_workers)),
        ProcessSpec(name="live", run=partial(live.serve, addresses.host, addresses.live_port)),
        ProcessSpec(name="worker", run=run_worker),
    ]


def _database() -> list[ProcessSpec]:
    """Who brings the embedded server back, should its keeper be killed while nobody else asks for it."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return []
    return [ProcessSpec(name="database", run=partial(hold, settings.HOME / "postgres"))]


def _answer_pages(host: str, port: int, workers: int) -> None:
    server = Granian(
        f"{WSGI}:application", address=host, port=port, interface=Interfaces.WSGI, workers=workers, websockets=False,
        blocking_threads=_THREADS, log_level=LogLevels.warning,
    )  # fmt: skip
    server.serve()


def _announce(address: str) -> None:
    """Say so once pages are really answered, not when processes were merely started."""
    while True:
        try:
            if httpx.get(f"{address}/health/live", timeout=1).is_success:
                break
        except httpx.HTTPError:
            time.sleep(0.1)
    click.echo(f"\n  Aftercare runs: {settings.SITE_URL}/\n")
