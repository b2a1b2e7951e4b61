"""The keeper: a small detached process that runs the server for as long as anybody holds a lease.

Started by the first process that needs the server, parent of `postgres` and so the one who reaps it. It owns no data
and may be killed at any time: the kernel then stops `postgres`, and the next lease starts both again.

    python -m aftercare.foundation.database.embedded.keeper [--port N] [--not-durable] HOME

Before it goes to work it answers on standard output: "ready", or the name of a refusal and its text.
SIGINT stops the server now; SIGTERM does as soon as nobody uses it, at the latest after ten seconds.
"""

import argparse
import os
import signal
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import FrameType

from aftercare.foundation.database.embedded.account import server_account
from aftercare.foundation.database.embedded.binaries import binaries_for
from aftercare.foundation.database.embedded.cluster import prepare_cluster
from aftercare.foundation.database.embedded.errors import EmbeddedPostgresError
from aftercare.foundation.database.embedded.keeper_state import READY_REPLY, Phase, write_keeper_state
from aftercare.foundation.database.embedded.layout import SHELF, Layout, open_layout, refusal_from
from aftercare.foundation.database.embedded.locks import open_lock, try_exclusive_lock, try_lock, unlock
from aftercare.foundation.database.embedded.postmaster import Postmaster
from aftercare.foundation.database.embedded.server_log import ServerLog

TICK_SECONDS = 0.25
# So that commands in a row do not start and stop the server each.
GRACE_SECONDS = 2.0
LOCK_PATIENCE_SECONDS = 5.0
TERMINATION_PATIENCE_SECONDS = 10.0
# A server that crashes more often than this is broken; starting it again and again would only hide it.
MOST_CRASHES = 6
CRASH_WINDOW_SECONDS = 60.0


class LeaseWatch:
    """Notices that nobody has held a lease for a while."""

    def __init__(self, path: Path) -> None:
        self._lock = open_lock(path)
        self._last_used = time.monotonic()

    def is_unused(self, *, grace: float) -> bool:
        """Whether nobody held a lease in the last `grace` seconds.

        If so, the lock stays taken: whoever asks for a lease now waits until this keeper has gone.
        """
        if not try_lock(self._lock):
            self._last_used = time.monotonic()
            return False
        if time.monotonic() - self._last_used < grace:
            unlock(self._lock)
            return False
        return True


class Keeper:
    """Runs the server, starts it again when it crashes, and stops it when it is unused or told to."""

    def __init__(self, *, layout: Layout, port: int | None, durable: bool, lock: int) -> None:
        self._layout = layout
        self._durable = durable
        self._binaries = binaries_for(account=layout.account, shelf=SHELF)
        self._lock = lock
        self._log = ServerLog(layout.log_file)
        self._postmaster = Postmaster(layout=layout, port=port, log=self._log, wake_up=self._listen())
        self._leases = LeaseWatch(layout.lease_lock)
        self._stop_by = float("inf")
        self._grace = GRACE_SECONDS
        self._crashes: deque[float] = deque(maxlen=MOST_CRASHES)

    def start(self) -> None:
        """Make the cluster if there is none, and start the server on it."""
        write_keeper_state(lock=self._lock, phase=Phase.STARTING)
        prepare_cluster(layout=self._layout, binaries=self._binaries, durable=self._durable)
        self._launch()

    def watch(self) -> None:
        """Keep the server running until nobody needs it or somebody says stop."""
        try:
            while not self._must_stop() and not self._leases.is_unused(grace=self._grace):
                self._postmaster.pump(timeout=TICK_SECONDS)
                if (status := self._postmaster.exit_status()) is not None:
                    self._recover(status)
        finally:
            write_keeper_state(lock=self._lock, phase=Phase.STOPPING)
            self._postmaster.stop()

    def _listen(self) -> int:
        """Listen for signals; the descriptor becomes readable at each one, so that none has to wait for a tick."""
        wake_up, written = os.pipe()
        os.set_blocking(wake_up, False)
        os.set_blocking(written, False)
        signal.set_wakeup_fd(written, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, self._handle_interrupt)
        signal.signal(signal.SIGTERM, self._handle_termination)
        signal.signal(signal.SIGCHLD, _do_nothing)
        return wake_up

    def _launch(self) -> None:
        self._postmaster.start(binaries=self._binaries, durable=self._durable, is_cancelled=self._must_stop)
        write_keeper_state(lock=self._lock, phase=Phase.READY)

    def _recover(self, status: int) -> None:
        write_keeper_state(lock=self._lock, phase=Phase.STARTING)
        self._log.note(f"the server ended unexpectedly (status {status})")
        now = time.monotonic()
        self._crashes.append(now)
        if len(self._crashes) == MOST_CRASHES and now - self._crashes[0] < CRASH_WINDOW_SECONDS:
            self._log.note(f"gave up after {MOST_CRASHES} crashes within {CRASH_WINDOW_SECONDS:.0f} seconds")
            self._stop_by = now
            return
        try:
            self._launch()
        except EmbeddedPostgresError as error:
            # Counted as one more crash at the next tick; the words of the server are in the log already.
            self._log.note(str(error).partition("\n")[0])

    def _must_stop(self) -> bool:
        return time.monotonic() >= self._stop_by

    def _handle_interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_by = time.monotonic()

    def _handle_termination(self, _number: int, _frame: FrameType | None) -> None:
        self._grace = 0.0
        self._stop_by = min(self._stop_by, time.monotonic() + TERMINATION_PATIENCE_SECONDS)


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """Only a signal with a handler wakes the keeper up."""


def main() -> int:
    """Detach, take the keeper's lock, answer, and keep the server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--port", type=int)
    parser.add_argument("--not-durable", action="store_true")
    options = parser.parse_args()
    if os.fork():
        # Nobody's child from here on: a starter that lives long would not know that it has to reap its keeper.
        os._exit(0)
    try:
        layout = open_layout(home=options.home, account=server_account())
        lock = try_exclusive_lock(layout.keeper_lock, patience=LOCK_PATIENCE_SECONDS)
        if lock is None:
            return 1
        keeper = _started_keeper(layout=layout, port=options.port, durable=not options.not_durable, lock=lock)
    except EmbeddedPostgresError as error:
        _answer(f"{type(error).__name__}\n{error}")
        return 1
    _answer(READY_REPLY)
    keeper.watch()
    return 0


def _started_keeper(*, layout: Layout, port: int | None, durable: bool, lock: int) -> Keeper:
    try:
        keeper = Keeper(layout=layout, port=port, durable=durable, lock=lock)
        keeper.start()
    except OSError as error:
        raise refusal_from(error, home=layout.home) from error
    return keeper


def _answer(text: str) -> None:
    # The starter may have been killed meanwhile; whoever came after it still wants the server.
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), os.fsencode(text))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
