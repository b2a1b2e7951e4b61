"""Timed and coarse tasks, run by procrastinate for as long as a worker lives.

procrastinate's own worker ends when its connection does. Ours begins another: a database that restarts must not leave a
process behind in which nothing timed ever happens again.
"""

import asyncio
import threading
from contextlib import suppress
from typing import cast

import structlog
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

log = structlog.get_logger(__name__)
_PAUSE_AFTER_TROUBLE = 1.0
_LOOKS_EVERY = 0.2


def run_tasks(stopping: threading.Event) -> None:
    """Until told to stop; tasks that run then are let finish."""
    while not stopping.is_set():
        try:
            asyncio.run(_work(stopping))
        except Exception:
            log.exception("tasks stopped")
        stopping.wait(_PAUSE_AFTER_TROUBLE)


async def _work(stopping: threading.Event) -> None:
    """On a connection of its own kind: Django's cannot listen."""
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    ours = app.with_connector(connector)
    async with ours.open_async():
        working = asyncio.create_task(ours.run_worker_async(install_signal_handlers=False))
        while not stopping.is_set() and not working.done():  # noqa: ASYNC110 -- it is a thread that stops us
            await asyncio.sleep(_LOOKS_EVERY)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
