"""A worker process: every loop in a thread of its own, one listener that wakes them, and procrastinate for tasks."""

import threading
from collections import defaultdict
from collections.abc import Sequence

import psycopg
import structlog
from django.db import close_old_connections, connection

from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.events.actions import WAKE_CHANNEL
from aftercare.foundation.jobs.loops import Loop
from aftercare.foundation.jobs.metrics import LOOP_BATCHES, LOOP_ITEMS, LOOP_TROUBLE
from aftercare.foundation.jobs.task_runner import run_tasks
from aftercare.foundation.kit import clock

log = structlog.get_logger(__name__)
_PAUSE_AFTER_TROUBLE = 1.0
# Whoever is woken and finds nothing looks again so soon, then half as often each time: an event is not to be read while
# any older transaction runs, and nobody rings when that ends.
_SOON = 0.01
# Whoever has nothing to do for so long gives their connection back: a hundred loops that sleep would hold a hundred of the
# database's processes.
_LONG = 4.0


class Worker:
    """Runs loops until told to stop; a loop finishes the batch it is at."""

    def __init__(self, loops: Sequence[Loop], *, tasks: bool) -> None:
        self._loops = loops
        self._stopping = threading.Event()
        self._bells: dict[str, list[threading.Event]] = defaultdict(list)
        self._threads = [threading.Thread(target=self._listen, name="listener")]
        for loop in loops:
            bell = threading.Event()
            for name in {loop.wake} if isinstance(loop.wake, str) else loop.wake:
                self._bells[name].append(bell)
            self._threads.append(threading.Thread(target=self._run, args=(loop, bell), name=loop.name))
        if tasks:
            self._threads.append(threading.Thread(target=run_tasks, args=(self._stopping,), name="tasks", daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout: float = 20.0) -> None:
        """Let every loop finish its batch."""
        self._stopping.set()
        self._ring_all()
        for thread in self._threads:
            thread.join(timeout)

    def _run(self, loop: Loop, bell: threading.Event) -> None:
        pause = loop.idle
        while not self._stopping.is_set():
            bell.clear()
            if self._one_batch(loop):
                pause = loop.idle
            elif not self._stopping.is_set():
                if pause >= _LONG:
                    connection.close()
                pause = min(_SOON, loop.idle) if bell.wait(pause) else min(2 * pause, loop.idle)
        connection.close()

    def _one_batch(self, loop: Loop) -> bool:
        """Whether to go on at once. A batch that fails left nothing behind: it is logged and, after a pause, tried again."""
        try:
            done = loop.work(clock.now())
        except Exception:
            log.exception("loop failed", loop=loop.name)
            LOOP_TROUBLE.labels(loop.name).inc()
            close_old_connections()
            self._stopping.wait(_PAUSE_AFTER_TROUBLE)
            return True
        if done:
            LOOP_BATCHES.labels(loop.name).inc()
            LOOP_ITEMS.labels(loop.name).inc(done)
        return done > 0

    def _listen(self) -> None:
        """Ring the bells that NOTIFY names; when the connection breaks, ring all, for something may have been missed."""
        while not self._stopping.is_set():
            try:
                self._listen_on_one_connection()
            except psycopg.Error as error:
                log.warning("listener lost its connection", error=str(error))
                self._stopping.wait(_PAUSE_AFTER_TROUBLE)
            self._ring_all()

    def _listen_on_one_connection(self) -> None:
        with psycopg.connect(**connection_parameters(), autocommit=True) as listening:
            listening.execute(f"LISTEN {WAKE_CHANNEL}")
            while not self._stopping.is_set():
                for notice in listening.notifies(timeout=0.5, stop_after=1):
                    for name in notice.payload.split("\n"):
                        self._ring(name)

    def _ring(self, name: str) -> None:
        for bell in self._bells.get(name, ()):
            bell.set()

    def _ring_all(self) -> None:
        for name in self._bells:
            self._ring(name)
