"""One supervised process, over all its lives."""

import os
import signal
from contextlib import suppress

from aftercare.config.processes import forked
from aftercare.config.processes.backoff import History, after_crash
from aftercare.config.processes.output import LineBuffer, Screen
from aftercare.config.processes.spec import ProcessSpec

CHUNK = 65536


class Child:
    """Starts, reads, signals and buries one process; decides nothing."""

    def __init__(self, spec: ProcessSpec, *, screen: Screen) -> None:
        self.spec = spec
        self.history = History()
        self.start_at: float | None = 0.0
        self._screen = screen
        self._lines = LineBuffer()
        self._pid: int | None = None
        self._output: int | None = None
        self._started_at = 0.0

    @property
    def name(self) -> str:
        """Its name in the output."""
        return self.spec.name

    @property
    def pid(self) -> int | None:
        """Its process id while it has not been buried."""
        return self._pid

    @property
    def output(self) -> int | None:
        """The descriptor to wait for, unless the process has closed its output."""
        return self._output

    def start(self, *, now: float) -> None:
        """Start the process."""
        self.start_at = None
        self._started_at = now
        self._lines = LineBuffer()
        self._pid, self._output = forked.start(self.spec.run, name=self.spec.name)
        os.set_blocking(self._output, False)

    def read(self) -> bool:
        """Show what it has printed; return whether there may be more at once."""
        if self._output is None:
            return False
        try:
            chunk = os.read(self._output, CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self._close_output()
        self._show(self._lines.feed(chunk) if chunk else self._lines.flush())
        return bool(chunk)

    def bury(self, *, now: float) -> int | None:
        """Return the exit status once it has ended, with the rest of its output shown and its children killed."""
        if self._pid is None:
            return None
        ended, status = os.waitpid(self._pid, os.WNOHANG)
        if not ended:
            return None
        self.kill()
        while self.read():
            pass
        self._show(self._lines.flush())
        self._close_output()
        self._pid = None
        self.history = after_crash(history=self.history, lived=now - self._started_at)
        return os.waitstatus_to_exitcode(status)

    def terminate(self) -> None:
        """Ask it to end."""
        if self._pid:
            os.kill(self._pid, signal.SIGTERM)

    def kill(self) -> None:
        """End it and whatever it started by force."""
        if self._pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)

    def last_words(self) -> list[str]:
        """Return the last lines that it printed."""
        return self._lines.recent()

    def _close_output(self) -> None:
        if self._output is not None:
            os.close(self._output)
            self._output = None

    def _show(self, lines: list[str]) -> None:
        for line in lines:
            self._screen.show(self.name, line)
