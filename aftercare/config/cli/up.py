"""`aftercare up`"""

import os
import sys
import threading
import time
from datetime import datetime

import click
import httpx
from django.conf import settings

from aftercare.config.cli.ground import database, with_database
from aftercare.config.processes import ProcessSpec, Supervisor
from aftercare.foundation.kit import clock


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 for all addresses.")
@click.option("--port", default=8000, show_default=True, help="Pages and API.")
@click.option("--live-port", default=8001, show_default=True, help="Live updates (server-sent events).")
@click.option("--web-workers", default=1, show_default=True, help="Processes that answer pages.")
@click.option("--speed", default=1.0, show_default=True, help="Let time pass faster, for demonstrations.")
def command(host: str, port: int, live_port: int, web_workers: int, speed: float) -> None:
    """Run web, live updates and workers until told to stop (Ctrl-C, SIGTERM)."""
    sys.exit(run(host=host, port=port, live_port=live_port, web_workers=web_workers, speed=speed))


def run(*, host: str, port: int, live_port: int, web_workers: int, speed: float, shown: datetime | None = None) -> int:
    """Prepare the database, then supervise every process; answers the exit status."""
    name = "localhost" if host in {"0.0.0.0", "127.0.0.1"} else host  # noqa: S104 -- asked for by the user
    os.environ.setdefault("AFTERCARE_URL", f"http://{name}:{port}")
    os.environ.setdefault("AFTERCARE_LIVE_URL", f"http://{name}:{live_port}")
    with database():
        _prepare()
        set_pace(speed, shown)
        threading.Thread(target=_announce, args=(f"http://{name}:{port}",), daemon=True).start()
        return Supervisor(_processes(host, port, live_port, web_workers)).run()


def set_pace(speed: float, shown: datetime | None) -> None:
    """Let the clock of all processes to be started run `speed` times as fast from now on, beginning at `shown`."""
    if speed != 1.0 or shown is not None:
        os.environ["AFTERCARE_CLOCK"] = clock.setting_for(speed=speed, shown=shown)


@with_database
def _prepare() -> None:
    """Preparing is what `with_database` does."""


def _announce(address: str) -> None:
    """Say so once pages are really answered, not when processes were merely started."""
    while True:
        try:
            if httpx.get(f"{address}/health/live", timeout=1).is_success:
                break
        except httpx.HTTPError:
            time.sleep(0.1)
    click.echo(f"\n  Aftercare runs: {os.environ['AFTERCARE_URL']}/\n")


def _processes(host: str, port: int, live_port: int, web_workers: int) -> list[ProcessSpec]:
    granian = [sys.executable, "-m", "granian", "--no-ws", "--host", host, "--log-level", "warning"]
    web = [
        *granian,
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        str(web_workers),
        "--blocking-threads",
        "4",
    ]
    live = [*granian, "--interface", "asgi", "--port", str(live_port), "--workers", "1"]
    return [
        *_database(),
        ProcessSpec(name="web", argv=[*web, "aftercare.config.wsgi:application"]),
        ProcessSpec(name="live", argv=[*live, "aftercare.config.live:application"]),
        ProcessSpec(name="worker", argv=[sys.executable, "-m", "aftercare.config.cli", "worker"]),
    ]


def _database() -> list[ProcessSpec]:
    """Who brings the embedded server back, should its keeper be killed while nobody else asks for it."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return []
    argv = [sys.executable, "-m", "aftercare.foundation.database.embedded", str(settings.HOME / "postgres")]
    return [ProcessSpec(name="database", argv=argv)]
