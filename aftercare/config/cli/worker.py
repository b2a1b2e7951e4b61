"""`aftercare worker`"""

import signal
import threading

import click
from prometheus_client import start_http_server

from aftercare.config.cli.ground import with_database
from aftercare.foundation.jobs.loops import all_loops
from aftercare.foundation.jobs.worker import Worker


@click.command()
@click.option("--only", multiple=True, metavar="LOOP", help="Run only loops whose name begins so; as often as needed.")
@click.option("--shards", default=1, show_default=True, help="Split each subscriber; the same number on every host.")
@click.option("--tasks/--no-tasks", default=True, show_default=True, help="Also run timed and coarse tasks.")
@click.option("--metrics-port", default=0, help="Serve Prometheus metrics on 127.0.0.1 at this port.")
@with_database
def command(only: tuple[str, ...], shards: int, tasks: bool, metrics_port: int) -> None:  # noqa: FBT001 -- click's way
    """Run one worker process: event subscribers, journeys, the outbox and timed tasks.

    `aftercare up` runs one already. Any number may run, on any number of hosts, against one database.
    """
    run_worker(only=only, shards=shards, tasks=tasks, metrics_port=metrics_port)


def run_worker(*, only: tuple[str, ...] = (), shards: int = 1, tasks: bool = True, metrics_port: int = 0) -> None:
    """Work until this process is told to stop."""
    loops = [loop for loop in all_loops(shards=shards) if not only or loop.name.startswith(only)]
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if metrics_port:
        start_http_server(metrics_port, addr="127.0.0.1")
    worker = Worker(loops, tasks=tasks)
    worker.start()
    stopping.wait()
    worker.stop()
