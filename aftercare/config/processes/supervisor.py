"""The loop that keeps several processes running until it is told to stop."""

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import BinaryIO

from aftercare.config.processes.child import Child
from aftercare.config.processes.output import Screen
from aftercare.config.processes.spec import ProcessSpec

OWN_NAME = "aftercare"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS = 15.0
FIRST_PROCESS = 1
WAKE_UP_BYTES = 4096


def _nothing_more() -> None:
    """What follows when nobody asked for anything."""


class Supervisor:
    """Runs processes in the foreground. Takes over the signals of the calling program while it runs.

    A first SIGINT, SIGTERM or SIGHUP asks all processes to end and kills after `grace` seconds those that have not;
    a second one kills them at once.
    """

    def __init__(
        self, specs: Sequence[ProcessSpec], *, grace: float = GRACE_SECONDS, output: BinaryIO | None = None
    ) -> None:
        self._screen = Screen(output or sys.stdout.buffer, names=[OWN_NAME, *(spec.name for spec in specs)])
        self._children = [Child(spec, screen=self._screen) for spec in specs]
        self._grace = grace
        self._stop_requests = 0
        self._kill_at: float | None = None
        self._has_killed = False
        self._exit_status = 0

    def run(self, *, started: Callable[[], object] = _nothing_more) -> int:
        """Run until stopped: 0 if that was asked for, 1 if a process could not be started.

        `started` is called once all have been started: a thread may be begun there, not before, since a fork of a
        program with threads may hold their locks for ever.
        """
        with self._signals() as wake_up:
            self._tend(now=time.monotonic())
            started()
            while True:
                self._tend(now=time.monotonic())
                if self._kill_at is not None and not any(child.pid for child in self._children):
                    return self._exit_status
                self._wait(wake_up)

    def _tend(self, *, now: float) -> None:
        for child in self._children:
            if (status := child.bury(now=now)) is not None and self._kill_at is None:
                self._after_crash(child, reason=_describe(status), now=now)
        if os.getpid() == FIRST_PROCESS:
            self._bury_strangers()
        if self._screen.is_closed:
            self._stop_requests = max(self._stop_requests, 1)
        if self._stop_requests:
            self._stop(now=now)
        else:
            self._start_due(now=now)

    def _start_due(self, *, now: float) -> None:
        for child in self._children:
            if child.start_at is not None and child.start_at <= now:
                child.start(now=now)

    def _after_crash(self, child: Child, *, reason: str, now: float) -> None:
        history = child.history
        if history.is_hopeless:
            self._say(f"{child.name} {reason} for the {history.crashes}th time in a row; giving up. Its last words:")
            for line in child.last_words():
                self._say(f"    {line}")
            self._exit_status = 1
            self._stop_requests = max(self._stop_requests, 1)
            return
        child.start_at = now + history.delay
        self._say(f"{child.name} {reason}; starting it again in {history.delay:g} s")

    def _stop(self, *, now: float) -> None:
        running = [child for child in self._children if child.pid]
        if self._kill_at is None:
            self._kill_at = now + self._grace
            self._say("stopping")
            for child in running:
                child.terminate()
        elif not self._has_killed and (now >= self._kill_at or self._stop_requests > 1):
            self._has_killed = True
            for child in running:
                self._say(f"{child.name} has to be killed")
                child.kill()

    def _wait(self, wake_up: int) -> None:
        outputs = {child.output: child for child in self._children if child.output is not None}
        readable, _, _ = select.select([wake_up, *outputs], [], [], self._patience(now=time.monotonic()))
        for descriptor in readable:
            if descriptor in outputs:
                outputs[descriptor].read()
            else:
                os.read(wake_up, WAKE_UP_BYTES)

    def _patience(self, *, now: float) -> float | None:
        """Seconds until something has to be done without being asked for."""
        if self._has_killed:
            return None
        if self._kill_at is not None:
            return max(self._kill_at - now, 0)
        starts = [child.start_at for child in self._children if child.start_at is not None]
        return max(min(starts) - now, 0) if starts else None

    def _bury_strangers(self) -> None:
        """Reap what was orphaned to us as the first process of a container, where nobody else does."""
        if sys.platform == "darwin":
            # It has neither `waitid` nor containers.
            return
        own = {child.pid for child in self._children}
        with suppress(ChildProcessError):
            while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and ended.si_pid not in own:
                os.waitpid(ended.si_pid, 0)

    def _say(self, sentence: str) -> None:
        self._screen.show(OWN_NAME, sentence)

    @contextmanager
    def _signals(self) -> Iterator[int]:
        """Listen for signals; the descriptor becomes readable at each one, also between two looks."""
        wake_up, written = os.pipe()
        os.set_blocking(wake_up, False)
        os.set_blocking(written, False)
        before = {number: signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGCHLD)}
        before_wake_up = signal.set_wakeup_fd(written, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            if before[number] is not signal.SIG_IGN:
                signal.signal(number, self._handle_stop)
        signal.signal(signal.SIGCHLD, _do_nothing)
        try:
            yield wake_up
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before_wake_up)
            os.close(wake_up)
            os.close(written)

    def _handle_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requests += 1


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """Only a signal with a handler wakes the loop up."""


def _describe(status: int) -> str:
    return f"ended with status {status}" if status >= 0 else f"was ended by {signal.Signals(-status).name}"
