"""`aftercare worker`"""

import signal
import sys
import threading
from functools import partial

import click
from django.db import connections
from prometheus_client import start_http_server

from aftercare.config.cli.ground import with_database
from aftercare.config.processes import ProcessSpec, Supervisor
from aftercare.foundation.jobs.loops import all_loops
from aftercare.foundation.jobs.worker import Worker
from aftercare.foundation.kit.garbage import collect_rarely, keep_imported


@click.command()
@click.option("--only", multiple=True, metavar="LOOP", help="Run only loops whose name begins so; as often as needed.")
@click.option("--shards", default=1, show_default=True, help="Split each subscriber; the same number on every host.")
@click.option("--tasks/--no-tasks", default=True, show_default=True, help="Also run timed and coarse tasks.")
@click.option("--metrics-port", default=0, help="Serve Prometheus metrics on 127.0.0.1 at this port.")
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(min=1), help="How many processes to run."
)
@with_database
def command(only: tuple[str, ...], shards: int, tasks: bool, metrics_port: int, processes: int) -> None:  # noqa: FBT001 -- click's way
    """Run workers: event subscribers, journeys, the outbox and timed tasks.

    `aftercare up` runs one already. Any number may run, on any number of hosts, against one database. With several
    processes, each serves its metrics at a port of its own, counted up from the one given.
    """
    keep_imported()
    works = [
        partial(run_worker, only=only, shards=shards, tasks=tasks, metrics_port=metrics_port and metrics_port + number)
        for number in range(processes)
    ]
    if processes == 1:
        works[0]()
        return
    connections.close_all()
    specs = [ProcessSpec(name=f"worker {number}", run=work) for number, work in enumerate(works, start=1)]
    sys.exit(Supervisor(specs).run())


def run_worker(*, only: tuple[str, ...] = (), shards: int = 1, tasks: bool = True, metrics_port: int = 0) -> None:
    """Work until this process is told to stop."""
    collect_rarely()
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
